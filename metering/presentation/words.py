"""The words and figures beside the charts of readings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from metering.days import Direction, Quality, Slot
from metering.extras import ExtraColumn, LoadHours
from metering.forms import Period
from metering.peaks import DayPeak
from metering.periods import View, month_span
from metering.presentation.subjects import Link, Subject, grouped
from metering.queries import Before, DayReadings, DaysReadings, DayTotal, HourReading, MonthsReadings, MonthTotal
from portal.tenancy.models import current_tenant
from portal.ui import formatting

Shown = DayReadings | DaysReadings | MonthsReadings
# Values are due the morning after (Elhub's rule for the grid companies).
DUE = time(7)


@dataclass(frozen=True)
class Figure:
    label: str
    value: str
    unit: str
    detail: str = ""


@dataclass(frozen=True)
class PeakRow:
    day: str
    hour: str
    power: str
    url: str


def kwh(wh: int) -> Decimal:
    return Decimal(wh) / 1000


def or_dash(wh: int | None, decimals: int) -> str:
    return formatting.MISSING if wh is None else formatting.number(kwh(wh), decimals)


def comes(day: date, now: datetime) -> str:
    """Return when a day's values are due, "" when they should be here."""
    due = datetime.combine(day + timedelta(days=1), DUE, tzinfo=current_tenant().zone)
    return formatting.moment(due, now=now) if now < due else ""


def missing_words(day: date, now: datetime) -> str:
    when = comes(day, now)
    return gettext("comes %(moment)s") % {"moment": when} if when else gettext("missing")


def gap_text(days: Sequence[date], now: datetime) -> str:
    """Explain the hatched slots: values that are late, or, when all of them are only not here yet, when they come."""
    coming = [comes(day, now) for day in days]
    if not coming or not all(coming):
        return gettext("Missing values")
    return gettext("The values come %(moment)s") % {"moment": coming[-1]}


def quality_words(quality: int) -> str:
    words = {
        Quality.MEASURED: "",
        Quality.ESTIMATED: gettext("Estimated"),
        Quality.TEMPORARY: gettext("Temporary"),
        Quality.CALCULATED: gettext("Calculated"),
    }
    return words[Quality(quality)]


def slot_remark(quality: int, missing: int) -> str:
    """Return what is to be said of a value that is there: how it came to be, and what the hour lacks."""
    text = ngettext("%(count)s quarter of an hour missing", "%(count)s quarters of an hour missing", missing)
    return ", ".join(filter(None, [quality_words(quality), text % {"count": missing} if missing else ""]))


def before_remark(before: Before) -> str:
    """Return what a value was before it was corrected, or only given another quality; "" where it was neither."""
    if before.wh is not None:
        return gettext("corrected, was %(value)s") % {"value": formatting.number(kwh(before.wh), 2)}
    if before.quality is None:
        return ""
    words = {
        Quality.MEASURED: gettext("was measured"),
        Quality.ESTIMATED: gettext("was estimated"),
        Quality.TEMPORARY: gettext("was temporary"),
        Quality.CALCULATED: gettext("was calculated"),
    }
    return words[Quality(before.quality)]


def season_word(slot: Slot) -> str:
    """Return which of the two hours of one name in autumn it is; "" for all others."""
    if slot.season is None:
        return ""
    return gettext("summer time") if slot.season == "summer" else gettext("winter time")


def hours_missing(count: int) -> str:
    """Say how many hours are not whole, as what is reckoned by the hour does; "" for none."""
    return ngettext("%(count)s hour missing", "%(count)s hours missing", count) % {"count": count} if count else ""


def day_remark(day: DayTotal) -> str:
    """Return what is to be said of a day of an installation."""
    return ", ".join(
        filter(
            None,
            [
                hours_missing(day.missing),
                gettext("corrected") if day.was_corrected else "",
                gettext("with estimates") if day.has_estimates else "",
            ],
        )
    )


def installations_remark(missing: int) -> str:
    """Return what is to be said of a sum over installations, of which so many lack values."""
    text = ngettext("%(count)s installation lacks values", "%(count)s installations lack values", missing)
    return text % {"count": missing} if missing else ""


def month_remark(month: MonthTotal) -> str:
    return _days_lack(month.missing_days)


def direction_word(direction: Direction) -> str:
    return gettext("Consumption") if direction == Direction.CONSUMPTION else gettext("Production")


def figures(shown: Shown, subject: Subject, period: Period, today: date, load: LoadHours | None = None) -> list[Figure]:
    """Return the sum, how it falls on high and low load, and the highest hour; a dash for what is not known.

    `load` is what high load is for an installation.
    """
    own = _figure(direction_word(period.direction), shown.wh if shown.known else None, 1, "kWh")
    found = [replace(own, detail=_lacks(shown, subject, today))]
    if subject.installation is None:
        return [*found, _mean_figure(shown, subject, today)]
    if period.direction == Direction.CONSUMPTION and shown.known and load is not None:
        found.append(_load_figure(shown, load))
    highest = _highest(shown)
    if highest is not None:
        found.append(_figure(gettext("Highest hour"), highest, 2, "kWh" if isinstance(shown, DayReadings) else "kW"))
    return found if len(found) == 3 else [*found, _mean_figure(shown, subject, today)]


def _lacks(shown: Shown, subject: Subject, today: date) -> str:
    """Return what the sum of an installation's day, week or month lacks, "" where it is whole or there is none."""
    if subject.installation is None or not shown.known or isinstance(shown, MonthsReadings):
        return ""
    if isinstance(shown, DayReadings):
        return hours_missing(_clock_hours(hour for hour in shown.hours if hour.wh is None or hour.missing))
    days = sum(1 for day in shown.days if day.is_held and day.missing and day.day < today)
    return _days_lack(days)


def _clock_hours(hours: Iterable[HourReading]) -> int:
    """Count the clock hours that hours, or quarters, lie in: two of one name only the timestamp tells apart."""
    return len({int(hour.slot.start.timestamp()) // 3600 for hour in hours})


def _days_lack(count: int) -> str:
    text = ngettext("%(count)s day lacks values", "%(count)s days lack values", count)
    return text % {"count": count} if count else ""


def extra_figures(columns: Sequence[ExtraColumn]) -> list[Figure]:
    return [Figure(column.heading, column.total, column.unit) for column in columns if column.total]


def _load_figure(shown: Shown, load: LoadHours) -> Figure:
    share = round(shown.load.high_wh * 100 / shown.wh) if shown.wh else 0
    detail = gettext("%(percent)s %% of it, %(hours)s") % {"percent": share, "hours": load.text}
    return Figure(gettext("In high load"), or_dash(shown.load.high_wh, 1), "kWh", detail)


def _highest(shown: Shown) -> int | None:
    if isinstance(shown, DayReadings):
        return shown.peak_wh
    if isinstance(shown, DaysReadings):
        return max((peak.wh for peak in shown.peaks), default=None)
    return None


def in_mean(shown: Shown, subject: Subject, today: date) -> list[int]:
    """Return the values that a mean is of: of whole days (of installations together, of all), and of months that have
    every day.
    """
    if isinstance(shown, DayReadings):
        return [hour.wh or 0 for hour in shown.known]
    if isinstance(shown, DaysReadings):
        return [day.wh or 0 for day in shown.known if not day.missing or subject.installation is None]
    return [month.wh or 0 for month in shown.known if is_whole(month, today)]


def is_whole(month: MonthTotal, today: date) -> bool:
    """Tell whether a month is over and has all its days: neither are some missing nor was it held for a part only."""
    last = month_span(month.month).last
    return last < today and len(month.known_days) == last.day


def mean_kwh(values_wh: Sequence[int]) -> Decimal | None:
    return kwh(sum(values_wh)) / len(values_wh) if values_wh else None


def _mean_figure(shown: Shown, subject: Subject, today: date) -> Figure:
    if isinstance(shown, DayReadings):
        label = gettext("Mean per hour")
    else:
        label = gettext("Mean per day") if isinstance(shown, DaysReadings) else gettext("Mean per month")
    mean = mean_kwh(in_mean(shown, subject, today))
    if mean is None:
        return Figure(label, formatting.MISSING, "")
    return Figure(label, formatting.number(mean, mean_decimals(shown, mean)), "kWh")


def mean_decimals(shown: Shown, mean: Decimal) -> int:
    """Return the decimals of a mean, wherever on the page it stands: of what is small, so many that it is not 0,0."""
    return 2 if isinstance(shown, DayReadings) or mean < 1 else 1


def _figure(label: str, wh: int | None, decimals: int, unit: str) -> Figure:
    return Figure(label, or_dash(wh, decimals), "" if wh is None else unit)


def notes(shown: Shown, subject: Subject, today: date) -> list[str]:
    """Return what is out of the ordinary: a day's length, values that were replaced, days the mean leaves out."""
    if isinstance(shown, MonthsReadings):
        short = sum(month.missing_days for month in shown.months)
        found = [gettext("Some days lack values; what they have is in the sum.")] if short and shown.known else []
        is_left_out = any(not is_whole(month, today) for month in shown.known)
        return (
            [*found, gettext("Only months that are over and have values of every day are in the mean.")]
            if (is_left_out)
            else found
        )
    if isinstance(shown, DaysReadings):
        return _notes_of_days(shown, subject)
    return _notes_of_day(shown, subject)


def _notes_of_days(shown: DaysReadings, subject: Subject) -> list[str]:
    if subject.installation is None:
        is_short = any(day.missing for day in shown.known)
        return [
            gettext("Some installations lack values on some days; what they have is in the sum and the mean.")
        ] * is_short
    found = []
    if any(day.missing for day in shown.known):
        found.append(gettext("Days with values missing are not in the mean."))
    if any(day.was_corrected for day in shown.known):
        found.append(gettext("Corrected days are marked in the table. Open the day to see what was changed."))
    if any(day.has_estimates for day in shown.known):
        found.append(_estimates())
    return found


def _notes_of_day(shown: DayReadings, subject: Subject) -> list[str]:
    found = []
    if subject.installation is None and any(hour.missing for hour in shown.known):
        found.append(gettext("Some installations lack values in some hours; what they have is in the sum."))
    hours = _clock_hours(shown.hours)
    if hours > 24:
        found.append(gettext("The clock was put back this night, so one hour came twice."))
    if hours < 24:
        found.append(gettext("The clock was put forward this night, so the day has 23 hours."))
    if shown.was_corrected:
        found.append(_corrections(shown))
    if any(hour.quality for hour in shown.known):
        found.append(_estimates())
    return found


def _estimates() -> str:
    return gettext("Some values are not measured but estimated. They may still be corrected.")


def _corrections(shown: DayReadings) -> str:
    if any(hour.before.wh is not None for hour in shown.hours):
        return gettext("Some values of this day were corrected. The table shows what they were before.")
    if any(hour.before.quality is not None for hour in shown.hours):
        return gettext(
            "Some values of this day were given another quality, such as measured instead of estimated. The table"
            " shows what they were before."
        )
    return gettext("Some values of this day were corrected.")


def elsewhere(subject: Subject, period: Period, today: date) -> str:
    """Return why another time is shown than was asked for, "" where it is the one."""
    if period.asked is None:
        return ""
    days = {"day": formatting.day(period.asked), "shown": formatting.day(period.day)}
    if period.asked < period.day:
        return gettext("There is nothing to see of %(day)s. Your first day is %(shown)s, which is shown here.") % days
    if subject.last_day == today:
        return (
            gettext("There is nothing to see of %(day)s yet. The newest day is %(shown)s, which is shown here.") % days
        )
    return gettext("There is nothing to see of %(day)s. Your last day was %(shown)s, which is shown here.") % days


def begins(day: date, subject: Subject, period: Period) -> Link:
    """Return the way to the first readings."""
    label = gettext("The readings begin %(day)s") % {"day": formatting.day(day)}
    return Link(label, subject.url(period.moved(day=day, compare="")))


def peak_rows(highest: Sequence[DayPeak], subject: Subject) -> list[PeakRow]:
    return [
        PeakRow(
            day=formatting.weekday_day(peak.day),
            hour=formatting.hour_range(peak.start, peak.end),
            power=formatting.kw(peak.wh),
            url=subject.url(Period(View.DAY, peak.day, Direction.CONSUMPTION)),
        )
        for peak in highest
    ]


def facts(subject: Subject) -> list[tuple[str, str]]:
    """Return what identifies an installation towards the grid company."""
    if subject.installation is None:
        return []
    point = subject.installation.point
    found = [
        (gettext("Address"), point.address),
        (gettext("Metering point ID"), formatting.gsrn(point.gsrn)),
        (gettext("Meter number"), grouped(point.meter_number)),
        (gettext("Price area"), point.get_price_area_display()),
    ]
    return [(label, value) for label, value in found if value]


def download_url(subject: Subject, span_first: date, span_last: date) -> str:
    points = str(subject.installation.point.pk) if subject.installation else "all"
    return f"{reverse('metering:download')}?points={points}&first={span_first}&last={min(span_last, subject.last_day)}"
