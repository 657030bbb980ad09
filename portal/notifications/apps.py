from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal import celery, registry


class NotificationsConfig(AppConfig):
    name = "portal.notifications"
    label = "notifications"
    verbose_name = _("Messages")

    def ready(self) -> None:
        from portal.notifications import preferences

        registry.register(
            registry.Module(app="notifications", url_prefix="notifications/", urlconf="portal.notifications.urls")
        )
        registry.keep_personal_data(
            registry.PersonalData(name="notification_choices", export=preferences.export, forget=preferences.forget)
        )
        celery.schedule("sweep-outbox", "portal.notifications.tasks.sweep_all_tenants", 60.0)
