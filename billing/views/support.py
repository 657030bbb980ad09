"""Electricity support and Norgespris: twelve months, opened to a month's days, opened to a day's hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from billing import presentation, queries
from billing.queries import Company, DaySupport, HourSupport, MonthSum
from billing.rules.money import apportion, to_ore
from billing.rules.support import Scheme
from billing.rules.taxes import Kind
from billing.rules.terms import Terms
from billing.scheme_words import rule, scheme_text
from billing.views.choosing import Chosen, chosen
from metering.periods import month_of
from metering.presentation.subjects import Link
from portal.customers.access import CustomerRequest, customer_required
from portal.ui import formatting

RULES = (Kind.SUPPORT_SHARE_OF_HOUR, Kind.SUPPORT_SHARE_OF_MONTH, Kind.SUPPORT_THRESHOLD)


@require_safe
@customer_required(scoped=True)
def support(request: CustomerRequest) -> HttpResponse:
    """The last twelve months; with `month` the days of one; with `day` a day's hours."""
    found = chosen(request, "billing:support")
    if found is None:
        return redirect("metering:overview")
    company = queries.company()
    try:
        if "day" in request.GET:
            return render(request, "billing/support_day.html", _day(request, found, company))
        if "month" in request.GET:
            return render(request, "billing/support_month.html", _month(request, found, company))
        return render(request, "billing/support.html", _year(request, found, company))
    except queries.NotHeld:
        return render(request, "billing/support.html", {"chosen": found, "not_held": True, "title": _title([])})


# Twelve months -------------------------------------------------------------------------------------


def _year(request: CustomerRequest, found: Chosen, company: Company) -> dict[str, Any]:
    months = queries.support_of_year(found.point, found.last_month, customer=request.customer, of=company)
    terms = queries.case_of(found.point, found.today, customer=request.customer, of=company).terms
    urls = {one.month: found.url(month=f"{one.month:%Y-%m}") for one in months}
    schemes = [scheme for one in months for scheme in one.schemes]
    named, cap = len(set(schemes)) > 1, terms.cap_on(found.today)
    return {
        "chosen": found,
        "months": [_month_row(one, urls[one.month], found.today, named=named) for one in months],
        "chart": presentation.support_chart(months, urls),
        "title": _title(schemes),
        "has_any": bool(schemes),
        "has_vat": bool(terms.vat_on(found.today)),
        "rule": _rule(terms, found.today),
        "cap": "" if cap is None else formatting.number(Decimal(cap) / 1000),
        "is_support": terms.scheme_on(found.today) == Scheme.SUPPORT,
    }


def _title(schemes: Sequence[Scheme]) -> str:
    """Return the names of the schemes there have been; the customary one where there was none."""
    return " / ".join(dict.fromkeys(scheme_text(scheme) for scheme in schemes)) or scheme_text(Scheme.SUPPORT)


def _month_row(one: MonthSum, url: str, today: date, *, named: bool) -> dict[str, Any]:
    """`named`: say which scheme held, because there have been several."""
    remarks = [scheme_text(scheme) for scheme in one.schemes] if named else []
    return {
        "name": _so_far(formatting.month(one.month).capitalize(), one.month, today),
        "url": url,
        "nok": formatting.MISSING if one.nok is None else formatting.kroner(one.nok),
        "remarks": ", ".join([*remarks, *([gettext("preliminary")] if one.preliminary else [])]),
    }


def _so_far(name: str, month: date, today: date) -> str:
    return gettext("%(month)s so far") % {"month": name} if month == month_of(today) else name


def _rule(terms: Terms, day: date) -> str:
    """Say what the scheme of a day gives; "" where none holds."""
    scheme = terms.scheme_on(day)
    kinds = {Scheme.SUPPORT: RULES, Scheme.NORGESPRIS: (Kind.NORGESPRIS,), Scheme.NONE: ()}[scheme]
    rates = [rate for kind in kinds if (rate := terms.rate_on(kind, day))]
    return rule(rates, terms.vat_on(day) or Decimal(0))


# A month -------------------------------------------------------------------------------------------


def _month(request: CustomerRequest, found: Chosen, company: Company) -> dict[str, Any]:
    month = queries.support_of(found.point, found.month, customer=request.customer, of=company)
    # Two decimals are shown: they add up to those of the sum.
    kwh = apportion([day.kwh for day in month.days], to_ore(month.kwh))
    is_present = month.month == month_of(found.today)
    name = formatting.month(month.month)
    scheme = _title(month.schemes)
    title = gettext("%(scheme)s so far in %(month)s") if is_present else gettext("%(scheme)s in %(month)s")
    return {
        "chosen": found,
        "title": title % {"scheme": scheme, "month": name},
        "scheme": scheme,
        "year_url": f"{reverse('billing:support')}?{urlencode({'installation': found.point.pk})}",
        "month": month,
        "nok": formatting.number_or_missing(month.nok),
        "kwh": formatting.number(month.kwh, 2),
        "days": [_day_row(found, *pair) for pair in zip(month.days, kwh, strict=True) if pair[0].day <= found.today],
        "has_vat": bool(month.vat_percent),
        "rule": rule(month.rates, month.vat_percent),
    }


def _day_row(found: Chosen, day: DaySupport, kwh: Decimal) -> dict[str, Any]:
    has_readings = day.missing < day.hours or day.kwh > 0
    return {
        "name": formatting.weekday_day(day.day),
        "url": found.url(day=day.day.isoformat()),
        "kwh": formatting.number_or_missing(kwh if has_readings else None),
        "nok": formatting.number_or_missing(day.nok),
        "remarks": ", ".join(_remarks(day, found.today)),
    }


def _remarks(day: DaySupport, today: date) -> list[str]:
    """Return why a day's amount is not known, not whole, or not final."""
    if day.missing == day.hours:
        return [gettext("readings come tomorrow") if day.day == today else gettext("no readings")]
    said = []
    if day.missing:
        said.append(_hours_missing(day.missing))
    if day.unpriced:
        text = ngettext("%(count)s hour without a price", "%(count)s hours without a price", day.unpriced)
        said.append(text % {"count": day.unpriced})
    elif day.preliminary:
        said.append(gettext("preliminary"))
    return said


def _hours_missing(count: int) -> str:
    return ngettext("%(count)s hour missing", "%(count)s hours missing", count) % {"count": count}


# A day ---------------------------------------------------------------------------------------------


def _day(request: CustomerRequest, found: Chosen, company: Company) -> dict[str, Any]:
    try:
        day = date.fromisoformat(request.GET["day"])
    except ValueError:
        raise Http404 from None
    if day > found.today or not found.installation.holds(day):
        raise Http404
    hours = queries.support_of_day(found.point, day, customer=request.customer, of=company)
    terms = queries.case_of(found.point, day, customer=request.customer, of=company).terms
    has_readings = any(one.kwh is not None for one in hours)
    missing = [one for one in hours if one.kwh is None]
    return {
        "scheme": scheme_text(terms.scheme_on(day)),
        "has_cap": any(one.kwh is not None and one.covered_kwh < one.kwh for one in hours),
        "chosen": found,
        "day": day,
        "month_url": found.url(month=f"{day:%Y-%m}"),
        "earlier": _other_day(found, day - timedelta(days=1)),
        "later": _other_day(found, day + timedelta(days=1)),
        "hours": [_hour(one) for one in hours] if has_readings else [],
        "total": formatting.number(sum(one.nok or 0 for one in hours), 2),
        "missing": _hours_missing(len(missing)) if missing and has_readings else "",
        "is_today": day == found.today,
        "has_vat": bool(terms.vat_on(day)),
        "rule": _rule(terms, day) if hours else "",
    }


def _other_day(found: Chosen, day: date) -> Link | None:
    if day > found.today or not found.installation.holds(day):
        return None
    return Link(formatting.weekday_day(day), found.url(day=day.isoformat(), month=f"{day:%Y-%m}"))


def _hour(one: HourSupport) -> dict[str, Any]:
    remark = gettext("preliminary") if one.preliminary else ""
    if one.kwh is None or one.nok is None:
        remark = gettext("no reading") if one.kwh is None else gettext("no price")
    return {
        "when": formatting.hour_range(one.start, one.end),
        "kwh": formatting.number_or_missing(one.kwh),
        "covered": formatting.number_or_missing(one.covered_kwh if one.kwh is not None else None),
        "spot": formatting.number_or_missing(one.spot_ore),
        "rate": formatting.number_or_missing(one.rate_ore),
        "nok": formatting.number_or_missing(one.nok),
        "remark": remark,
        "is_known": one.nok is not None,
        "pays": bool(one.rate_ore),
    }
