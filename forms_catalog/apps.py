from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal import registry


class FormsCatalogConfig(AppConfig):
    name = "forms_catalog"
    label = "forms_catalog"
    verbose_name = _("Forms and enquiries")

    def ready(self) -> None:
        registry.register(
            registry.Module(
                app="forms_catalog",
                url_prefix="forms/",
                urlconf="forms_catalog.urls",
                order=60,
            )
        )
