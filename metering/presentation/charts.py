"""The charts of readings, each with its table: hours of a day, days of a week or month, months of a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext

from metering import periods
from metering.extras import ExtraColumn
from metering.forms import LAST_YEAR, Period
from metering.periods import View, month_span
from metering.presentation import comparing, words
from metering.presentation.comparing import Beside, Wall
from metering.presentation.subjects import Subject, period_name
from metering.presentation.words import Shown, kwh
from metering.queries import DayReadings, DaysReadings, DayTotal, HourReading, MonthsReadings, MonthTotal
from portal.tenancy.models import current_tenant
from portal.ui import formatting
from portal.ui.charts import Bar, BarChart, Line, State, mark_extremes

LABELLED_DAYS = (1, 5, 10, 15, 20, 25, 30)


@dataclass(frozen=True)
class Frame:
    """What every chart of a page shares."""

    subject: Subject
    period: Period
    now: datetime
    beside: Beside | None = None
    extras: Sequence[ExtraColumn] = ()
    # The first day with readings, where the period may be before it.
    begins: date | None = None

    @property
    def today(self) -> date:
        return self.now.astimezone(current_tenant().zone).date()

    def description(self, each: str) -> str:
        name = words.direction_word(self.period.direction)
        return gettext("%(what)s %(each)s, %(period)s, in kilowatt-hours") % {
            "what": name,
            "each": each,
            "period": period_name(self.period),
        }

    def columns(self, first: str, *more: str) -> list[str]:
        besides = [capfirst(self.beside.name)] if self.beside else []
        return [first, "kWh", *besides, *(extra.table_heading for extra in self.extras), *more]

    def cells(self, key: date | datetime, other: int | None, decimals: int, *more: str) -> list[str]:
        besides = [words.or_dash(other, decimals)] if self.beside else []
        return [*besides, *(extra.text_for(key) for extra in self.extras), *more]

    def total(self, shown: Shown, bars: Sequence[Bar], decimals: int, *more: str) -> list[str]:
        """Of what the period is laid beside, add up what stands in the rows."""
        others = [bar.other for bar in bars if bar.other is not None and not bar.is_blank]
        other = formatting.number(sum(others, Decimal(0)), decimals) if others else formatting.MISSING
        besides = [other] if self.beside else []
        own = words.or_dash(shown.wh if shown.known else None, decimals)
        return [gettext("Sum"), own, *besides, *(extra.total for extra in self.extras), *more]

    def is_before(self, last: date) -> bool:
        """Tell whether the time to a day is before the first readings: nothing of it is missing."""
        return self.begins is not None and last < self.begins

    def missing(self, last: date) -> str:
        """Return why there is nothing of the time to a day, which is over or not."""
        if self.is_before(last):
            return gettext("before the first readings")
        return words.missing_words(last, self.now)

    def gap_text(self, days: Sequence[date]) -> str:
        return words.gap_text([day for day in days if not self.is_before(day)], self.now)


def _before_the_first() -> str:
    return gettext("Before the first readings")


def chart_of(shown: Shown, frame: Frame) -> BarChart:
    if isinstance(shown, DayReadings):
        return _day_chart(shown, frame)
    return _days_chart(shown, frame) if isinstance(shown, DaysReadings) else _months_chart(shown, frame)


def _wh(value: HourReading | DayTotal | MonthTotal | None) -> int | None:
    return value.wh if value else None


def _other(wh: int | None) -> Decimal | None:
    return None if wh is None else kwh(wh)


def _kw(wh: int | None) -> str:
    return formatting.MISSING if wh is None else formatting.kw(wh)


def _state(value: HourReading | DayTotal | MonthTotal, frame: Frame) -> State:
    """Return how a value stands out that is not all there, or not all measured; of a sum the table tells."""
    if value.wh is None or frame.subject.installation is None:
        return State.PLAIN
    if isinstance(value, MonthTotal):
        return State.PARTIAL if value.missing_days else State.PLAIN
    if value.missing:
        return State.PARTIAL
    is_measured = not (value.has_estimates if isinstance(value, DayTotal) else value.quality)
    return State.PLAIN if is_measured else State.ESTIMATED


def _key() -> dict[State, str]:
    return {State.PARTIAL: gettext("Some of it is missing"), State.ESTIMATED: gettext("Not measured, but estimated")}


def _remark_heading(bars: Sequence[Bar]) -> str:
    """Return the heading of the remarks, "" where nothing is to be said of any row."""
    return gettext("Remark") if any(bar.remark for bar in bars if not bar.is_blank) else ""


def _mean(shown: Shown, frame: Frame, text: str) -> Line | None:
    value = words.mean_kwh(words.in_mean(shown, frame.subject, frame.today))
    if value is None:
        return None
    return Line(value=value, text=text % {"value": formatting.number(value, words.mean_decimals(shown, value))})


# Hours ---------------------------------------------------------------------------------------------


def _day_chart(shown: DayReadings, frame: Frame) -> BarChart:
    by_quarter = shown.is_by_quarter
    # What an hour cost is of no single quarter.
    frame = replace(frame, extras=()) if by_quarter else frame
    beside = comparing.hours_beside(shown, frame.beside)
    bars = [_hour_bar(hour, shown.day, frame, beside) for hour in shown.hours]
    each = gettext("per quarter of an hour") if by_quarter else gettext("per hour")
    mean_text = (
        gettext("Mean %(value)s kWh per quarter of an hour") if by_quarter else gettext("Mean %(value)s kWh per hour")
    )
    return BarChart(
        id="readings",
        title=gettext("kWh %(each)s") % {"each": each},
        description=frame.description(each),
        unit="kWh",
        decimals=2,
        bars=_marked(bars, shown) if frame.subject.installation else mark_extremes(bars),
        columns=frame.columns(gettext("Time") if by_quarter else gettext("Hour")),
        remark=_remark_heading(bars),
        mean=_mean(shown, frame, mean_text),
        key={State.PEAK: gettext("Highest quarter of an hour") if by_quarter else gettext("Highest hour"), **_key()},
        other_text=capfirst(frame.beside.name) if frame.beside else "",
        missing_text=frame.gap_text([shown.day]),
        outside_text=_before_the_first(),
        total=frame.total(shown, bars, 2),
    )


def _marked(bars: list[Bar], shown: DayReadings) -> list[Bar]:
    """Mark the highest; an hour that lacks a quarter is not the highest, whatever it has."""
    whole = [
        bar if hour.missing == 0 else replace(bar, value=None) for bar, hour in zip(bars, shown.hours, strict=True)
    ]
    return [replace(mark, value=bar.value) for mark, bar in zip(mark_extremes(whole), bars, strict=True)]


def _hour_bar(hour: HourReading, day: date, frame: Frame, beside: Mapping[Wall, HourReading]) -> Bar:
    start = hour.slot.start
    other = _wh(beside.get(comparing.wall(hour)))
    on_the_hour = start.minute == 0
    return Bar(
        value=None if hour.wh is None else kwh(hour.wh),
        tip=formatting.hour_range(start, hour.slot.end).capitalize()
        if on_the_hour and _is_hour(hour)
        else _times(hour),
        label=f"{start:%H}" if on_the_hour and start.hour % 3 == 0 else "",
        is_minor=start.hour % 6 == 3,
        state=_state(hour, frame),
        missing=frame.missing(day),
        is_outside=frame.is_before(day),
        other=_other(other),
        cells=frame.cells(start.astimezone(UTC), other, 2),
        remark=_hour_remark(hour, frame),
    )


def _is_hour(hour: HourReading) -> bool:
    # Not the difference of the two, which are times on one wall: the clock can have changed between them.
    return hour.slot.end.timestamp() - hour.slot.start.timestamp() == 3600


def _times(hour: HourReading) -> str:
    return formatting.time_range(hour.slot.start, hour.slot.end).capitalize()


def _hour_remark(hour: HourReading, frame: Frame) -> str:
    if frame.subject.installation is None:
        return "" if hour.wh is None else words.installations_remark(hour.missing)
    found = [] if hour.wh is None else [words.slot_remark(hour.quality, hour.missing)]
    return ", ".join(filter(None, [*found, words.before_remark(hour.before)]))


# Days ----------------------------------------------------------------------------------------------


def _days_chart(shown: DaysReadings, frame: Frame) -> BarChart:
    peaks = frame.subject.installation is not None
    beside = comparing.days_beside(shown, frame.beside, frame.period)
    bars = [_day_slot(day, frame, _wh(beside.get(day.day)), peaks=peaks) for day in shown.days]
    highest = max((peak.wh for peak in shown.peaks), default=None)
    late = [day.day for day in shown.days if day.wh is None and day.is_held and day.day <= frame.today]
    return BarChart(
        id="readings",
        title=gettext("kWh per day"),
        description=frame.description(gettext("per day")),
        unit="kWh",
        bars=mark_extremes(bars),
        columns=frame.columns(gettext("Day"), *([gettext("Highest hour")] * peaks)),
        remark=_remark_heading(bars),
        mean=_mean(shown, frame, gettext("Mean %(value)s kWh per day")),
        key={State.PEAK: gettext("Highest day"), **_key()},
        other_text=capfirst(frame.beside.name) if frame.beside else "",
        missing_text=frame.gap_text(late),
        outside_text=_before_the_first(),
        total=frame.total(shown, bars, 1, *([_kw(highest)] * peaks)),
    )


def _day_slot(day: DayTotal, frame: Frame, other: int | None, *, peaks: bool) -> Bar:
    label, sublabel = _day_labels(day.day, frame.period.view)
    if not day.is_held or day.day > frame.today:
        return Bar(value=None, tip="", label=label, sublabel=sublabel, is_blank=True)
    power = [_kw(day.peak.wh if day.peak else None)] * peaks
    return Bar(
        value=None if day.wh is None else kwh(day.wh),
        tip=formatting.weekday_day(day.day),
        label=label,
        sublabel=sublabel,
        href=frame.subject.url(frame.period.moved(view=View.DAY, day=day.day)),
        state=_state(day, frame),
        missing=frame.missing(day.day),
        is_outside=frame.is_before(day.day),
        other=_other(other),
        cells=frame.cells(day.day, other, 1, *power),
        remark=_day_remark(day, frame),
    )


def _day_labels(day: date, view: View) -> tuple[str, str]:
    if view == View.WEEK:
        return formatting.short_weekday(day), f"{day.day}."
    return (str(day.day) if day.day in LABELLED_DAYS else ""), ""


def day_bar(day: date, value: Decimal | None, **more: Any) -> Bar:
    """Return the bar of one of a month's days by its date; `more` is what else a Bar has."""
    label = _day_labels(day, View.MONTH)[0]
    return Bar(value=value, tip=formatting.weekday_day(day), label=label, is_minor=day.day % 10 == 5, **more)


def _day_remark(day: DayTotal, frame: Frame) -> str:
    # Where there is none, the value's place says why.
    if day.wh is None:
        return ""
    is_one = frame.subject.installation is not None
    return words.day_remark(day) if is_one else words.installations_remark(day.missing)


# Months --------------------------------------------------------------------------------------------


def _months_chart(shown: MonthsReadings, frame: Frame) -> BarChart:
    beside = comparing.months_beside(shown, frame.beside)
    bars = [_month_slot(month, frame, beside.get(month.month)) for month in shown.months]
    return BarChart(
        id="readings",
        title=gettext("kWh per month"),
        description=frame.description(gettext("per month")),
        unit="kWh",
        decimals=0,
        bars=mark_extremes(bars),
        columns=frame.columns(gettext("Month")),
        remark=_remark_heading(bars),
        mean=_mean(shown, frame, gettext("Mean %(value)s kWh per month")),
        key={State.PEAK: gettext("Highest month"), **_key()},
        other_text=capfirst(frame.beside.name) if frame.beside else "",
        outside_text=_before_the_first(),
        total=frame.total(shown, bars, 0),
    )


def month_bar(month: date, value: Decimal | None, **more: Any) -> Bar:
    """Return the bar of a month by its name; `more` is what else a Bar has."""
    name, short = formatting.month(month).capitalize(), formatting.short_month(month)
    return Bar(value=value, tip=name, label=short, is_minor=month.month % 2 == 0, **more)


def _is_row(month: MonthTotal, frame: Frame) -> bool:
    return month.is_held and month.month <= frame.today


def _month_remark(month: MonthTotal, other: MonthTotal | None, frame: Frame) -> str:
    """Return what a month lacks, and what the one beside it does; a month that is not over is laid beside as much."""
    found = [words.month_remark(month) if month.wh is not None else ""]
    if frame.beside and other and other.wh is not None:
        yesterday = frame.today - periods.DAY
        if frame.period.compare == LAST_YEAR and month_span(month.month).last > yesterday:
            found.append(gettext("both years to %(day)s") % {"day": formatting.short_day(yesterday)})
        if lacks := words.month_remark(other):
            found.append(f"{frame.beside.name}: {lacks}")
    return ", ".join(filter(None, found))


def _month_slot(month: MonthTotal, frame: Frame, beside: MonthTotal | None) -> Bar:
    other = _wh(beside)
    sublabel = str(month.month.year) if frame.period.view == View.LAST_12 and month.month.month in (1, 7) else ""
    if not _is_row(month, frame):
        return month_bar(month.month, None, sublabel=sublabel, is_blank=True)
    is_before = frame.is_before(month_span(month.month).last)
    return month_bar(
        month.month,
        None if month.wh is None else kwh(month.wh),
        sublabel=sublabel,
        href=frame.subject.url(frame.period.moved(view=View.MONTH, day=month.month)),
        state=_state(month, frame),
        missing=frame.missing(month_span(month.month).last) if is_before else gettext("missing"),
        is_outside=is_before,
        other=_other(other),
        cells=frame.cells(month.month, other, 0),
        remark=_month_remark(month, beside, frame),
    )
