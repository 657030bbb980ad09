"""Local days: how long they are, what their slots are called, and how readings fall into them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metering.days import (
    DayValues,
    Peak,
    Quality,
    ResolutionConflict,
    UnevenDay,
    Wh,
    day_bounds,
    hourly,
    merge,
    slot_count,
    slots_of_day,
    split_into_days,
)

OSLO = ZoneInfo("Europe/Oslo")
SPRING = date(2026, 3, 29)
AUTUMN = date(2026, 10, 25)

# Half-hour clock changes (Lord Howe) are left out on purpose: see the test of uneven days.
ZONES = [
    ZoneInfo(key) for key in ("Europe/Oslo", "America/Sao_Paulo", "Asia/Kathmandu", "Asia/Beirut", "Pacific/Auckland")
]
zones = st.sampled_from(ZONES)
resolutions = st.sampled_from((15, 60))
days = st.dates(date(2000, 1, 1), date(2040, 12, 31))
values = st.lists(st.none() | st.integers(0, 2_000_000_000), min_size=1, max_size=400)


def test_a_day_has_24_hours_except_at_the_clock_changes() -> None:
    assert [slot_count(day, OSLO, 60) for day in (date(2026, 1, 1), SPRING, AUTUMN)] == [24, 23, 25]
    assert [slot_count(day, OSLO, 15) for day in (date(2026, 1, 1), SPRING, AUTUMN)] == [96, 92, 100]


def test_the_two_autumn_hours_at_two_are_told_apart() -> None:
    slots = slots_of_day(AUTUMN, OSLO, 60)
    assert [(slot.start.hour, slot.season) for slot in slots[1:5]] == [
        (1, None),
        (2, "summer"),
        (2, "winter"),
        (3, None),
    ]
    assert [slot.index for slot in slots_of_day(AUTUMN, OSLO, 15) if slot.season] == list(range(8, 16))


def test_the_spring_day_goes_from_one_to_three() -> None:
    slots = slots_of_day(SPRING, OSLO, 60)
    assert [slot.start.hour for slot in slots[:4]] == [0, 1, 3, 4]
    assert (slots[1].end.hour, slots[1].season) == (3, None)


def test_a_day_that_begins_at_one_because_midnight_was_skipped_still_has_its_hours() -> None:
    slots = slots_of_day(date(2018, 11, 4), ZoneInfo("America/Sao_Paulo"), 60)
    assert (slots[0].start.hour, len(slots)) == (1, 23)


def test_a_step_that_does_not_divide_the_day_is_refused() -> None:
    lord_howe = ZoneInfo("Australia/Lord_Howe")
    with pytest.raises(UnevenDay):
        slots_of_day(date(2026, 4, 5), lord_howe, 60)
    assert slot_count(date(2026, 4, 5), lord_howe, 15) == 98


def test_a_series_off_the_step_is_refused() -> None:
    with pytest.raises(UnevenDay):
        split_into_days(datetime(2026, 1, 1, 0, 30, tzinfo=UTC), 60, [1, 2], None, OSLO)


def test_a_day_of_normal_time_in_summer_falls_on_two_local_days() -> None:
    start = datetime(2026, 7, 1, 23, tzinfo=UTC)
    first, second = split_into_days(start, 60, list(range(1, 25)), None, OSLO)
    assert (first.day, first.values_wh) == (date(2026, 7, 2), [None, *range(1, 24)])
    assert (second.day, second.values_wh) == (date(2026, 7, 3), [24] + [None] * 23)


def test_the_peak_is_the_first_of_equal_hours() -> None:
    assert DayValues(SPRING, 60, [1, 9, None, 9]).peak == Peak(wh=9, hour=1)


def test_the_peak_of_quarters_is_a_clock_hour_and_an_incomplete_hour_is_none() -> None:
    day = DayValues(SPRING, 15, [1, 1, 1, 1, 900, None, 900, 900, 2, 2, 2, 2])
    assert hourly(day.values_wh, 15) == [4, None, 8]
    assert day.peak == Peak(wh=8, hour=2)


def test_a_day_without_values_has_no_peak_and_no_energy() -> None:
    day = DayValues(SPRING, 60, [None] * 23)
    assert (day.peak, day.total_wh, day.missing) == (None, 0, 23)


def test_quality_follows_its_value_into_its_day() -> None:
    quality = [Quality.MEASURED] * 23 + [Quality.ESTIMATED]
    first, second = split_into_days(datetime(2026, 7, 1, 23, tzinfo=UTC), 60, [1] * 24, list(quality), OSLO)
    assert first.quality is None
    assert second.quality == [Quality.ESTIMATED] + [0] * 23


def test_a_merge_tells_filled_from_corrected_and_keeps_what_is_not_mentioned() -> None:
    stored = DayValues(SPRING, 60, [1, 2, None, 4])
    merged = merge(stored, DayValues(SPRING, 60, [None, 2, 3, 5], [0, 0, 1, 0]))
    assert merged.day == DayValues(SPRING, 60, [1, 2, 3, 5], [0, 0, 1, 0])
    assert (merged.filled, merged.corrected, merged.unchanged) == ((2,), (3,), 1)


def test_an_estimate_that_becomes_measured_is_a_correction() -> None:
    merged = merge(DayValues(SPRING, 60, [7], [Quality.ESTIMATED]), DayValues(SPRING, 60, [7]))
    assert (merged.day, merged.corrected) == (DayValues(SPRING, 60, [7]), (0,))


def test_a_whole_day_in_quarters_replaces_the_hours() -> None:
    quarters = DayValues(SPRING, 15, [1] * 92)
    assert merge(DayValues(SPRING, 60, [4] * 23), quarters).day is quarters


def test_a_day_without_any_value_keeps_when_it_was_registered() -> None:
    """It came twice, marked otherwise the second time: neither has a value whose time could count."""
    first, second = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 4, 2, tzinfo=UTC)
    merged = merge(
        DayValues(SPRING, 60, [None] * 23, None, first), DayValues(SPRING, 60, [None] * 23, [1] * 23, second)
    )
    assert (merged.day.registered_at, merged.is_change) == (first, False)


def test_part_of_a_day_in_another_resolution_is_refused() -> None:
    with pytest.raises(ResolutionConflict):
        merge(DayValues(SPRING, 60, [4] * 23), DayValues(SPRING, 15, [1] * 91 + [None]))


def begin(day: date, zone: ZoneInfo, offset: int, resolution: int) -> datetime:
    first = slots_of_day(day, zone, resolution)[0].start
    return first.astimezone(UTC) + timedelta(minutes=offset * resolution)


@given(days, zones, resolutions, values, st.integers(0, 91))
def test_the_parts_of_a_split_sum_to_the_whole_and_lose_nothing(
    day: date, zone: ZoneInfo, resolution: int, series: list[Wh], offset: int
) -> None:
    parts = split_into_days(begin(day, zone, offset, resolution), resolution, series, None, zone)
    assert sum(part.total_wh for part in parts) == sum(value for value in series if value is not None)
    assert all(len(part.values_wh) == slot_count(part.day, zone, resolution) for part in parts)
    bounds = [day_bounds(part.day, zone) for part in parts]
    assert all(earlier[1] == later[0] for earlier, later in pairwise(bounds))
    start = bounds[0][0]
    joined = [value for part in parts for value in part.values_wh]
    before = int((begin(day, zone, offset, resolution) - start).total_seconds()) // (resolution * 60)
    assert joined[before : before + len(series)] == series
    assert set(joined[:before] + joined[before + len(series) :]) <= {None}


@given(days, zones, values)
def test_the_peak_of_hours_is_the_highest_value(day: date, zone: ZoneInfo, series: list[Wh]) -> None:
    for part in split_into_days(begin(day, zone, 0, 60), 60, series, None, zone):
        known = [value for value in part.values_wh if value is not None]
        assert (part.peak.wh if part.peak else None) == max(known, default=None)
        assert part.peak is None or part.values_wh[part.peak.hour] == part.peak.wh


@given(days, zones, resolutions, values, st.data())
def test_pieces_in_any_order_merge_to_the_days_of_the_whole(
    day: date, zone: ZoneInfo, resolution: int, series: list[Wh], data: st.DataObject
) -> None:
    start = begin(day, zone, 0, resolution)
    cut = data.draw(st.integers(0, len(series)))
    pieces = [(start, series[:cut]), (start + timedelta(minutes=resolution * cut), series[cut:])]
    stored: dict[date, DayValues] = {}
    for at, piece in data.draw(st.permutations(pieces)):
        for part in split_into_days(at, resolution, piece, None, zone):
            stored[part.day] = merge(stored[part.day], part).day if part.day in stored else part
    whole = split_into_days(start, resolution, series, None, zone)
    assert [stored[part.day] for part in whole] == whole


@given(values, values)
def test_laying_the_same_day_over_it_again_changes_nothing(series: list[Wh], correction: list[Wh]) -> None:
    size = min(len(series), len(correction))
    incoming = DayValues(SPRING, 60, correction[:size])
    once = merge(DayValues(SPRING, 60, series[:size]), incoming).day
    again = merge(once, incoming)
    assert (again.day, again.is_change) == (once, False)


@given(days, zones, resolutions)
def test_slots_tile_the_day_without_gaps(day: date, zone: ZoneInfo, resolution: int) -> None:
    slots = slots_of_day(day, zone, resolution)
    assert all(earlier.end == later.start for earlier, later in pairwise(slots))
    assert {slot.start.date() for slot in slots} == {day}
    assert len({(slot.start.replace(tzinfo=None), slot.season) for slot in slots}) == len(slots)
