from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TenancyConfig(AppConfig):
    name = "portal.tenancy"
    label = "tenancy"
    verbose_name = _("Our company")

    def ready(self) -> None:
        from portal.tenancy import checks  # noqa: F401  (registers the checks)
