"""GS2 as it is written in the wild: all of this is read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from metering.days import Direction, Quality
from metering.importers.series import ImportProfile, Note, Rejection
from tests.metering.gs2_files import POINT, block, message, notes_of, outcomes, rejections_of, series_of

BEGIN = datetime(2026, 1, 4, 23, tzinfo=UTC)


def test_a_plain_series_comes_out_in_utc_and_watt_hours() -> None:
    (series,) = series_of(message(block()))
    assert (series.reference, series.direction, series.line) == (POINT, Direction.CONSUMPTION, 7)
    assert (series.start_utc, series.resolution_minutes) == (BEGIN, 60)
    assert (series.values_wh, series.quality) == ([1500, 250, 2000], None)


@pytest.mark.parametrize(
    "value",
    [
        "<1.5// .25// 2//>",
        "< 1.5 0.25 2 >",
        "< 1.5//0 .250000//0 2.//0 >",
        "<\n1.5//\n0.25//\n2//\n>",
        "< +1.5 0.25/ 2/ >",
    ],
)
def test_every_way_of_writing_values_gives_the_same(value: str) -> None:
    (series,) = series_of(message(block(Value=value)))
    assert (series.values_wh, series.quality) == ([1500, 250, 2000], None)


@pytest.mark.parametrize(
    ("flag", "quality"), [("1", 1), ("99", 1), ("E", 1), ("e", 1), ("T", 2), ("C", 3), ("x", 2), ("odd", 2)]
)
def test_status_codes_become_qualities_and_unknown_ones_are_not_final(flag: str, quality: int) -> None:
    (series,) = series_of(message(block(Value=f"< 1.5//{flag} 0.25// 2//0 >")))
    assert (series.values_wh, series.quality) == ([1500, 250, 2000], [Quality(quality), 0, 0])


def test_an_empty_value_and_a_zero_flagged_x_are_missing_and_a_real_value_flagged_x_is_not() -> None:
    (series,) = series_of(message(block(Value="< // 0//X 10//x >", Sum="10")))
    assert (series.values_wh, series.quality) == ([None, None, 10_000], [0, 0, Quality.TEMPORARY])


def test_a_sender_may_mean_zero_by_its_x() -> None:
    profile = ImportProfile(zero_is_missing_when=frozenset())
    (series,) = series_of(message(block(Value="< 0//x 0//x 0//x >", Sum="0")), profile)
    assert series.values_wh == [0, 0, 0]


@pytest.mark.parametrize("first", ["2026-01-05.00:00:00", "2026-01-05.01:00:00"])
def test_values_may_carry_the_time_their_step_begins_or_ends(first: str) -> None:
    hour = int(first[11:13])
    values = " ".join(f"1/2026-01-05.{hour + step:02d}:00:00/0" for step in range(3))
    (series,) = series_of(message(block(Value=f"< {values} >", Sum="3")))
    assert series.values_wh == [1000, 1000, 1000]


@pytest.mark.parametrize("offset", ["1", "+1", "01", "+01:00", None])
def test_the_clock_may_be_written_in_many_ways_and_is_normal_time_when_not_given(offset: str | None) -> None:
    (series,) = series_of(message(block(), offset=offset))
    assert series.start_utc == BEGIN


def test_another_clock_moves_the_series() -> None:
    (series,) = series_of(message(block(), offset="-2"))
    assert series.start_utc == datetime(2026, 1, 5, 2, tzinfo=UTC)


def test_24_o_clock_is_the_next_midnight() -> None:
    (series,) = series_of(message(block(Start="2025-12-31.24:00:00", Stop="2026-01-01.03:00:00")))
    assert series.start_utc == datetime(2025, 12, 31, 23, tzinfo=UTC)


def test_keys_and_block_names_in_any_case() -> None:
    (series,) = series_of(message(block().upper().replace("KWH", "kwh"), block().lower().replace("0001", "0002")))[:1]
    assert series.values_wh == [1500, 250, 2000]


@pytest.mark.parametrize("ending", ["", "\r\n", "\r"])
def test_line_ends_of_any_kind_and_none_at_all(ending: str) -> None:
    text = message(block(), block(Reference="707057500000000018")).replace("\n", ending)
    assert [len(series.values_wh) for series in series_of(text.encode())] == [3, 3]


def test_unknown_blocks_and_keys_are_passed_over_whether_counted_or_not() -> None:
    strange = block("Non-existing-block")
    known = block(changes={"Made-up": "< 1 2 3 >", "Description": "Leilighet #3, 2. etg."})
    for objects in (3, 4):
        assert len(series_of(message(known, strange, objects=objects))) == 1


def test_what_follows_the_end_message_is_not_read() -> None:
    assert len(series_of(message(block()) + "\n" + block("Non-existing-block") + "\x1a")) == 1


def test_two_messages_in_a_row_keep_their_own_clocks() -> None:
    text = message(block()) + "\n" + message(block(Reference="707057500000000018"), offset="2")
    assert [series.start_utc.hour for series in series_of(text)] == [23, 22]


@pytest.mark.parametrize(("unit", "wh"), [("Wh", 2), ("kWh", 2000), ("KWH", 2000), ("MWh", 2_000_000), (None, 2000)])
def test_units_are_converted(unit: str | None, wh: int) -> None:
    (series,) = series_of(message(block(Unit=unit, Value="< 2 0 0 >", Sum="2")))
    assert series.values_wh == [wh, 0, 0]


def test_fractions_of_a_watt_hour_are_rounded_but_the_sum_is_checked_exactly() -> None:
    (series,) = series_of(message(block(Value="< 0.0004 0.0004 0.0005 >", Sum="0.0013")))
    assert series.values_wh == [0, 0, 1]


@pytest.mark.parametrize("total", ["3.75", "3.750000", "3.7500000000000004", "0.375E1", None])
def test_a_sum_may_carry_the_noise_of_floats_or_be_left_out(total: str | None) -> None:
    assert len(series_of(message(block(Sum=total)))) == 1


@pytest.mark.parametrize(
    ("keys", "reference"),
    [
        ({"Reference": None, "Installation": POINT, "Plant": "3"}, POINT),
        ({"Reference": "0", "Plant": POINT}, POINT),
        ({"Reference": "7070575 0000 0000 001"}, POINT),
    ],
)
def test_the_point_may_be_named_by_installation_or_plant(keys: dict[str, str | None], reference: str) -> None:
    assert series_of(message(block(changes=keys)))[0].reference == reference


def test_out_is_production_unless_the_sender_means_the_opposite() -> None:
    text = message(block(changes={"Direction-of-flow": "Out"}))
    assert series_of(text)[0].direction == Direction.PRODUCTION
    assert series_of(text, ImportProfile(swap_directions=True))[0].direction == Direction.CONSUMPTION


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
def test_encodings(encoding: str) -> None:
    text = message(block(changes={"Description": "Bjørkehaugen 14, Ås"}))
    assert len(series_of(text.encode(encoding))) == 1


def test_meter_readings_beside_series_are_worth_a_note() -> None:
    text = message(block(), block("Meter-reading", Value="84.831//0"))
    assert notes_of(text) == [Note(19, "", "meter_readings_skipped", {"count": 1})]


def test_only_meter_readings_is_a_refusal() -> None:
    text = message(block("Meter-reading", Value="84.831//0"), block("Meter-reading", Value="1//"))
    assert outcomes(text) == [Rejection(7, "", "only_meter_readings", {"count": 2})]


def test_quarter_hours() -> None:
    (series,) = series_of(message(block(Step="0000-00-00.00:15:00", Stop="2026-01-05.00:45:00")))
    assert (series.resolution_minutes, len(series.values_wh)) == (15, 3)


def test_a_part_that_touches_the_one_before_is_no_overlap() -> None:
    parts = [block(), block(Start="2026-01-05.03:00:00", Stop="2026-01-05.06:00:00")]
    assert not rejections_of(message(*parts))
    assert not rejections_of(message(*reversed(parts)))
