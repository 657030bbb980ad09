from celery.schedules import crontab
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal import celery, registry


class NotificationsConfig(AppConfig):
    name = "portal.notifications"
    label = "notifications"
    verbose_name = _("Messages")

    def ready(self) -> None:
        from portal.notifications import measures, personal_data, preferences

        registry.register(
            registry.Module(app="notifications", url_prefix="notifications/", urlconf="portal.notifications.urls")
        )
        registry.keep_personal_data(
            registry.PersonalData(name="notification_choices", export=preferences.export, forget=preferences.forget)
        )
        registry.keep_personal_data(
            registry.PersonalData(name="messages", export=personal_data.export, forget=personal_data.forget)
        )
        measures.register()
        celery.schedule("sweep-outbox", "portal.notifications.tasks.sweep_all_tenants", 60.0)
        schedule = crontab(hour="3", minute="0")
        celery.schedule("forget-messages", "portal.notifications.tasks.forget_all_tenants", schedule)
