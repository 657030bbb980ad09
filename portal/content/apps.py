from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContentConfig(AppConfig):
    name = "portal.content"
    label = "content"
    verbose_name = _("Information")

    def ready(self) -> None:
        from portal import registry
        from portal.content import actions

        customer_service = registry.Section(
            label=_("Customer service"),
            url_name="content:customer_service",
            icon="Chat",
            active_icon="ChatFill",
            order=100,
        )
        registry.register(
            registry.Module(
                app="content",
                urlconf="portal.content.urls",
                sections=(customer_service,),
                on_tenant_created=actions.ensure_pages,
                order=100,
            )
        )
