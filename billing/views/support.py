"""Electricity support and Norgespris: twelve months, opened to days, opened to hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from billing import presentation, queries, wording
from billing.queries import HourSupport, MonthSupport
from billing.rules.money import apportion, to_ore
from billing.rules.support import Scheme
from billing.rules.taxes import UNITS, Rate
from billing.views.choosing import Chosen, chosen
from metering.periods import month_span
from portal.customers.access import CustomerRequest, customer_required
from portal.ui import formatting


def scheme_text(scheme: Scheme) -> str:
    return gettext("Norgespris") if scheme == Scheme.NORGESPRIS else gettext("Electricity support")


@require_GET
@customer_required(scoped=True)
def support(request: CustomerRequest) -> HttpResponse:
    """The last twelve months; a month with its days; with `day` a day with its hours."""
    found = chosen(request, "billing:support")
    if found is None:
        return redirect("metering:overview")
    company = queries.company()
    try:
        if "day" in request.GET:
            return render(request, "billing/support_day.html", _day(request, found, company))
        months = queries.support_of_year(found.point, found.last_month, customer=request.customer, of=company)
    except queries.NotHeld:
        return render(request, "billing/support.html", {"chosen": found, "not_held": True, "title": _title([])})
    urls = {one.month: found.url(month=f"{one.month:%Y-%m}") for one in months}
    opened = next((one for one in months if one.month == found.month and "month" in request.GET), None)
    context = {
        "chosen": found,
        "months": [_month_row(one, urls[one.month]) for one in months],
        "chart": presentation.support_chart(months, urls),
        "title": _title([scheme for one in months for scheme in one.schemes]),
        "has_any": any(one.schemes for one in months),
        "opened": opened,
        "opened_name": formatting.month(opened.month) if opened else "",
        "days": _days(found, opened) if opened else [],
        "has_preliminary_days": opened is not None and any(day.preliminary for day in opened.days),
        "rates": [_rate(opened, rate) for rate in opened.rates] if opened else [],
        "with_vat": opened is not None and opened.vat_percent > 0,
    }
    return render(request, "billing/support.html", context)


def _title(schemes: Sequence[Scheme]) -> str:
    """Return the names of the schemes there have been; the customary one where there was none."""
    return " / ".join(dict.fromkeys(scheme_text(scheme) for scheme in schemes)) or scheme_text(Scheme.SUPPORT)


def _month_row(one: MonthSupport, url: str) -> dict[str, Any]:
    return {
        "name": formatting.month(one.month).capitalize(),
        "url": url,
        "schemes": ", ".join(scheme_text(scheme) for scheme in one.schemes),
        "kwh": formatting.number(one.kwh, 1),
        "nok": formatting.MISSING if one.nok is None else formatting.number(one.nok, 2),
        "preliminary": one.preliminary,
    }


def _days(found: Chosen, month: MonthSupport) -> list[dict[str, Any]]:
    # Two decimals are shown: they add up to those of the sum.
    shown = apportion([day.kwh for day in month.days], to_ore(month.kwh))
    return [
        {
            "name": formatting.weekday_day(day.day),
            "url": found.url(day=day.day.isoformat()),
            "kwh": formatting.number(kwh, 2),
            "nok": formatting.MISSING if day.nok is None else formatting.number(day.nok, 2),
            "preliminary": day.preliminary,
        }
        for day, kwh in zip(month.days, shown, strict=True)
        if day.day <= found.today
    ]


def _rate(month: MonthSupport, rate: Rate) -> tuple[str, str]:
    """Return a rate with VAT where the amounts beside it have VAT."""
    unit = wording.unit_text(UNITS[rate.kind])
    return wording.rate_text(rate.kind), f"{formatting.exact(month.price(rate))}{formatting.NBSP}{unit}"


def _day(request: CustomerRequest, found: Chosen, company: queries.Company) -> dict[str, Any]:
    try:
        day = date.fromisoformat(request.GET["day"])
    except ValueError:
        raise Http404 from None
    if day > found.today or not found.installation.holds(day):
        raise Http404
    hours = queries.support_of_day(found.point, day, customer=request.customer, of=company)
    case = queries.case_of(found.point, day, customer=request.customer, of=company)
    return {
        "scheme": scheme_text(case.terms.scheme_on(day)),
        "has_cap": any(one.kwh is not None and one.covered_kwh < one.kwh for one in hours),
        "chosen": found,
        "day": day,
        "month_url": found.url(month=f"{day:%Y-%m}"),
        "month": month_span(day).first,
        "hours": [_hour(one) for one in hours],
        "has_preliminary_hours": any(one.preliminary for one in hours),
        "total": formatting.number(sum(one.nok or 0 for one in hours), 2),
    }


def _hour(one: HourSupport) -> tuple[str | bool, ...]:
    def shown(value: Any, decimals: int = 2) -> str:
        return formatting.MISSING if value is None else formatting.number(value, decimals)

    when = formatting.hour_range(one.start, one.end)
    covered = shown(one.covered_kwh if one.kwh is not None else None)
    return when, shown(one.kwh), covered, shown(one.spot_ore), shown(one.rate_ore), shown(one.nok), one.preliminary
