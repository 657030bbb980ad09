"""What billing shows on the pages of readings: the trial settlement, and the section on the grid rent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from billing import presentation, queries, scheme_words, sums, wording
from billing.queries.spot import shown
from billing.rules.spot_days import MARKET_ZONE
from billing.rules.support import Scheme
from billing.rules.unknowns import What
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
        spot = _spot(request, installation.point.price_area, timezone.now())
        context = _trial(request, installation) | {"spot": spot}
    except queries.NotHeld:
        return ""
    return render_to_string("billing/_trial_card.html", context, request=request)


def section_head(request: HttpRequest, given: dict[str, Any]) -> str:
    """The heading of the grid rent's section, with the sum so far and the way to its settlement."""
    return _in_section("billing/_section_head.html", _head, request, given)


def section_cards(request: HttpRequest, given: dict[str, Any]) -> str:
    """The cards below it: prices, what the grid rent is made of, and the scheme."""
    return _in_section("billing/_section_cards.html", _section, request, given)


def _in_section(
    template: str,
    read: Callable[[HttpRequest, Installation], dict[str, Any]],
    request: HttpRequest,
    given: dict[str, Any],
) -> str:
    installation: Installation | None = given["installation"]
    if installation is None or not installation.holds(today()):
        return ""
    try:
        context = read(request, installation)
    except queries.NotHeld:
        return ""
    return render_to_string(template, context, request=request)


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


def _price_list(request: HttpRequest, installation: Installation, on: date) -> queries.PriceList | None:
    customer = request.customer  # type: ignore[attr-defined]  # the page asks for one
    return queries.price_list_of(installation.point, on, customer=customer, of=company_of(request))


def _head(request: HttpRequest, installation: Installation) -> dict[str, Any]:
    settlement = _settlement(request, installation)
    is_known = settlement.version is not None and settlement.valid_until is not None
    return {
        "month": today(),
        "rent": formatting.number_or_missing(sums.sums_of(settlement).rent if is_known else None),
        "trial_url": _url("trial", installation),
        "see_trial": gettext("See the trial settlement"),
    }


def _trial(request: HttpRequest, installation: Installation) -> dict[str, Any]:
    settlement = _settlement(request, installation)
    # The list that the tier is of: another may begin within the month.
    prices = _price_list(request, installation, settlement.period.last_day)
    basis = settlement.basis
    return {
        **_head(request, installation),
        "sums": sums.sums_of(settlement),
        "reach": _reach(settlement),
        "tier": settlement.tier,
        "bounds": wording.tier_text(settlement.tier) if settlement.tier else "",
        "to_next": settlement.to_next,
        "to_next_kw": _kw(settlement.to_next.mean_kw) if settlement.to_next else "",
        "more": presentation.step_price(prices, settlement.tier, settlement.to_next),
        "meter": presentation.meter(settlement.tier, basis.value if basis else None, settlement.to_next),
        "spot_url": _url("spot", installation),
    }


def _kw(value: Decimal) -> str:
    return f"{formatting.number(value, 2)}{formatting.NBSP}kW"


def _reach(settlement: queries.Settlement) -> str:
    """Say what the sum rests on: how far the readings reach, what is not known, and whether it may still change."""
    unknown = [wording.unknown_text(one) for one in settlement.unknown[:1] if one.what != What.READINGS]
    said = [*unknown, sums.reach_words(settlement), sums.preliminary_words(settlement)]
    return " ".join(filter(None, said))


def _spot(request: HttpRequest, area: str, now: datetime) -> dict[str, Any] | None:
    """Draw the day's prices, with the one that holds now in words; None where it is not known."""
    market_day = now.astimezone(MARKET_ZONE).date()
    book = queries.prices_of(company_of(request), area, market_day, market_day)
    day = shown(book.spots[market_day]) if book and market_day in book.spots else None
    current = day.at(now) if day else None
    if day is None or current is None or current.ore is None:
        return None
    return {
        "when": formatting.hour_range(current.slot.start, current.slot.end, zone=MARKET_ZONE),
        "ore": formatting.number(current.ore, 2),
        "spark": spark([slot.ore for slot in day.slots], now=day.slots.index(current)),
        "labels": HOURS,
    }


def _section(request: HttpRequest, installation: Installation) -> dict[str, Any]:
    settlement, prices = _settlement(request, installation), _price_list(request, installation, today())
    energy = queries.energy_price_now(installation.point, timezone.now(), of=company_of(request))
    basis = settlement.basis
    tier = prices.place(basis.method, basis.value) if prices and basis else None
    prices_url = _url("prices", installation)
    return {
        "prices": prices,
        "energy": presentation.energy_rows(prices, now=energy.period if energy else None) if prices else [],
        "capacity": formatting.number(tier.nok_per_month, 2) if tier else "",
        "bounds": wording.tier_text(tier.position) if tier else "",
        "method": wording.method_text(prices.version.tariff.capacity.method) if prices else "",
        "support": _support(request, installation, settlement),
        "prices_url": prices_url,
        "parts_url": f"{prices_url}#parts-title",
        "support_url": _url("support", installation),
    }


def _support(request: HttpRequest, installation: Installation, settlement: queries.Settlement) -> dict[str, Any] | None:
    """Tell of the scheme that holds today; None for those who can have none."""
    customer, of = request.customer, company_of(request)  # type: ignore[attr-defined]  # the page asks for one
    terms = queries.case_of(installation.point, today(), customer=customer, of=of).terms
    scheme = terms.scheme_on(today())
    if not terms.is_private:
        return None
    if scheme == Scheme.NONE:
        text = gettext("This installation has neither electricity support nor Norgespris.")
        return {"name": scheme_words.scheme_text(Scheme.SUPPORT), "figures": [], "text": text}
    return {
        "name": scheme_words.scheme_text(scheme),
        "figures": [_given(name, amount) for name, amount in sums.sums_of(settlement).schemes],
        "text": scheme_words.scheme_short(scheme),
    }


def _given(name: str, amount: Decimal) -> tuple[str, Decimal]:
    """Return what a scheme has given or cost so far this month, never below zero."""
    said = gettext("%(scheme)s, paid so far in %(month)s") if amount > 0 else gettext("%(scheme)s so far in %(month)s")
    return said % {"scheme": name, "month": formatting.month_name(today())}, abs(amount)
