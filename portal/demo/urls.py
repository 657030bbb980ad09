"""The addresses at the demo's bare host."""

from django.urls import path

from portal.accounts.views import set_language
from portal.demo import views
from portal.ui import errors

urlpatterns = [
    path("", views.front, name="home"),
    path("language/", set_language, name="set_language"),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
