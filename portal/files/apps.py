from celery.schedules import crontab
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal import celery, registry


class FilesConfig(AppConfig):
    name = "portal.files"
    label = "files"
    verbose_name = _("Files")

    def ready(self) -> None:
        from portal.files.personal_data import PERSONAL_DATA
        from portal.files.tasks import RESCAN_SECONDS

        celery.route("portal.files.tasks.scan", "documents")
        celery.route("portal.files.tasks.rescan_all_tenants", "documents")
        celery.route("portal.files.tasks.sweep", "documents")
        celery.schedule("rescan-files", "portal.files.tasks.rescan_all_tenants", RESCAN_SECONDS)
        celery.schedule("sweep-files", "portal.files.tasks.sweep_all_tenants", crontab(hour="2", minute="40"))
        registry.keep_personal_data(PERSONAL_DATA)
