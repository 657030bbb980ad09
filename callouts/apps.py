from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal import registry

if TYPE_CHECKING:
    from datetime import date
    from random import Random

    from django.http import HttpRequest

    from portal.tenancy.models import Tenant


class CalloutsConfig(AppConfig):
    name = "callouts"
    label = "callouts"
    verbose_name = _("Call-offs")

    def ready(self) -> None:
        from callouts import personal_data

        registry.keep_personal_data(
            registry.PersonalData(name="call_offs", export=personal_data.export, forget=personal_data.forget)
        )
        registry.register(
            registry.Module(
                name="callouts",
                app="callouts",
                label=_("Call-offs"),
                url_prefix="callouts/",
                urlconf="callouts.urls",
                sections=(NEW, DRAFTS, HISTORY),
                home_card=home_card,
                demo=demo,
                on_tenant_created=add_units_and_packages,
                order=20,
            )
        )
        keep_personal_data()


def keep_personal_data() -> None:
    """What is sent in documents where waste went and stays; drafts lose the person's name with the account."""
    from callouts import personal_data

    registry.keep_personal_data(
        registry.PersonalData(name="callouts", export=personal_data.export, forget=personal_data.forget)
    )


def home_card(request: "HttpRequest") -> str:
    from callouts.views.history import home_card

    return home_card(request)


def draft_count(request: "HttpRequest") -> int | None:
    from callouts.views.history import draft_count

    return draft_count(request)


def add_units_and_packages(_: "Tenant") -> None:
    from callouts import catalogue

    catalogue.add_units_and_packages()


def demo(tenant: "Tenant", *, rng: "Random", today: "date") -> None:
    from callouts.demo import build

    build(tenant, rng=rng, today=today)


NEW = registry.Section(
    label=_("Make a call-off"),
    url_name="callouts:new",
    icon="FilePlus",
    active_icon="FilePlusFill",
    order=20,
    match=(
        *("callouts:new", "callouts:submitted", "callouts:ask", "callouts:templates", "callouts:rename_template"),
        *("callouts:producers", "callouts:producer", "callouts:new_producer", "callouts:authorize"),
    ),
)
DRAFTS = registry.Section(
    label=_("Call-offs not sent in"),
    short_label=pgettext_lazy("menu", "Drafts"),
    url_name="callouts:drafts",
    icon="NotePencil",
    active_icon="NotePencilFill",
    order=21,
    match=(
        *("callouts:drafts", "callouts:draft", "callouts:review", "callouts:delete"),
        *("callouts:draft_template", "callouts:delete_template"),
    ),
    badge=draft_count,
)
HISTORY = registry.Section(
    label=_("Call-off history"),
    short_label=pgettext_lazy("menu", "History"),
    url_name="callouts:history",
    icon="Archive",
    active_icon="ArchiveFill",
    order=22,
    match=("callouts:history", "callouts:call_off", "callouts:copy", "callouts:template"),
)
