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
        # The table registers what makes it.
        from callouts import personal_data, table  # noqa: F401

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
                takes_orders=True,
                on_tenant_created=add_units_and_packages,
                order=20,
            )
        )
        preferences_of_call_offs()
        offer_events()


def preferences_of_call_offs() -> None:
    """The confirmation always comes, on both channels; what else is told of is the person's choice."""
    from portal.notifications.models import Channel
    from portal.notifications.preferences import Kind, register

    register(
        Kind(
            name="callouts.went_on",
            label=_("What happens to your call-offs"),
            help=_("When the status changes, when customer service corrects one, and when papers are ready."),
            channels=(Channel.EMAIL,),
            module="callouts",
            events=(
                *("callouts.status_changed", "callouts.revised"),
                *("callouts.document_added", "callouts.request_answered"),
            ),
            order=20,
        )
    )


def offer_events() -> None:
    """What the company's other systems can be told of."""
    from portal.webhooks import events

    events.offer("callouts.submitted", _("A call-off is sent in"))
    events.offer("callouts.status_changed", _("The status of a call-off is changed"))
    events.offer("callouts.revised", _("A call-off is corrected"))
    events.offer("callouts.change_requested", _("A customer asks for a change or a cancellation of a call-off"))
    events.offer("callouts.document_added", _("A paper is added to a call-off"))
    events.offer("callouts.document_withdrawn", _("A paper is taken back from a call-off"))


def home_card(request: "HttpRequest") -> str:
    from callouts.views.history import home_card

    return home_card(request)


def draft_count(request: "HttpRequest") -> int | None:
    from callouts.views.history import draft_count

    return draft_count(request)


def add_units_and_packages(_: "Tenant") -> None:
    from callouts.actions import catalogue

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
        "callouts:delete_template",
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
        "callouts:draft_template",
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
    match=("callouts:history", "callouts:call_off", "callouts:copy", "callouts:template", "callouts:request"),
)
