from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal import registry

if TYPE_CHECKING:
    from datetime import date
    from random import Random

    from django.http import HttpRequest

    from portal.tenancy.models import Tenant


class ContentConfig(AppConfig):
    name = "portal.content"
    label = "content"
    verbose_name = _("Information")

    def ready(self) -> None:
        from portal.content import actions, personal_data

        registry.register(
            registry.Module(
                app="content",
                urlconf="portal.content.urls",
                sections=(CUSTOMER_SERVICE,),
                menu=(NEWS,),
                public_sections=(OPEN_NEWS,),
                on_tenant_created=actions.ensure_pages,
                demo=demo,
                order=100,
            )
        )
        registry.fill("customers.home", newest)
        registry.fill("accounts.sign_in", area_picker)
        registry.keep_personal_data(
            registry.PersonalData(name="news_read", export=personal_data.export, forget=personal_data.forget)
        )


def unread_count(request: "HttpRequest") -> int | None:
    from portal.content.queries import unread_count

    return unread_count(request)


def newest(request: "HttpRequest", _given: object) -> str:
    from portal.content.views import newest

    return newest(request)


def area_picker(request: "HttpRequest", given: object) -> str:
    from portal.content.views import area_picker

    return area_picker(request, given)


def demo(tenant: "Tenant", *, rng: "Random", today: "date") -> None:  # noqa: ARG001  (every app is told the day)
    from portal.content.demo import build

    build(tenant, rng=rng)


CUSTOMER_SERVICE = registry.Section(
    label=_("Customer service"),
    url_name="content:customer_service",
    icon="Chat",
    active_icon="ChatFill",
    order=100,
)
# In the bar where a module puts it there, else in the person's menu.
NEWS = registry.Section(
    label=_("News"),
    url_name="content:news",
    icon="Newspaper",
    active_icon="NewspaperFill",
    order=31,
    match=("content:news", "content:news_item"),
    badge=unread_count,
)
OPEN_NEWS = registry.Section(label=_("News"), url_name="content:news", icon="Newspaper", order=20)
