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
    from metering.extras import ExtraColumn
    from metering.periods import Span, View
    from metering.queries import Installation
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
        defaults.register(defaults.Shipped("grid-price", TEXTS, module="grid"))
        registry.fill("metering.cards", overview_cards)
        registry.fill("metering.peaks", peaks_link)
        registry.fill("metering.below", prices_card)
        extras.register(extra_columns)
        # Values are due at 07:00 the day after, in Norway; beat keeps UTC.
        schedule("settle-months", "billing.tasks.settle_all_tenants", crontab(hour="6", minute="20"))
        # It decides by itself whether there is something to ask for.
        schedule("fetch-spot-prices", "billing.tasks.fetch_spot_prices", 600.0)


def overview_cards(request: "HttpRequest", given: "dict[str, Any]") -> str:
    from billing.cards import overview_cards

    return overview_cards(request, given)


def peaks_link(request: "HttpRequest", given: "dict[str, Any]") -> str:
    from billing.cards import peaks_link

    return peaks_link(request, given)


def prices_card(request: "HttpRequest", given: "dict[str, Any]") -> str:
    from billing.cards import prices_card

    return prices_card(request, given)


def extra_columns(
    request: "HttpRequest", installation: "Installation", direction: "Direction", view: "View", span: "Span"
) -> "list[ExtraColumn]":
    from billing.extra_columns import columns

    return columns(request, installation, direction, view, span)


def demo(tenant: "Tenant", *, rng: "Random", today: "date") -> None:
    from billing.demo import build

    build(tenant, rng=rng, today=today)


SPOT = registry.Section(
    label=_("Spot price"), url_name="billing:spot", icon="BarChart", active_icon="BarChartFill", order=34
)
OPEN_SPOT = registry.Section(
    label=_("Spot price today and tomorrow"), url_name="billing:spot", icon="BarChart", order=30
)
