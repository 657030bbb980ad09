"""What billing adds to an installation's readings: what each hour or day cost, and what the state gave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.http import HttpRequest
from django.utils.translation import gettext

from billing import queries
from billing.queries.costs import Cost, Costs, Money, costs_of_day, costs_of_days, support_of_months
from billing.rules.support import Scheme
from billing.views.memo import company_of
from metering.days import Direction
from metering.extras import ExtraColumn
from metering.periods import Span, View
from metering.queries import Installation
from portal.customers.queries import today
from portal.ui import formatting


def columns(
    request: HttpRequest, installation: Installation, direction: Direction, view: View, span: Span
) -> list[ExtraColumn]:
    """Return the columns of support and cost; none where neither is known, nor for what is produced."""
    if direction != Direction.CONSUMPTION or span.first > today():
        return []
    try:
        costs = _costs(request, installation, view, span)
    except queries.NotHeld:
        return []
    star = ""
    if costs.cost.preliminary or costs.support.preliminary:
        # Once, whichever columns it is in.
        star = gettext("* The price is preliminary, so the amount may still change.")
    found = []
    if costs.cost.total is not None:
        found.append(_column(gettext("Estimated cost"), costs.cost, " ".join(filter(None, [_note(costs.cost), star]))))
    if costs.support.total is not None:
        found.append(_column(_heading(costs.schemes), costs.support, "" if found else star))
    return found


def _costs(request: HttpRequest, installation: Installation, view: View, span: Span) -> Costs:
    of, customer = company_of(request), request.customer  # type: ignore[attr-defined]  # the page asks for one
    point = installation.point
    if view == View.DAY:
        return costs_of_day(point, span.first, customer=customer, of=of)
    if view.is_by_month:
        months = [month for month in span.months() if month <= today()]
        return support_of_months(point, months, customer=customer, of=of)
    return costs_of_days(point, span, customer=customer, of=of)


def _heading(schemes: Sequence[Scheme]) -> str:
    return gettext("Norgespris, amount") if Scheme.NORGESPRIS in schemes else gettext("Electricity support")


def _note(cost: Cost) -> str:
    text = gettext(
        "The cost is %(grid)s for the grid and %(power)s for electricity at the spot price, with taxes and before "
        "support. Your supplier's surcharge and the capacity charge come on top."
    ) % {"grid": formatting.kroner(cost.grid), "power": formatting.kroner(cost.power)}
    if cost.has_gaps:
        text += " " + gettext("Hours without a reading or a price are not in the sum.")
    return text


def _column(heading: str, money: Money, note: str) -> ExtraColumn:
    texts = {key: _kroner(nok, is_sure=key not in money.preliminary) for key, nok in money.parts.items()}
    by_hour = {key: text for key, text in texts.items() if isinstance(key, datetime)}
    by_day = {key: text for key, text in texts.items() if not isinstance(key, datetime)}
    total = formatting.number(money.total, 2) if money.total is not None else ""
    return ExtraColumn(heading=heading, by_hour=by_hour, by_day=by_day, total=total, unit="kr", note=note)


def _kroner(nok: Decimal | None, *, is_sure: bool) -> str:
    shown = formatting.number_or_missing(nok)
    return shown if is_sure else f"{shown}{formatting.NBSP}*"
