"""Trial settlement: what the grid costs so far this month, why, and what the month will come to."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from billing import presentation, queries, sums, wording
from billing.rules.unknowns import What
from billing.views.choosing import Chosen, chosen
from metering.periods import month_span
from portal.customers.access import CustomerRequest, customer_required


@require_safe
@customer_required(scoped=True)
def trial(request: CustomerRequest) -> HttpResponse:
    """The chosen installation's month, by default the present one."""
    found = chosen(request, "billing:trial")
    if found is None:
        return redirect("metering:overview")
    try:
        context = _context(found, request)
    except queries.NotHeld:
        context = {"chosen": found, "not_held": True}
    return render(request, "billing/trial.html", context)


def _context(found: Chosen, request: CustomerRequest) -> dict[str, Any]:
    company = queries.company()
    common: dict[str, Any] = {"customer": request.customer, "of": company}
    settlement = queries.settlement_of(found.point, found.month, **common)
    peaks = queries.peaks_of(found.point, found.month, **common)
    is_present = found.month == found.today.replace(day=1)
    forecast = queries.forecast_of(found.point, found.month, **common) if is_present else None
    parts = sums.sums_of(settlement)
    last = min(month_span(found.month).last, found.today)
    # The list of the month's last day is the one that its tier is of.
    prices = queries.price_list_of(found.point, month_span(found.month).last, **common)
    charts_url = reverse("metering:installation", args=[found.point.pk])
    return {
        "chosen": found,
        "peaks_url": found.url("billing:peaks"),
        "sums": parts,
        "rows": [presentation.row(line) for line in parts.rent_lines],
        "scheme_rows": [presentation.row(line) for line in parts.scheme_lines],
        "reach": sums.reach_words(settlement),
        "gaps": sums.gap_words(settlement),
        # That there are no readings is said by how far they reach.
        "unknown": [wording.unknown_text(one) for one in settlement.unknown if one.what != What.READINGS],
        "as_of": _as_of(settlement.valid_until, last),
        "has_readings": settlement.valid_until is not None,
        "why_basis": presentation.basis_words(
            settlement.version.tariff.capacity.method if settlement.version else None
        ),
        "preliminary": sums.preliminary_words(settlement),
        "is_present": is_present,
        "meter": presentation.meter(peaks.tier, peaks.value, peaks.to_next),
        "tier": peaks.tier,
        "to_next": peaks.to_next,
        "is_near": presentation.is_near(peaks.to_next) and is_present,
        "more": presentation.step_price(prices, peaks.tier, peaks.to_next),
        "peaks": [presentation.peak_row(one) for one in peaks.counted],
        "mean": peaks.value,
        "chart": presentation.days_chart(peaks, found.today, url=charts_url) if peaks.days else None,
        "ladder": presentation.ladder(prices, peaks.tier, peaks.to_next if is_present else None),
        "is_private": settlement.is_private,
        "forecast": sums.forecast_words(forecast, parts, found.month),
    }


def _as_of(until: Any, last: date) -> date:
    return min((until - timedelta(seconds=1)).date(), last) if until else last
