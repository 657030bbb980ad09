"""What billing shows on the pages of readings: the trial settlement and the prices now."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from billing import presentation, queries, wording
from billing.queries.spot import shown_day
from billing.rules.spot_days import MARKET_ZONE
from billing.views.memo import company_of
from metering.queries import Installation
from portal.customers.queries import today
from portal.ui import formatting
from portal.ui.sparks import spark

# Under the drawing of a day.
HOURS = ("00", "06", "12", "18", "24")


def overview_cards(request: HttpRequest, given: dict[str, Any]) -> str:
    """The cards beside an installation's readings; nothing for one that is no longer the customer's."""
    installation: Installation = given["installation"]
    if not installation.holds(today()):
        return ""
    try:
        context = _trial(request, installation) | {"spot": _spot(installation.point.price_area, timezone.now())}
    except queries.NotHeld:
        return ""
    return render_to_string("billing/_trial_card.html", context, request=request)


def prices_card(request: HttpRequest, given: dict[str, Any]) -> str:
    """The card below them: what the grid costs now."""
    installation: Installation | None = given["installation"]
    if installation is None or not installation.holds(today()):
        return ""
    try:
        context = _prices(request, installation)
    except queries.NotHeld:
        return ""
    return render_to_string("billing/_prices_card.html", context, request=request)


def peaks_link(request: HttpRequest, given: dict[str, Any]) -> str:
    """The way from the month's peaks to those of a year."""
    installation: Installation = given["installation"]
    context = {"url": _url("peaks", installation), "label": gettext("See the last 12 months")}
    return render_to_string("components/more.html", context, request=request)


def _url(page: str, installation: Installation) -> str:
    return f"{reverse(f'billing:{page}')}?{urlencode({'installation': installation.point.pk})}"


def _settlement(request: HttpRequest, installation: Installation) -> queries.Settlement:
    """Settle the month so far, once for all cards."""
    of, customer = company_of(request), request.customer  # type: ignore[attr-defined]  # the page asks for one
    return of.once(
        ("settlement", installation.point.pk),
        lambda: queries.settlement_of(installation.point, today(), customer=customer, of=of),
    )


def _price_list(request: HttpRequest, installation: Installation) -> queries.PriceList | None:
    customer = request.customer  # type: ignore[attr-defined]  # the page asks for one
    return queries.price_list_of(installation.point, today(), customer=customer, of=company_of(request))


def _trial(request: HttpRequest, installation: Installation) -> dict[str, Any]:
    settlement, prices = _settlement(request, installation), _price_list(request, installation)
    basis = settlement.basis
    is_known = settlement.version is not None and settlement.valid_until is not None
    return {
        "month": today(),
        "total": formatting.number(settlement.total, 2) if is_known else formatting.MISSING,
        "reach": _reach(settlement),
        "tier": settlement.tier,
        "bounds": wording.tier_text(settlement.tier) if settlement.tier else "",
        "to_next": settlement.to_next,
        "more": presentation.step_price(prices, settlement.tier, settlement.to_next),
        "meter": presentation.meter(settlement.tier, basis.value if basis else None, settlement.to_next),
        "trial_url": _url("trial", installation),
        "see_trial": gettext("See the trial settlement"),
        "spot_url": _url("spot", installation),
    }


def _reach(settlement: queries.Settlement) -> str:
    """Say what the sum rests on: how far the readings reach, what is not known, and whether it may still change."""
    if settlement.unknown:
        return wording.unknown_text(settlement.unknown[0])
    return " ".join(filter(None, [presentation.valid_words(settlement), presentation.preliminary_words(settlement)]))


def _spot(area: str, now: datetime) -> dict[str, Any] | None:
    """Draw the day's prices, with the one that holds now in words; None where it is not known."""
    day = shown_day(area, now.astimezone(MARKET_ZONE).date()) if area else None
    current = day.at(now) if day else None
    if day is None or current is None or current.ore is None:
        return None
    return {
        "when": formatting.hour_range(current.slot.start, current.slot.end, zone=MARKET_ZONE),
        "ore": formatting.number(current.ore, 2),
        "spark": spark([slot.ore for slot in day.slots], now=day.slots.index(current)),
        "labels": HOURS,
    }


def _prices(request: HttpRequest, installation: Installation) -> dict[str, Any]:
    settlement, prices = _settlement(request, installation), _price_list(request, installation)
    energy = queries.energy_price_now(installation.point, timezone.now(), of=company_of(request))
    tier = prices.tier(settlement.tier) if prices else None
    return {
        "energy": presentation.energy_rows(prices, now=energy.period if energy else None) if prices else [],
        "is_private": prices.is_private if prices else True,
        "capacity": formatting.number(tier.nok_per_month, 2) if tier else "",
        "bounds": wording.tier_text(tier.position) if tier else "",
        "peaks_url": _url("peaks", installation),
        "prices_url": _url("prices", installation),
        "support_url": _url("support", installation),
    }
