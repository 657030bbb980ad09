from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal import celery, registry


class ExportsConfig(AppConfig):
    name = "portal.exports"
    label = "exports"
    verbose_name = _("Exports")

    def ready(self) -> None:
        from portal.exports.personal_data import PERSONAL_DATA

        registry.register(registry.Module(app="exports", url_prefix="documents/", urlconf="portal.exports.urls"))
        registry.keep_personal_data(PERSONAL_DATA)
        celery.route("portal.exports.tasks.run", "documents")
        celery.schedule("sweep-exports", "portal.exports.tasks.sweep_all_tenants", 120.0)
