"""The customer's overview of an installation."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_GET

from metering import peaks, presentation, queries
from metering.days import Direction
from metering.forms import Period, PeriodForm, View
from metering.queries import Installation
from portal.customers.access import CustomerRequest, customer_required
from portal.customers.queries import today
from portal.ui import formatting


@require_GET
@customer_required(scoped=True)
def overview(request: CustomerRequest, point_id: int | None = None) -> HttpResponse:
    """Readings of one of the customer's installations, by default the first; another customer's is a 404."""
    now = timezone.now()
    day = formatting.local_day(now)
    installations = queries.installations_of(request.customer, day)
    if not installations and point_id is None:
        return render(request, "metering/no_installations.html")
    chosen = next((one for one in installations if point_id in (None, one.point.pk)), None)
    if chosen is None:
        raise Http404
    period = PeriodForm(request.GET).period(chosen, day)
    options = {one.point.pk: presentation.option(one) for one in installations}
    context = {
        "installation": chosen,
        "option": options[chosen.point.pk],
        "options": list(options.values()),
        "period": period,
        "period_name": presentation.period_name(period),
        "period_label": presentation.period_label(period),
        "scales": presentation.scales(chosen, period),
        "tabs": presentation.tabs(chosen, period),
        "earlier": presentation.earlier(chosen, period),
        "facts": presentation.facts(chosen),
        "later": presentation.later(chosen, period, day),
        **_readings(chosen, period, now),
    }
    return render(request, "metering/overview.html", context)


def _readings(installation: Installation, period: Period, now: datetime) -> dict[str, Any]:
    month = queries.month_of(installation, period.direction, period.day)
    shown: queries.DayReadings | queries.MonthReadings = month
    if period.view == View.DAY:
        shown = queries.day_of(installation, period.direction, period.day)
        chart = presentation.day_chart(shown, period, now)
    else:
        chart = presentation.month_chart(month, installation, period, now)
    highest = peaks.highest(month.peaks) if period.direction == Direction.CONSUMPTION else []
    return {
        "chart": chart,
        "figures": presentation.figures(shown, period.direction),
        "notes": presentation.notes(shown),
        "month": month.month,
        "peaks": presentation.peak_rows(highest, installation),
        "mean_peak_w": peaks.mean_w(highest),
    }


def home_card(request: HttpRequest) -> str:
    """The start page's card: what the first installation has used so far this month; "" without installations."""
    day = today()
    installations = queries.installations_of(request.customer, day)  # type: ignore[attr-defined]  # CustomerMiddleware
    if not installations:
        return ""
    month = queries.month_of(installations[0], Direction.CONSUMPTION, day)
    context = {
        "option": presentation.option(installations[0]),
        "month": month,
        "used": presentation.kwh(month.wh),
        "others": len(installations) - 1,
    }
    return render_to_string("metering/_home_card.html", context, request=request)
