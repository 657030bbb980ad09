"""The customer's overview: one installation, or all of them together, by day, week, month and year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from metering import extras, peaks, periods, queries
from metering.days import Direction
from metering.forms import LAST_YEAR, NameForm, Period, PeriodForm
from metering.loads import working_hours
from metering.periods import Span, View
from metering.presentation import charts, subjects, words
from metering.presentation.charts import Frame
from metering.presentation.comparing import Beside, difference
from metering.presentation.subjects import Subject
from metering.presentation.words import Shown
from metering.queries import Installation, Portfolio
from portal.customers.access import CustomerRequest, customer_required
from portal.customers.models import Role
from portal.customers.queries import today
from portal.ui import formatting


@require_safe
@customer_required(scoped=True)
def overview(request: CustomerRequest, point_id: int | None = None) -> HttpResponse:
    """Readings of one of the customer's installations, by default the preferred one; another customer's is a 404."""
    held = _portfolio(request)
    if held is None:
        if point_id is None:
            return render(request, "metering/no_installations.html")
        raise Http404
    chosen = queries.preferred_of(request.user, held) if point_id is None else held.find(point_id)
    if chosen is None:
        raise Http404
    return _page(request, subjects.of_installation(chosen, held.today), held)


def _portfolio(request: CustomerRequest) -> Portfolio | None:
    return queries.portfolio_of(request.customer, today(), shown=subjects.MOST_IN_PICKER)


@require_safe
@customer_required(scoped=True)
def together(request: CustomerRequest) -> HttpResponse:
    """All installations of the customer as one; with a single one, that one."""
    held = _portfolio(request)
    if held is None or held.count < 2:
        return redirect("metering:overview")
    return _page(request, subjects.of_all(held), held)


def _page(request: CustomerRequest, subject: Subject, held: Portfolio) -> HttpResponse:
    now = timezone.now()
    day = formatting.local_day(now)
    period = PeriodForm(request.GET).period(
        first_day=subject.first_day, last_day=subject.last_day, today=day, has_production=subject.has_production
    )
    span = periods.span_of(period.view, period.day)
    options = subjects.options(held)
    context = {
        "subject": subject,
        "installation": subject.installation,
        "option": next((one for one in options if one.url == subject.path), subject.option),
        "options": options,
        "period": period,
        "span": span,
        "elsewhere": words.elsewhere(subject, period, day),
        "period_name": subjects.period_name(period),
        "period_label": subjects.period_label(period),
        "pick": subjects.pick_words(period.view),
        "scales": subjects.scales(subject, period),
        "kinds_of_year": subjects.kinds_of_year(subject, period),
        "tabs": subjects.tabs(subject, period),
        "later": subjects.later(subject, period),
        "comparisons": subjects.comparisons(subject, period, held),
        "quarters_url": subject.url(period.moved(by_quarter=not period.by_quarter)),
        "facts": words.facts(subject),
        "name_form": _name_form(request, subject),
        "is_preferred": _is_preferred(request, subject, held),
        "download_url": words.download_url(subject, span.first, span.last),
        **_readings(request, subject, held, period, span, now),
    }
    return render(request, "metering/overview.html", context)


def _name_form(request: CustomerRequest, subject: Subject) -> NameForm | None:
    """Return the form for an own name, to whom saving it is open."""
    if subject.installation is None or not request.role.includes(Role.ORDERER):
        return None
    return NameForm(initial={"name": subject.installation.name})


def _is_preferred(request: CustomerRequest, subject: Subject, held: Portfolio) -> bool:
    if subject.installation is None or held.count < 2:
        return True
    return queries.preferred_of(request.user, held).point.pk == subject.installation.point.pk


def _readings(
    request: CustomerRequest,
    subject: Subject,
    held: Portfolio,
    period: Period,
    span: Span,
    now: datetime,
) -> dict[str, Any]:
    one = subject.installation
    load = extras.load_hours(request)(one, span) if one else None
    shown = _shown(subject, period, span, load)
    beside = _beside(subject, held, period, span)
    more = extras.columns_for(request, one, period.direction, period.view, span) if one else []
    begins = _begins(subject, shown, period, span)
    if one and begins:
        shown = _since(begins, shown, one)
    own, extra = words.figures(shown, subject, period, today(), load), words.extra_figures(more)
    highest = _peaks(subject, shown, period)
    chart = charts.chart_of(shown, Frame(subject, period, now, beside, more, begins))
    return {
        "chart": chart,
        # Of years before the first readings there is nothing to see.
        "earlier": None
        if begins and periods.before(period.view, period.day) < begins
        else subjects.earlier(subject, period),
        "begins": words.begins(begins, subject, period) if begins else None,
        "figures": [own[0], *extra] if extra else own,
        "side_figures": own[1:] if extra else [],
        "difference": difference(shown, beside, period, is_sum=one is None) if beside else "",
        "notes": [*words.notes(shown, subject, today()), *(column.note for column in more if column.note)],
        "has_quarters": _has_quarters(shown),
        "month": periods.month_of(period.day),
        "peaks": words.peak_rows(highest, subject),
        "mean_peak_w": peaks.mean_w(highest),
    }


def _begins(subject: Subject, shown: Shown, period: Period, span: Span) -> date | None:
    """Return the first day with readings where the period begins before it; it is asked for only where it can be so.

    Of a customer who has held an installation for long there may be none of the first years.
    """
    if subject.installation is None:
        return None
    if shown.known and not _lacks_first(shown):
        return None
    begins = queries.first_day_read(subject.installation, period.direction)
    return begins if begins and begins > span.first else None


def _since(begins: date, shown: Shown, one: Installation) -> Shown:
    """Return what is shown without counting as missing what is before the first readings."""
    if isinstance(shown, queries.DaysReadings):
        days = (replace(day, missing=0) if day.day < begins else day for day in shown.days)
        return replace(shown, days=tuple(days))
    if isinstance(shown, queries.MonthsReadings):
        return replace(shown, months=tuple(_month_since(begins, month, one) for month in shown.months))
    return shown


def _month_since(begins: date, month: queries.MonthTotal, one: Installation) -> queries.MonthTotal:
    if begins <= month.month:
        return month
    before = Span(month.month, min(periods.month_span(month.month).last, begins - periods.DAY))
    return replace(month, missing_days=max(0, month.missing_days - one.days_held(before)))


def _lacks_first(shown: Shown) -> bool:
    """Tell whether the first day or month of a stretch that was the customer's has nothing, or not all."""
    if isinstance(shown, queries.MonthsReadings):
        month = next((one for one in shown.months if one.is_held), None)
        return month is not None and (month.wh is None or month.missing_days > 0)
    if isinstance(shown, queries.DaysReadings):
        day = next((one for one in shown.days if one.is_held), None)
        return day is not None and day.wh is None
    return False


def _has_quarters(shown: Shown) -> bool:
    return isinstance(shown, queries.DayReadings) and shown.has_quarters


def _shown(subject: Subject, period: Period, span: Span, load: extras.LoadHours | None = None) -> Shown:
    """Read what a view shows. All ways to the numbers go through the same queries."""
    one, high = subject.source, load.high if load else working_hours
    if isinstance(one, Installation):
        if period.view == View.DAY:
            return queries.day_of(one, period.direction, span.first, by_quarter=period.by_quarter, high=high)
        if period.view.is_by_month:
            return queries.months_of(one, period.direction, span, today(), high=high)
        return queries.days_of(one, period.direction, span, high=high)
    if period.view == View.DAY:
        return queries.sum_of_day(one, period.direction, span.first)
    if period.view.is_by_month:
        return queries.sum_of_months(one, period.direction, span)
    return queries.sum_of_days(one, period.direction, span)


def _beside(subject: Subject, held: Portfolio, period: Period, span: Span) -> Beside | None:
    if period.compare == LAST_YEAR:
        then = periods.a_year_before(period.view, span, today())
        is_whole = then == periods.span_of(period.view, then.last)
        name = (
            subjects.period_name(period.moved(day=then.last))
            if is_whole
            else formatting.day_range(then.first, then.last)
        )
        nothing = gettext("There are no readings for %(period)s.") % {"period": name}
        return Beside(gettext("the year before"), _shown(subject, period, then), nothing)
    if not period.compare or subject.installation is None or int(period.compare) == subject.installation.point.pk:
        return None
    other = held.find(int(period.compare))
    if other is None:
        return None
    beside = subjects.of_installation(other, today())
    nothing = gettext("%(installation)s has no readings for %(period)s.") % {
        "installation": beside.title,
        "period": subjects.period_name(period),
    }
    return Beside(beside.title, _shown(beside, period, span), nothing)


def _peaks(subject: Subject, shown: Shown, period: Period) -> list[peaks.DayPeak]:
    """Return the month's three highest days; the month that is shown is not read twice."""
    if subject.installation is None or period.direction != Direction.CONSUMPTION or period.view.is_by_month:
        return []
    if period.view == View.MONTH and isinstance(shown, queries.DaysReadings):
        return peaks.highest(shown.peaks)
    month = queries.month_of_installation(subject.installation, period.direction, period.day)
    return peaks.highest(month.peaks)


def begin_note(request: HttpRequest, _given: dict[str, Any]) -> str:
    """Say on the page of one's access where the installation to begin with is chosen; "" where there is no choice."""
    customer = getattr(request, "customer", None)
    held = queries.portfolio_of(customer, today(), shown=1) if customer else None
    if held is None or held.count < 2:
        return ""
    return render_to_string("metering/_begin_note.html", request=request)


def home_card(request: HttpRequest) -> str:
    """The start page's card: what the first installation has used so far this month, or when there will be one."""
    day: date = today()
    held = queries.portfolio_of(request.customer, day, shown=1)  # type: ignore[attr-defined]  # CustomerMiddleware
    if held is None:
        return render_to_string("metering/_home_card.html", request=request)
    first = held.first[0]
    month = queries.month_of_installation(first, Direction.CONSUMPTION, day)
    context = {
        "option": subjects.of_installation(first, day).option,
        "month": month,
        "used": words.kwh(month.wh),
        "others": held.count - 1,
    }
    return render_to_string("metering/_home_card.html", context, request=request)
