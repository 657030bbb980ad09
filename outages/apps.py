from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal import registry


class OutagesConfig(AppConfig):
    name = "outages"
    label = "outages"
    verbose_name = _("Outages")

    def ready(self) -> None:
        registry.register(
            registry.Module(
                name="grid",
                app="outages",
                url_prefix="outages/",
                urlconf="outages.urls",
                order=40,
            )
        )
