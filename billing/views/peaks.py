"""The peaks that set the capacity tier: last month's three, and twelve months of them."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from billing import presentation, queries, wording
from billing.queries import MonthPeaks
from billing.rules.tariffs import Method
from billing.views.choosing import chosen
from metering.periods import month_of
from portal.customers.access import CustomerRequest, customer_required
from portal.ui import formatting


@require_safe
@customer_required(scoped=True)
def peaks(request: CustomerRequest) -> HttpResponse:
    """The month that is chosen, and the twelve up to the last."""
    found = chosen(request, "billing:peaks", past=True)
    if found is None:
        return redirect("metering:overview")
    company = queries.company()
    try:
        months = queries.peaks_of_year(found.point, found.last_month, customer=request.customer, of=company)
        month = next((one for one in months if one.month == found.month), None) or queries.peaks_of(
            found.point, found.month, customer=request.customer, of=company
        )
    except queries.NotHeld:
        return render(request, "billing/peaks.html", {"chosen": found, "not_held": True})
    urls = {one.month: found.url(month=f"{one.month:%Y-%m}") for one in months}
    rows = [
        (
            _month_name(one.month, found.today),
            urls[one.month],
            f"{formatting.number(one.value, 2)}{formatting.NBSP}{unit_of(one)}"
            if one.value is not None
            else formatting.MISSING,
            wording.tier_text(one.tier) if one.tier else formatting.MISSING,
            ", ".join(f"{formatting.number(peak.kw, 2)} ({formatting.short_day(peak.day)})" for peak in one.counted),
        )
        for one in months
    ]
    point_url = reverse("metering:installation", args=[found.point.pk])
    context = {
        "chosen": found,
        "month": month,
        "counted": [presentation.peak_row(one) for one in month.counted],
        "unit": unit_of(month),
        "is_daily": month.version is not None and month.version.tariff.capacity.method == Method.THREE_DAILY_MAXIMA,
        "method": wording.method_text(month.version.tariff.capacity.method) if month.version else "",
        "chart": presentation.days_chart(month, found.today, url=point_url) if month.days else None,
        "months_chart": presentation.months_chart(months, urls) if len(months) > 1 else None,
        "rows": rows,
    }
    return render(request, "billing/peaks.html", context)


def _month_name(month: date, today: date) -> str:
    name = formatting.month(month).capitalize()
    return gettext("%(month)s so far") % {"month": name} if month == month_of(today) else name


def unit_of(month: MonthPeaks) -> str:
    """Return what the value is counted in: a fuse has amperes."""
    return month.tier.unit if month.tier else "kW"
