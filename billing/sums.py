"""A settlement in sums, as customers read it: the grid rent, what a scheme gives, and what is left to pay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext, ngettext

from billing import wording
from billing.queries import MonthForecast
from billing.rules.lines import Code, Line
from billing.rules.readings import Gap
from billing.rules.settlement import Settlement
from billing.rules.unknowns import What
from portal.ui import formatting

SCHEMES = (Code.SUPPORT, Code.NORGESPRIS)
# So many stretches without readings are named.
MOST_GAPS = 5
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Sums:
    """NOK, of the lines as they are shown. `schemes`: (name, amount), below zero what the customer gets.

    `left` is the grid rent and the schemes together, below zero where the schemes give more than the grid rent costs.
    """

    rent_lines: Sequence[Line]
    scheme_lines: Sequence[Line]

    @property
    def rent(self) -> Decimal:
        return sum((line.amount for line in self.rent_lines), Decimal("0.00"))

    @property
    def schemes(self) -> list[tuple[str, Decimal]]:
        return [(wording.code_text(line.code), line.amount) for line in self.scheme_lines]

    @property
    def left(self) -> Decimal:
        return sum((line.amount for line in self.scheme_lines), self.rent)

    @property
    def left_row(self) -> tuple[str, Decimal]:
        """What is left in words and kroner, never below zero."""
        name = gettext("In your favour") if self.left < 0 else gettext("Left to pay")
        return name, abs(self.left)


def sums_of(settlement: Settlement) -> Sums:
    return Sums(
        [line for line in settlement.lines if line.code not in SCHEMES],
        [line for line in settlement.lines if line.code in SCHEMES],
    )


# What it rests on ----------------------------------------------------------------------------------


def reach_words(settlement: Settlement) -> str:
    """Say from when to when readings are counted, from when to when they are missing, and which hours of them are;
    "" where all are there.
    """
    missing = [wording.unknown_text(one) for one in settlement.unknown if one.what == What.READINGS]
    if settlement.valid_from is None or settlement.valid_until is None:
        return " ".join(missing)
    if settlement.has_all_readings:
        return ""
    values = {"first": formatting.day(settlement.valid_from.date()), "last": _until(settlement.valid_until)}
    is_one_day = values["first"] == values["last"]
    said = (
        gettext("Readings of %(first)s are counted.")
        if is_one_day
        else gettext("Readings from %(first)s to %(last)s are counted.")
    )
    return " ".join(filter(None, [said % values, *missing, gap_words(settlement)]))


def _until(until: datetime) -> str:
    """Return the last day that is counted; with the clock where the readings end within it."""
    if (until.hour, until.minute) == (0, 0):
        return formatting.day((until - HOUR).date())
    return f"{formatting.day(until.date())} {formatting.clock(until)}"


def gap_words(settlement: Settlement) -> str:
    """Say how many hours are missing and which; "" where none is."""
    gaps = settlement.gaps
    hours = sum(_hours(gap) for gap in gaps)
    if not hours:
        return ""
    shown = ", ".join(_gap(gap) for gap in gaps[:MOST_GAPS])
    if len(gaps) > MOST_GAPS:
        more = len(gaps) - MOST_GAPS
        shown += " " + ngettext("and one stretch more", "and %(count)s stretches more", more) % {"count": more}
    said = ngettext(
        "%(count)s hour is missing: %(when)s. It is counted when its reading comes.",
        "%(count)s hours are missing: %(when)s. They are counted when their readings come.",
        hours,
    )
    return said % {"count": formatting.number(hours), "when": shown}


def _hours(gap: Gap) -> int:
    return round((gap.end.timestamp() - gap.start.timestamp()) / HOUR.total_seconds())


def _gap(gap: Gap) -> str:
    """Return "16. nov. kl. 09–13", "3.–5. nov." for whole days, or a stretch from one clock time to another."""
    first, last = gap.start.date(), (gap.end - HOUR).date()
    if gap.start.hour == gap.end.hour == 0:
        return formatting.day_range(first, last, year=False)
    if first == last:
        return f"{formatting.short_day(first)} {formatting.hour_range(gap.start, gap.end)}"
    ends = ((gap.start, first), (gap.end, gap.end.date()))
    return " – ".join(f"{formatting.short_day(day)} {formatting.clock(moment)}" for moment, day in ends)


def preliminary_words(settlement: Settlement) -> str:
    return gettext("Some prices are preliminary, so the amounts may still change.") if settlement.is_preliminary else ""


def forecast_words(found: MonthForecast | None, sums: Sums, month: date) -> str:
    """Say what a month's grid rent will come to, on what basis, and that schemes are not in it; "" without one."""
    if found is None:
        return ""
    said = gettext(
        "If you go on as you did from %(first)s to %(last)s, the grid rent for the whole of %(month)s will come to "
        "about %(total)s."
    ) % {
        "first": formatting.short_day(found.based_on_first),
        "last": formatting.short_day(found.based_on_last),
        "month": formatting.month_name(month),
        "total": formatting.kroner(found.settlement.total),
    }
    schemes = [gettext("%(scheme)s is not counted in.") % {"scheme": name} for name, _ in sums.schemes]
    days = ngettext("%(days)s day of it is estimated.", "%(days)s days of it are estimated.", found.estimated_days)
    return " ".join([said, *schemes, days % {"days": found.estimated_days}])
