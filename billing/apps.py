from pathlib import Path
from typing import TYPE_CHECKING, Any

from celery.schedules import crontab
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal import registry
from portal.celery import schedule

if TYPE_CHECKING:
    from datetime import date
    from random import Random

    from django.http import HttpRequest

    from metering.days import Direction
    from metering.extras import ExtraColumn, LoadOf
    from metering.periods import Span, View
    from metering.queries import Installation
    from portal.customers.models import Customer
    from portal.tenancy.models import Tenant


TEXTS = Path(__file__).parent / "texts"


class BillingConfig(AppConfig):
    name = "billing"
    label = "billing"
    verbose_name = _("Billing")

    def ready(self) -> None:
        from billing import personal_data
        from metering import extras
        from portal.content import defaults

        _offer_invoices()
        registry.keep_personal_data(registry.PersonalData(name="settled_months", export=personal_data.export))
        registry.register(
            registry.Module(
                name="grid",
                app="billing",
                url_prefix="billing/",
                urlconf="billing.urls",
                sections=(SPOT,),
                public_sections=(OPEN_SPOT,),
                demo=demo,
                # After metering, whose readings it prices.
                order=35,
            )
        )
        for app in ("billing", "invoices"):
            registry.stand_under(app, "metering:overview")
        registry.offer_subject("invoices", invoice_subject)
        registry.offer_subject_link("invoices", invoice_link)
        defaults.register(defaults.Shipped("grid-price", TEXTS, module="grid"))
        registry.fill("metering.cards", overview_cards)
        registry.fill("metering.peaks", peaks_link)
        registry.fill("metering.section_head", section_head)
        registry.fill("metering.section", section_cards)
        extras.register(extra_columns)
        extras.register_load(load_hours)
        # Values are due at 07:00 the day after, in Norway; beat keeps UTC.
        schedule("settle-months", "billing.tasks.settle_all_tenants", crontab(hour="6", minute="20"))
        # It decides by itself whether there is something to ask for.
        schedule("fetch-spot-prices", "billing.tasks.fetch_spot_prices", 600.0)


def _offer_invoices() -> None:
    """Invoices are every tenant's: of the grid, of waste, or of both."""
    from billing import personal_data
    from portal import celery

    registry.keep_personal_data(registry.PersonalData(name="invoices", export=personal_data.export_invoices))
    registry.register(
        registry.Module(
            app="invoices",
            label=_("Invoices"),
            url_prefix="invoices/",
            urlconf="billing.invoice_urls",
            menu=(INVOICES,),
            demo=invoice_demo,
            # After metering and the prices, which grid invoices are made from.
            order=36,
        )
    )
    registry.fill("metering.tabs", invoice_tab)
    registry.fill("customers.home", invoice_card, order=20)
    _tell_of_invoices()
    celery.route("billing.tasks.render_invoice", "documents")
    celery.route("billing.tasks.draw_ahead", "drawings")
    schedule("announce-invoices", "billing.tasks.announce_all_tenants", 300.0)
    # In the morning in Norway, all year; beat keeps UTC.
    schedule("remind-of-invoices", "billing.tasks.remind_all_tenants", crontab(hour="7", minute="40"))


def _tell_of_invoices() -> None:
    """What people may be told of, as they choose."""
    from portal.notifications import preferences
    from portal.notifications.models import Channel

    kinds = (
        ("invoices.new", _("New invoice"), _("When an invoice or a credit note is ready."), (Channel.EMAIL,)),
        ("invoices.due", _("Invoice is due soon"), _("A few days before an unpaid invoice is due."), ()),
        (
            "invoices.overdue",
            _("Invoice is overdue"),
            _("When we have not seen the payment some days after the due date."),
            (Channel.EMAIL,),
        ),
    )
    for order, (name, label, text, channels) in enumerate(kinds, 60):
        preferences.register(preferences.Kind(name=name, label=label, help=text, channels=channels, order=order))


def overview_cards(request: "HttpRequest", given: "dict[str, Any]") -> str:
    from billing.cards import overview_cards

    return overview_cards(request, given)


def peaks_link(request: "HttpRequest", given: "dict[str, Any]") -> str:
    from billing.cards import peaks_link

    return peaks_link(request, given)


def section_head(request: "HttpRequest", given: "dict[str, Any]") -> str:
    from billing.cards import section_head

    return section_head(request, given)


def section_cards(request: "HttpRequest", given: "dict[str, Any]") -> str:
    from billing.cards import section_cards

    return section_cards(request, given)


def invoice_subject(customer: "Customer", ref: str) -> str | None:
    from billing.invoice_presentation import subject_of

    return subject_of(customer, ref)


def invoice_link(customer: "Customer", words: str) -> str | None:
    from billing.invoice_presentation import staff_link

    return staff_link(customer, words)


def extra_columns(
    request: "HttpRequest", installation: "Installation", direction: "Direction", view: "View", span: "Span"
) -> "list[ExtraColumn]":
    from billing.extra_columns import columns

    return columns(request, installation, direction, view, span)


def load_hours(request: "HttpRequest | None") -> "LoadOf":
    from billing.load_hours import load_hours as hours

    return hours(request)


def invoice_tab(request: "HttpRequest", given: "dict[str, Any]") -> str:
    from billing.invoice_cards import tab

    return tab(request, given)


def invoice_card(request: "HttpRequest", given: "dict[str, Any]") -> str:
    from billing.invoice_cards import home_card

    return home_card(request, given)


def invoice_demo(tenant: "Tenant", *, rng: "Random", today: "date") -> None:
    from billing.invoice_demo import build

    build(tenant, rng=rng, today=today)


def demo(tenant: "Tenant", *, rng: "Random", today: "date") -> None:
    from billing.demo import build

    build(tenant, rng=rng, today=today)


SPOT = registry.Section(
    label=_("Spot price"), url_name="billing:spot", icon="BarChart", active_icon="BarChartFill", order=34
)
OPEN_SPOT = registry.Section(
    label=_("Spot price today and tomorrow"), url_name="billing:spot", icon="BarChart", order=30
)
INVOICES = registry.Section(
    label=_("Invoices"),
    url_name="invoices:overview",
    icon="Receipt",
    order=60,
    match=("invoices:overview", "invoices:invoice", "invoices:pdf"),
)
