from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal import registry


class BillingConfig(AppConfig):
    name = "billing"
    label = "billing"
    verbose_name = _("Billing")

    def ready(self) -> None:
        registry.register(
            registry.Module(
                name="grid",
                app="billing",
                url_prefix="billing/",
                urlconf="billing.urls",
                order=35,
            )
        )
