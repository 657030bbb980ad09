"""What billing shows on the pages of readings: the trial settlement and the prices now."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from billing import presentation, queries, wording
from billing.queries.spot import price_now
from billing.views.memo import company_of
from metering.queries import Installation
from portal.customers.queries import today
from portal.ui import formatting


def overview_card(request: HttpRequest, given: dict[str, Any]) -> str:
    """The cards beside an installation's readings; nothing for one that is no longer the customer's."""
    installation: Installation = given["installation"]
    if not installation.is_present:
        return ""
    try:
        context = _context(request, installation)
    except queries.NotHeld:
        return ""
    return render_to_string("billing/_trial_card.html", context, request=request)


def _context(request: HttpRequest, installation: Installation) -> dict[str, Any]:
    point, day, now = installation.point, today(), timezone.now()
    company = company_of(request)
    customer = request.customer  # type: ignore[attr-defined]  # the page asks for one
    settlement = queries.settlement_of(point, day, customer=customer, of=company)
    prices = queries.price_list_of(point, day, customer=customer, of=company)
    energy = queries.energy_price_now(point, now, of=company)
    spot = price_now(point.price_area, now) if point.price_area else None
    query = urlencode({"installation": point.pk})
    basis = settlement.basis
    return {
        "month": day,
        "total": settlement.total,
        "tier": settlement.tier,
        "bounds": wording.tier_text(settlement.tier) if settlement.tier else "",
        "to_next": settlement.to_next,
        "more": presentation.step_price(prices, settlement.tier, settlement.to_next),
        "meter": presentation.meter(settlement.tier, basis.value if basis else None, settlement.to_next),
        "energy": formatting.number(energy.with_taxes or energy.shown, 2) if energy else "",
        "energy_when": wording.period_text(energy.period, prices.version.tariff.energy) if energy and prices else "",
        "spot": formatting.number(spot * 100, 2) if spot is not None else "",
        "area": point.price_area,
        "trial_url": f"{reverse('billing:trial')}?{query}",
        "see_trial": gettext("See the trial settlement"),
        "prices_url": f"{reverse('billing:prices')}?{query}",
        "support_url": f"{reverse('billing:support')}?{query}",
        "peaks_url": f"{reverse('billing:peaks')}?{query}",
        "spot_url": f"{reverse('billing:spot')}?{query}",
    }
