"""What a page of readings is about: one installation, or all of a customer's together; and the ways between them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from metering import periods
from metering.days import Direction
from metering.forms import DIRECTIONS, LAST_YEAR, Period
from metering.models import MeteringPoint
from metering.periods import View
from metering.queries import Holder, Installation, Portfolio
from portal.ui import formatting

DIRECTION_NAMES = {direction: name for name, direction in DIRECTIONS.items()}
# A picker with more than this is a list to search in.
MOST_IN_PICKER = 8


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    is_current: bool = False


@dataclass(frozen=True)
class Option:
    """An entry of the picker."""

    title: str
    detail: str
    url: str


@dataclass(frozen=True)
class Subject:
    """One installation, or all of a customer's as one. The days are the first and last with something to see."""

    path: str
    title: str
    detail: str
    first_day: date
    last_day: date
    has_production: bool
    source: Installation | Holder

    @property
    def installation(self) -> Installation | None:
        return self.source if isinstance(self.source, Installation) else None

    def url(self, period: Period) -> str:
        query = {"view": period.view.value, "date": period.day.isoformat()}
        if period.direction == Direction.PRODUCTION:
            query["direction"] = DIRECTION_NAMES[period.direction]
        if period.compare:
            query["compare"] = period.compare
        if period.by_quarter and period.view == View.DAY:
            query["quarters"] = "on"
        return f"{self.path}?{urlencode(query)}"

    @property
    def option(self) -> Option:
        return Option(self.title, self.detail, self.path)


def of_installation(installation: Installation, today: date) -> Subject:
    point = installation.point
    return Subject(
        path=reverse("metering:installation", args=[point.pk]),
        title=installation.name or address_of(point),
        detail=_detail(installation),
        first_day=installation.first_day,
        last_day=installation.last_day(today),
        has_production=point.has_production,
        source=installation,
    )


def together(held: Portfolio) -> Option:
    """Return the picker's entry of all installations as one."""
    words = ngettext("%(count)s installation", "%(count)s installations", held.count)
    detail = words % {"count": formatting.number(held.count)}
    return Option(gettext("All installations together"), detail, reverse("metering:together"))


def of_all(held: Portfolio) -> Subject:
    option = together(held)
    return Subject(
        path=option.url,
        title=option.title,
        detail=option.detail,
        first_day=held.first_day,
        last_day=held.last_day,
        has_production=held.has_production,
        source=Holder(held.customer, held.today),
    )


def address_of(point: MeteringPoint) -> str:
    return point.address or formatting.gsrn(point.gsrn)


def _detail(installation: Installation) -> str:
    point, last_days = installation.point, [last for _, last in installation.periods if last]
    ends = None if installation.is_present else max(last_days)
    return particulars(point, installation.name, ends, group=point.get_customer_group_display())


def particulars(point: MeteringPoint, name: str, ends: date | None, *, group: str = "") -> str:
    """Return what stands below an installation's name or address: where it is, its meter, until when it was held."""
    meter = gettext("Meter %(number)s") % {"number": grouped(point.meter_number)} if point.meter_number else ""
    ended = gettext("until %(day)s") % {"day": formatting.day(ends)} if ends else ""
    street = point.address if name else ""
    return " · ".join(filter(None, [street, point.town, group, meter.replace(" ", formatting.NBSP), ended]))


def grouped(number: str) -> str:
    """Return a meter number in groups of four, as it stands on the meter."""
    return formatting.NBSP.join(number[at : at + 4] for at in range(0, len(number), 4))


def options(held: Portfolio) -> list[Option]:
    """Return the entries of the picker: the installations, or the first of many and the way to the list."""
    shown = [of_installation(one, held.today).option for one in held.first[:MOST_IN_PICKER]]
    if held.count < 2:
        return shown
    all_ = together(held)
    return [*shown, all_, see_all(all_.detail)]


def see_all(detail: str) -> Option:
    """Return the picker's way to the list."""
    return Option(gettext("See all in a list"), detail, reverse("metering:installations"))


# From period to period -----------------------------------------------------------------------------


def scales(subject: Subject, period: Period) -> list[Link]:
    """Return the four scales; the last twelve months belong to the year."""
    labels = {
        View.DAY: gettext("Day"),
        View.WEEK: gettext("Week"),
        View.MONTH: gettext("Month"),
        View.YEAR: gettext("Year"),
    }
    current = View.YEAR if period.view.is_by_month else period.view
    return [
        Link(label, subject.url(period.moved(view=view)), is_current=view == current) for view, label in labels.items()
    ]


def kinds_of_year(subject: Subject, period: Period) -> list[Link]:
    """Return the calendar year and the last twelve months, where a year is shown."""
    if not period.view.is_by_month:
        return []
    labels = {View.YEAR: gettext("Calendar year"), View.LAST_12: gettext("Last 12 months")}
    return [
        Link(label, subject.url(period.moved(view=view)), is_current=view == period.view)
        for view, label in labels.items()
    ]


def tabs(subject: Subject, period: Period) -> list[Link]:
    """Return the ways through the two directions; production only where there is some."""
    labels = {Direction.CONSUMPTION: gettext("Consumption")}
    if subject.has_production:
        labels[Direction.PRODUCTION] = gettext("Production")
    return [
        Link(label, subject.url(period.moved(direction=way)), is_current=way == period.direction)
        for way, label in labels.items()
    ]


def _step_label(view: View, *, forward: bool) -> str:
    if forward:
        labels = {
            View.DAY: gettext("Next day"),
            View.WEEK: gettext("Next week"),
            View.MONTH: gettext("Next month"),
            View.YEAR: gettext("Next year"),
            View.LAST_12: gettext("A month later"),
        }
    else:
        labels = {
            View.DAY: gettext("Previous day"),
            View.WEEK: gettext("Previous week"),
            View.MONTH: gettext("Previous month"),
            View.YEAR: gettext("Previous year"),
            View.LAST_12: gettext("A month earlier"),
        }
    return labels[view]


def earlier(subject: Subject, period: Period) -> Link | None:
    day = periods.before(period.view, period.day)
    if day < subject.first_day:
        return None
    return Link(_step_label(period.view, forward=False), subject.url(period.moved(day=day)))


def later(subject: Subject, period: Period) -> Link | None:
    day = periods.after(period.view, period.day)
    if day > subject.last_day:
        return None
    return Link(_step_label(period.view, forward=True), subject.url(period.moved(day=day)))


def period_name(period: Period) -> str:
    """Return "november 2026", "fredag 13. november 2026", "uke 46, 9.–15. nov. 2026", "2026"."""
    span = periods.span_of(period.view, period.day)
    match period.view:
        case View.DAY:
            return f"{formatting.long_day(period.day)}{formatting.NBSP}{period.day.year}"
        case View.WEEK:
            days = formatting.day_range(span.first, span.last)
            return gettext("week %(number)s, %(days)s") % {"number": span.first.isocalendar().week, "days": days}
        case View.MONTH:
            return formatting.month(period.day)
        case View.YEAR:
            return str(period.day.year)
        case View.LAST_12:
            months = {"first": formatting.month(span.first), "last": formatting.month(span.last)}
            return gettext("%(first)s to %(last)s") % months


def period_label(period: Period) -> tuple[str, str]:
    """Return what stands between the arrows: the period, and under it what else it is called."""
    span = periods.span_of(period.view, period.day)
    match period.view:
        case View.DAY:
            return f"{formatting.weekday_day(period.day)}{formatting.NBSP}{period.day.year}", _week(period.day)
        case View.WEEK:
            return formatting.day_range(span.first, span.last), _week(span.first)
        case View.MONTH:
            return formatting.month(period.day).capitalize(), ""
        case View.YEAR:
            return str(period.day.year), ""
        case View.LAST_12:
            ends = f"{formatting.short_month(span.first)} {span.first.year}–{formatting.short_month(span.last)}"
            return f"{ends} {span.last.year}", gettext("12 months")


def pick_words(view: View) -> tuple[str, str]:
    """Return what is chosen by a day, and the label of the field where it is: the stretch the day is in is shown."""
    words = {
        View.DAY: (gettext("choose a day"), gettext("Go to the day")),
        View.WEEK: (gettext("choose a week"), gettext("Go to the week of the day")),
        View.MONTH: (gettext("choose a month"), gettext("Go to the month of the day")),
        View.YEAR: (gettext("choose a year"), gettext("Go to the year of the day")),
        View.LAST_12: (gettext("choose a month"), gettext("Go to the 12 months up to that of the day")),
    }
    return words[view]


def _week(day: date) -> str:
    return gettext("Week %(number)s") % {"number": day.isocalendar().week}


def comparisons(subject: Subject, period: Period, held: Portfolio) -> list[Link]:
    """Return what the period can be laid beside: nothing, the year before, another installation."""
    found = [
        Link(gettext("Nothing"), subject.url(period.moved(compare="")), is_current=not period.compare),
        Link(
            gettext("The year before"),
            subject.url(period.moved(compare=LAST_YEAR)),
            is_current=period.compare == LAST_YEAR,
        ),
    ]
    if subject.installation is None:
        return found
    for other in held.first[:MOST_IN_PICKER]:
        if other.point.pk != subject.installation.point.pk:
            key = str(other.point.pk)
            title = of_installation(other, held.today).title
            found.append(Link(title, subject.url(period.moved(compare=key)), is_current=period.compare == key))
    return found
