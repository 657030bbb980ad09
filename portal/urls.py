"""The addresses of a tenant's portal."""

from django.urls import include, path

from portal import registry
from portal.admin_site import site as admin_site
from portal.customers import views as customers
from portal.ui import errors

urlpatterns = [
    path("", customers.home, name="home"),
    path("account/", include("portal.accounts.urls")),
    path("customers/", include("portal.customers.urls")),
    path("admin/", admin_site.urls),
    *registry.url_patterns(),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
