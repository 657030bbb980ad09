"""Whatever was measured, and however it was corrected: every page and every file tells of the same energy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from metering import actions, day_rows, exporting, holder_months, partitions, queries
from metering.days import DayValues, Direction, Wh, slot_count
from metering.forms import Download, Period
from metering.models import ImportBatch, MeteringPoint
from metering.periods import Span, View, month_span
from metering.presentation import charts, subjects
from metering.queries import Holder, Installation
from portal.customers.models import Customer
from portal.tenancy.models import Tenant, current_tenant
from portal.ui.charts import BarChart
from tests import factories as core
from tests.metering import factories

NOW = datetime(2026, 11, 13, 11, tzinfo=UTC)
TODAY = date(2026, 11, 13)
Stage = tuple[Customer, list[MeteringPoint], ImportBatch]
USE, MAKE = Direction.CONSUMPTION, Direction.PRODUCTION
ZONES = ("Europe/Oslo", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Auckland")
# Both changes of the clock in Oslo, the turn of a year, and a leap day.
STARTS = [date(2026, 3, 28), date(2025, 10, 25), date(2025, 12, 30), date(2024, 2, 27), date(2026, 10, 23)]

starts = st.sampled_from(STARTS) | st.dates(date(2024, 1, 1), date(2026, 10, 20))
held_for = st.none() | st.integers(0, 40)
wh = st.none() | st.integers(0, 40_000)


@dataclass(frozen=True)
class Measured:
    """One day of one of two points: its slots are filled from `values` again and again."""

    point: int
    direction: Direction
    after: int
    minutes: int
    values: Sequence[Wh]
    quality: Sequence[int] | None
    registered: int

    def on(self, first: date, zone: ZoneInfo) -> DayValues:
        day = first + timedelta(days=self.after)
        count = slot_count(day, zone, self.minutes)
        flags = [self.quality[at % len(self.quality)] for at in range(count)] if self.quality else None
        values = [self.values[at % len(self.values)] for at in range(count)]
        return DayValues(day, self.minutes, values, flags, NOW - timedelta(hours=self.registered))


measured = st.builds(
    Measured,
    point=st.integers(0, 1),
    direction=st.sampled_from([USE, USE, MAKE]),
    after=st.integers(0, 8),
    minutes=st.sampled_from([15, 60]),
    values=st.lists(wh, min_size=1, max_size=7),
    quality=st.none() | st.lists(st.integers(0, 3), min_size=1, max_size=3),
    registered=st.integers(0, 3),
)


# A day that is stored without any value; hours of quarters, of which some are missing, then corrected.
NO_VALUES = [Measured(0, USE, 0, 15, [None], None, 1)]
# And twice, marked otherwise the second time: there is nothing to take from either.
NO_VALUES_TWICE = [Measured(1, MAKE, 7, 60, [None], [1], 2), Measured(1, MAKE, 7, 60, [None], [0, 1], 2)]
LACKING = [
    Measured(1, USE, 1, 15, [100, None, 300, 4000, 100], [0, 2], 3),
    Measured(1, USE, 1, 15, [100, 200, 300, None, 7], None, 1),
    Measured(0, USE, 1, 60, [1, 2, None], None, 3),
    Measured(0, USE, 1, 60, [5, None], [1], 2),
    Measured(0, MAKE, 0, 60, [7], None, 2),
]


@pytest.fixture
def stage(tenant: Tenant) -> Stage:
    points = [factories.point(serial, has_production=True) for serial in (1, 2)]
    batch = ImportBatch.objects.create(sha256="0" * 64, file_name="a.gs2", file_bytes=1, started_at=NOW)
    return core.customer(), points, batch


@contextmanager
def undone() -> Iterator[None]:
    """Each example begins with nothing."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def on_the_clock_of(zone: str) -> Iterator[ZoneInfo]:
    tenant = current_tenant()
    before, tenant.time_zone = tenant.time_zone, zone
    tenant.__dict__.pop("zone", None)
    try:
        yield ZoneInfo(zone)
    finally:
        tenant.time_zone = before
        tenant.__dict__.pop("zone", None)


def store(points: list[MeteringPoint], batch: ImportBatch, first: date, zone: ZoneInfo, days: list[Measured]) -> None:
    partitions.open_months(first + timedelta(days=after) for after in range(9))
    for one in days:
        values = one.on(first, zone)
        key = (points[one.point].pk, int(one.direction), values.day)
        day_rows.write({key: values}, batch=batch, at=NOW)


# Making an example smaller costs minutes with a database.
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]


@settings(max_examples=15, phases=PHASES, suppress_health_check=list(HealthCheck))
@example(first=STARTS[0], zone="Europe/Oslo", days=NO_VALUES, moved_in=0, moved_out=None)
@example(first=STARTS[1], zone="Europe/Oslo", days=LACKING, moved_in=1, moved_out=4)
@example(first=STARTS[0], zone="Europe/Oslo", days=NO_VALUES_TWICE, moved_in=0, moved_out=None)
@given(starts, st.sampled_from(ZONES), st.lists(measured, max_size=10), st.integers(0, 8), held_for)
def test_the_parts_are_the_whole_on_every_page_and_in_every_file(
    stage: tuple[Customer, list[MeteringPoint], ImportBatch],
    first: date,
    zone: str,
    days: list[Measured],
    moved_in: int,
    moved_out: int | None,
) -> None:
    customer, points, batch = stage
    with undone(), on_the_clock_of(zone) as clock:
        store(points, batch, first, clock, days)
        until = None if moved_out is None else first + timedelta(days=moved_out)
        factories.holding(customer, points[0], since=date(2020, 1, 1), until=until)
        factories.holding(customer, points[1], since=first + timedelta(days=moved_in))
        span = Span(first, first + timedelta(days=8))
        held = queries.installations_of(customer, TODAY)
        for direction in (USE, MAKE):
            for installation in held:
                check_installation(installation, direction, span)
            check_together(customer, held, direction, span)
        check_list(customer, held, span)
        with patch.object(holder_months, "MANY", 1):
            check_kept(customer, span)


def check_installation(one: Installation, direction: Direction, span: Span) -> None:
    whole = queries.days_of(one, direction, span)
    for day in whole.days:
        hours = queries.day_of(one, direction, day.day)
        quarters = queries.day_of(one, direction, day.day, by_quarter=True)
        assert hours.wh == quarters.wh == (day.wh or 0)
        assert bool(hours.known) == bool(quarters.known) == (day.wh is not None)
        assert hours.load == quarters.load == day.load
        assert day.load.high_wh + day.load.low_wh == hours.wh
        highest = max((hour.wh or 0 for hour in hours.hours if hour.wh is not None and not hour.missing), default=None)
        assert hours.peak_wh == quarters.peak_wh == highest == (day.peak.wh if day.peak else None)
        check_chart(one, direction, View.DAY, day.day, hours)
    months = [queries.days_of(one, direction, month_span(first)) for first in span.months()]
    assert sum(month.wh for month in months) == whole.wh
    year = queries.months_of(one, direction, whole_months(span), TODAY)
    assert [month.wh for month in year.months] == [month.wh if month.known else None for month in months]
    assert year.load == whole.load
    check_chart(one, direction, View.MONTH, span.first, months[0])
    check_file(one, direction, span, whole.wh)


def check_chart(one: Installation, direction: Direction, view: View, day: date, shown: Any) -> None:
    """Bars, sum and marks of a chart, which are also the rows of its table, are what the query says."""
    period = Period(view, day, direction)
    chart: BarChart = charts.chart_of(shown, charts.Frame(subjects.of_installation(one, TODAY), period, NOW))
    assert sum((bar.value for bar in chart.bars if bar.value is not None), Decimal(0)) == Decimal(shown.wh) / 1000
    if view == View.DAY and shown.peak_wh is not None:
        (peak,) = [bar for bar in chart.bars if bar.state == "peak"]
        assert peak.value == Decimal(shown.peak_wh) / 1000


def check_file(one: Installation, direction: Direction, span: Span, wh: int) -> None:
    for step in ("quarter", "hour", "day", "month"):
        rows = list(exporting.rows(Download(span, None, step, "csv"), [one], TODAY))
        assert len(rows) <= exporting.size_of(Download(span, None, step, "csv"), [one])
        mine: list[Any] = [row for row in rows if row[2] == ("Forbruk" if direction == USE else "Produksjon")]
        first = 5 if step in ("quarter", "hour") else 4
        parts = [[row[at] or 0 for row in mine] for at in range(first, first + 3)]
        assert [sum(parts[0]), sum(parts[1]) + sum(parts[2])] == [wh, wh], step


def check_together(customer: Customer, held: list[Installation], direction: Direction, span: Span) -> None:
    holder = Holder(customer, TODAY)
    each = [queries.days_of(one, direction, span) for one in held]
    days = queries.sum_of_days(holder, direction, span)
    for at, day in enumerate(days.days):
        alone = [one.days[at].wh for one in each]
        assert day.wh == (None if alone == [None] * len(alone) else sum(wh or 0 for wh in alone))
        assert day.missing == sum(one.days[at].is_held and one.days[at].missing > 0 for one in each)
        hours = queries.sum_of_day(holder, direction, day.day)
        assert hours.wh == (day.wh or 0)
        own = [queries.day_of(one, direction, day.day).hours for one in held if one.holds(day.day)]
        lacking = [sum(hour.wh is None or hour.missing > 0 for hour in same) for same in zip(*own, strict=True)]
        assert all(hour.missing == lacking[hour.slot.index] for hour in hours.hours if hour.wh is not None)
    for part in (span, whole_months(span)):
        check_months(holder, direction, part)


def check_months(holder: Holder, direction: Direction, span: Span) -> None:
    """Months come of what is added up beforehand, days of the days themselves."""
    days = queries.sum_of_days(holder, direction, span).days
    by_month = {first: [day for day in days if day.day.replace(day=1) == first] for first in span.months()}
    months = queries.sum_of_months(holder, direction, span)
    for month in months.months:
        known = {day.day: day.wh for day in by_month[month.month] if day.wh is not None}
        assert month.wh == (sum(known.values()) if known else None)
        assert month.known_days == known.keys()
        assert month.missing_days == sum(day.missing > 0 and day.day < TODAY for day in by_month[month.month])
        assert month.is_held == any(day.is_held for day in by_month[month.month])
    some = {day.day: day.wh for day in days[::2] if day.wh is not None}
    assert months.used_on(some) == sum(some.values())


def check_kept(customer: Customer, span: Span) -> None:
    """What is kept of a customer with many says the same as what is added up for the page."""
    holder, months = Holder(customer, TODAY), whole_months(span)

    def told() -> list[object]:
        found: list[object] = [queries.used_by(queries.table_of(customer, TODAY, months.first), customer, months.first)]
        for direction in (USE, MAKE):
            found += [queries.sum_of_days(holder, direction, span)]
            found += [queries.sum_of_day(holder, direction, day) for day in span.days()]
            for part in (span, months):
                year = queries.sum_of_months(holder, direction, part)
                known = [day for month in year.months for day in sorted(month.known_days)]
                found += [year.months, year.used_on(known[::2]), year.used_on(known)]
        return found

    before = told()
    assert actions.add_up_holders(today=TODAY)
    assert told() == before
    assert queries.used_together(holder, months.first) == before[0]


def whole_months(span: Span) -> Span:
    return Span(month_span(span.first).first, month_span(span.last).last)


def check_list(customer: Customer, held: list[Installation], span: Span) -> None:
    month = span.first.replace(day=1)
    found = queries.table_of(customer, TODAY, month)
    used = {one.point.pk: queries.month_of_installation(one, USE, month) for one in held}
    assert {row.pk: row.used for row in found} == {  # type: ignore[attr-defined]
        pk: days.wh if days.known else None for pk, days in used.items()
    }
    total, known = queries.used_by(found, customer, month)
    assert (total or 0, known) == (sum(days.wh for days in used.values()), sum(bool(d.known) for d in used.values()))
