"""Readings as customers meet them: charts with their tables, the way from period to period, the words beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from metering.days import Direction, Quality
from metering.forms import DIRECTIONS, Period, View
from metering.peaks import DayPeak
from metering.queries import DayReadings, DayTotal, HourReading, Installation, MonthReadings
from portal.tenancy.models import current_tenant
from portal.ui import formatting
from portal.ui.charts import Bar, BarChart, Line, State, mark_extremes

# Values are due the morning after (Elhub's rule for the grid companies).
DUE = time(7)
LABELLED_DAYS = (1, 5, 10, 15, 20, 25, 30)
DIRECTION_NAMES = {direction: name for name, direction in DIRECTIONS.items()}


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    is_current: bool = False


@dataclass(frozen=True)
class Option:
    """An installation in the picker."""

    title: str
    detail: str
    url: str


def url_of(installation: Installation, period: Period) -> str:
    query = {"view": period.view.value, "date": period.day.isoformat()}
    if period.direction == Direction.PRODUCTION:
        query["direction"] = DIRECTION_NAMES[period.direction]
    return f"{reverse('metering:installation', args=[installation.point.pk])}?{urlencode(query)}"


def option(installation: Installation) -> Option:
    point = installation.point
    meter = gettext("Meter %(number)s") % {"number": grouped(point.meter_number)} if point.meter_number else ""
    place = f"{point.postal_code} {point.city}".strip()
    details = [place, point.get_customer_group_display(), meter, _ended(installation)]
    url = reverse("metering:installation", args=[point.pk])
    return Option(point.address or formatting.gsrn(point.gsrn), " · ".join(filter(None, details)), url)


def _ended(installation: Installation) -> str:
    if installation.is_present:
        return ""
    last = max(last for _, last in installation.periods if last)
    return gettext("until %(day)s") % {"day": formatting.day(last)}


def grouped(number: str) -> str:
    """Return a meter number in groups of four, as it stands on the meter."""
    return formatting.NBSP.join(number[at : at + 4] for at in range(0, len(number), 4))


# From period to period -----------------------------------------------------------------------------


def scales(installation: Installation, period: Period) -> list[Link]:
    labels = {View.DAY: gettext("Day"), View.MONTH: gettext("Month")}
    return [
        Link(label, url_of(installation, Period(view, period.day, period.direction)), is_current=view == period.view)
        for view, label in labels.items()
    ]


def tabs(installation: Installation, period: Period) -> list[Link]:
    """Return the ways through the two directions; nothing where there is only one."""
    if not installation.point.has_production:
        return []
    labels = {Direction.CONSUMPTION: gettext("Consumption"), Direction.PRODUCTION: gettext("Production")}
    return [
        Link(label, url_of(installation, Period(period.view, period.day, way)), is_current=way == period.direction)
        for way, label in labels.items()
    ]


def earlier(installation: Installation, period: Period) -> Link | None:
    label = gettext("Previous day") if period.view == View.DAY else gettext("Previous month")
    day = _start(period) - timedelta(days=1)
    if day < installation.first_day:
        return None
    return Link(label, url_of(installation, Period(period.view, day, period.direction)))


def later(installation: Installation, period: Period, today: date) -> Link | None:
    label = gettext("Next day") if period.view == View.DAY else gettext("Next month")
    step = timedelta(days=1 if period.view == View.DAY else 32)
    day = _start(period) + step
    day = day if period.view == View.DAY else day.replace(day=1)
    if day > installation.last_day(today):
        return None
    return Link(label, url_of(installation, Period(period.view, day, period.direction)))


def _start(period: Period) -> date:
    return period.day if period.view == View.DAY else period.day.replace(day=1)


def period_name(period: Period) -> str:
    """Return "november 2026" or "fredag 13. november 2026"."""
    if period.view == View.MONTH:
        return formatting.month(period.day)
    return f"{formatting.long_day(period.day)}{formatting.NBSP}{period.day.year}"


def period_label(period: Period) -> tuple[str, str]:
    """Return what stands between the arrows: the period, and under a day its week."""
    if period.view == View.MONTH:
        return formatting.month(period.day).capitalize(), ""
    week = gettext("Week %(number)s") % {"number": period.day.isocalendar().week}
    return f"{formatting.weekday_day(period.day)}{formatting.NBSP}{period.day.year}", week


# Charts --------------------------------------------------------------------------------------------


def kwh(wh: int) -> Decimal:
    return Decimal(wh) / 1000


def _comes(day: date, now: datetime) -> str:
    """Return when a day's values are due, "" when they should be here."""
    due = datetime.combine(day + timedelta(days=1), DUE, tzinfo=current_tenant().zone)
    return formatting.moment(due, now=now) if now < due else ""


def missing_words(day: date, now: datetime) -> str:
    when = _comes(day, now)
    return gettext("comes %(moment)s") % {"moment": when} if when else gettext("missing")


def _gap_text(days: Sequence[date], now: datetime) -> str:
    """Explain the hatched slots: values that are late, or, when all of them are only not here yet, when they come."""
    coming = [_comes(day, now) for day in days]
    if not coming or not all(coming):
        return gettext("Missing values")
    return gettext("The values come %(moment)s") % {"moment": coming[-1]}


def day_chart(readings: DayReadings, period: Period, now: datetime) -> BarChart:
    remarks = [_quality_words(hour.quality) for hour in readings.known]
    has_remarks = any(remarks)
    bars = [_hour_bar(hour, missing_words(readings.day, now), has_remarks=has_remarks) for hour in readings.hours]
    name = _direction_word(period.direction)
    return BarChart(
        id="readings",
        title=gettext("kWh per hour"),
        description=gettext("%(what)s per hour, %(period)s, in kilowatt-hours")
        % {"what": name, "period": period_name(period)},
        unit="kWh",
        decimals=2,
        bars=mark_extremes(bars),
        columns=[gettext("Hour"), "kWh", *([gettext("Remark")] if has_remarks else [])],
        mean=_mean(readings.wh, len(readings.known), gettext("Mean %(value)s kWh per hour"), decimals=2),
        key={State.PEAK: gettext("Highest hour")},
        missing_text=_gap_text([readings.day], now),
        total=_total(readings.wh if readings.known else None, 2, [""] if has_remarks else []),
    )


def _hour_bar(hour: HourReading, missing: str, *, has_remarks: bool) -> Bar:
    start = hour.slot.start
    return Bar(
        value=None if hour.wh is None else kwh(hour.wh),
        tip=formatting.hour_range(start, hour.slot.end).capitalize(),
        label=f"{start:%H}" if start.hour % 3 == 0 else "",
        is_minor=start.hour % 6 == 3,
        missing=missing,
        cells=[_quality_words(hour.quality)] if has_remarks else [],
    )


def _quality_words(quality: int) -> str:
    words = {
        Quality.MEASURED: "",
        Quality.ESTIMATED: gettext("Estimated"),
        Quality.TEMPORARY: gettext("Temporary"),
        Quality.CALCULATED: gettext("Calculated"),
    }
    return words[Quality(quality)]


def month_chart(readings: MonthReadings, installation: Installation, period: Period, now: datetime) -> BarChart:
    has_remarks = any(_day_remark(day) for day in readings.known)
    today = now.astimezone(current_tenant().zone).date()
    bars = [
        _day_bar(day, url_of(installation, Period(View.DAY, day.day, period.direction)), now, has_remarks=has_remarks)
        if day.is_held and day.day <= today
        else _blank(day.day)
        for day in readings.days
    ]
    whole = [day for day in readings.known if not day.missing]
    highest = max((peak.wh for peak in readings.peaks), default=None)
    return BarChart(
        id="readings",
        title=gettext("kWh per day"),
        description=gettext("%(what)s per day, %(period)s, in kilowatt-hours")
        % {"what": _direction_word(period.direction), "period": period_name(period)},
        unit="kWh",
        bars=mark_extremes(bars),
        columns=[gettext("Day"), "kWh", gettext("Highest hour"), *([gettext("Remark")] if has_remarks else [])],
        mean=_mean(sum(day.wh or 0 for day in whole), len(whole), gettext("Mean %(value)s kWh per day")),
        key={State.PEAK: gettext("Highest day")},
        missing_text=_gap_text([day.day for day in readings.days if day.wh is None and day.day <= today], now),
        total=_total(readings.wh if readings.known else None, 1, [_kw(highest), *([""] if has_remarks else [])]),
    )


def _day_bar(day: DayTotal, href: str, now: datetime, *, has_remarks: bool) -> Bar:
    return Bar(
        value=None if day.wh is None else kwh(day.wh),
        tip=formatting.weekday_day(day.day),
        label=_day_label(day.day),
        href=href,
        missing=missing_words(day.day, now),
        cells=[_kw(day.peak.wh if day.peak else None), *([_day_remark(day)] if has_remarks else [])],
    )


def _blank(day: date) -> Bar:
    return Bar(value=None, tip="", label=_day_label(day), is_blank=True)


def _day_label(day: date) -> str:
    return str(day.day) if day.day in LABELLED_DAYS else ""


def _day_remark(day: DayTotal) -> str:
    missing = ngettext("%(count)s value missing", "%(count)s values missing", day.missing) % {"count": day.missing}
    return ", ".join([*([missing] if day.missing else []), *([gettext("corrected")] if day.was_corrected else [])])


def _kw(wh: int | None) -> str:
    return formatting.MISSING if wh is None else formatting.kw(wh)


def _mean(wh: int, count: int, text: str, *, decimals: int = 1) -> Line | None:
    if not count:
        return None
    value = kwh(wh) / count
    return Line(value=value, text=text % {"value": formatting.number(value, decimals)})


def _total(wh: int | None, decimals: int, more: Sequence[str]) -> list[str]:
    return [gettext("Sum"), _or_dash(wh, decimals), *more]


def _direction_word(direction: Direction) -> str:
    return gettext("Consumption") if direction == Direction.CONSUMPTION else gettext("Production")


# Beside the chart ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figure:
    label: str
    value: str
    unit: str


@dataclass(frozen=True)
class PeakRow:
    day: str
    hour: str
    power: str
    url: str


def figures(shown: DayReadings | MonthReadings, direction: Direction) -> list[Figure]:
    """Return the sum, the highest hour and the mean; a dash for each that is not known."""
    if isinstance(shown, MonthReadings):
        highest = max((peak.wh for peak in shown.peaks), default=None)
        whole = [day.wh or 0 for day in shown.known if not day.missing]
        mean_label = gettext("Mean per day")
    else:
        highest = max((hour.wh or 0 for hour in shown.known), default=None)
        whole = [hour.wh or 0 for hour in shown.known]
        mean_label = gettext("Mean per hour")
    return [
        _figure(_direction_word(direction), shown.wh if shown.known else None, 1, "kWh"),
        _figure(gettext("Highest hour"), highest, 2, "kW" if isinstance(shown, MonthReadings) else "kWh"),
        _figure(mean_label, sum(whole) // len(whole) if whole else None, 1, "kWh"),
    ]


def _figure(label: str, wh: int | None, decimals: int, unit: str) -> Figure:
    return Figure(label, _or_dash(wh, decimals), "" if wh is None else unit)


def _or_dash(wh: int | None, decimals: int) -> str:
    return formatting.MISSING if wh is None else formatting.number(kwh(wh), decimals)


def notes(shown: DayReadings | MonthReadings) -> list[str]:
    """Return what is out of the ordinary: a day's length, values that were replaced, days the mean leaves out."""
    if isinstance(shown, MonthReadings):
        has_gaps = any(day.missing for day in shown.known)
        return [gettext("Days with values missing are not in the mean.")] if has_gaps else []
    hours = len(shown.hours)
    return [
        *([gettext("The clock was put back this night, so one hour came twice.")] if hours > 24 else []),
        *([gettext("The clock was put forward this night, so the day has 23 hours.")] if hours < 24 else []),
        *(
            [gettext("Some values of this day were corrected after they were first read.")]
            if shown.was_corrected
            else []
        ),
    ]


def peak_rows(highest: Sequence[DayPeak], installation: Installation) -> list[PeakRow]:
    return [
        PeakRow(
            day=formatting.weekday_day(peak.day),
            hour=formatting.hour_range(peak.start, peak.end),
            power=formatting.kw(peak.wh),
            url=url_of(installation, Period(View.DAY, peak.day, Direction.CONSUMPTION)),
        )
        for peak in highest
    ]


def facts(installation: Installation) -> list[tuple[str, str]]:
    """Return what identifies an installation towards the grid company."""
    point = installation.point
    found = [
        (gettext("Metering point ID"), formatting.gsrn(point.gsrn)),
        (gettext("Meter number"), grouped(point.meter_number)),
        (gettext("Price area"), point.get_price_area_display()),
    ]
    return [(label, value) for label, value in found if value]
