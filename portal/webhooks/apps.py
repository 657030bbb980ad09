from celery.schedules import crontab
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal import celery, registry


class WebhooksConfig(AppConfig):
    name = "portal.webhooks"
    label = "webhooks"
    verbose_name = _("Webhooks")

    def ready(self) -> None:
        celery.route("portal.webhooks.tasks.deliver", "webhooks")
        celery.schedule("sweep-webhooks", "portal.webhooks.tasks.sweep_all_tenants", 60.0)
        celery.schedule("forget-webhooks", "portal.webhooks.tasks.forget_all_tenants", crontab(hour="3", minute="10"))
        registry.measure(
            registry.Measure(name="webhooks_due", text="webhooks that should be delivered by now", read=due)
        )


def due() -> float:
    from django.utils import timezone

    from portal.webhooks.models import WebhookDelivery

    return WebhookDelivery.objects.due(timezone.now()).count()
