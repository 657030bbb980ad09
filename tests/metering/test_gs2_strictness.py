"""What GS2 files must get right: a bad block is refused with its line and the reason, the rest is kept."""

from __future__ import annotations

import pytest

from metering.importers.series import Rejection, Series
from tests.metering.gs2_files import OTHER_POINT, POINT, block, message, outcomes, rejections_of

GOOD = block(Reference=OTHER_POINT)


@pytest.mark.parametrize(
    ("changes", "code", "line"),
    [
        ({"No-of-values": "4"}, "wrong_count", 15),
        ({"No-of-values": "three"}, "bad_count", 15),
        ({"Sum": "3.76"}, "wrong_sum", 16),
        ({"Sum": "NaN"}, "bad_sum", 16),
        ({"Sum": "."}, "bad_sum", 16),
        ({"Stop": "2026-01-05.04:00:00"}, "wrong_period", 9),
        ({"Stop": "2026-01-05.02:30:00"}, "wrong_period", 9),
        ({"Stop": "2026-01-05.00:00:00"}, "stop_before_start", 9),
        ({"Stop": "2026-01-04.00:00:00"}, "stop_before_start", 9),
        ({"Stop": None}, "missing_field", 6),
        ({"Start": "2026-02-30.00:00:00"}, "bad_time", 8),
        ({"Start": "yesterday"}, "bad_time", 8),
        ({"Start": "9999-12-31.24:00:00"}, "stop_before_start", 9),
        ({"Start": "2026-01-05.00:20:00", "Stop": "2026-01-05.03:20:00"}, "uneven_start", 8),
        ({"Step": "0000-00-00.02:00:00"}, "unsupported_step", 10),
        ({"Step": "0000-01-00.00:00:00"}, "unsupported_step", 10),
        ({"Step": "1 hour"}, "bad_step", 10),
        ({"Unit": "kVArh"}, "reactive_energy", 11),
        ({"Unit": "Celsius"}, "unknown_unit", 11),
        ({"Type-of-value": "register"}, "unsupported_type", 12),
        ({"Direction-of-flow": "sideways"}, "unknown_direction", 13),
        ({"Value": "1 2 3"}, "bad_value_list", 14),
        ({"Value": "< 1.5// 0.25// 2//"}, "bad_value_list", 14),
        ({"Value": "< >"}, "no_values", 14),
        ({"Value": "< 1.5// NaN// 2// >"}, "bad_value", 14),
        ({"Value": "< 1.5// 1e3// 2// >"}, "bad_value", 14),
        ({"Value": "< 1.5// 0,25// 2// >"}, "bad_value", 14),
        ({"Value": "< 1.5// ١٢// 2// >"}, "bad_value", 14),
        ({"Value": "< 1.5////0 0.25 2 >"}, "bad_value", 14),
        ({"Value": "< 1.5// -0.25// 2// >"}, "negative_value", 14),
        ({"Value": "< 1.5// 9999999// 2// >"}, "value_too_large", 14),
        ({"Value": "< 1/2026-01-05.00:00:00/ 1/2026-01-05.02:00:00/ 1 >"}, "wrong_value_time", 14),
        ({"Reference": None}, "no_reference", 6),
        ({"Reference": "0"}, "no_reference", 6),
    ],
)
def test_a_bad_block_is_refused_with_its_line_and_the_next_one_kept(
    changes: dict[str, str | None], code: str, line: int
) -> None:
    refused, kept = outcomes(message(block(changes=changes), GOOD))
    assert isinstance(refused, Rejection)
    assert (refused.code, refused.line) == (code, line + 1)
    assert isinstance(kept, Series)
    assert kept.reference == OTHER_POINT


def test_the_reason_carries_what_was_found_and_what_was_said() -> None:
    (refused,) = rejections_of(message(block(Sum="4")))
    assert refused == Rejection(17, POINT, "wrong_sum", {"stated": "4 kWh", "found": "3.75 kWh"}, values=3)


def test_a_bad_value_is_named_by_its_number_and_a_million_digits_are_not_repeated() -> None:
    (refused,) = rejections_of(message(block(Value=f"< 1 {'9' * 1_000_000} 2 >")))
    assert (refused.code, refused.params["number"]) == ("bad_value", 2)
    assert len(str(refused.params["value"])) == 41


def test_a_key_given_twice_with_two_values_is_refused_and_with_one_it_is_not() -> None:
    twice = block() + "#Start=2026-01-06.00:00:00\n"
    assert [one.code for one in rejections_of(message(twice))] == ["contradicting_field"]
    assert not rejections_of(message(block() + "#Unit=kWh\n"))


def test_the_same_hours_twice_in_one_file_are_refused_the_second_time() -> None:
    first, second = block(), block(Start="2026-01-05.02:00:00", Stop="2026-01-05.05:00:00")
    kept, refused = outcomes(message(first, second))
    assert isinstance(kept, Series)
    assert isinstance(refused, Rejection)
    assert (refused.code, refused.line) == ("overlap", 21)


def test_the_two_directions_of_a_point_do_not_overlap() -> None:
    assert not rejections_of(message(block(), block(changes={"Direction-of-flow": "out"})))


@pytest.mark.parametrize("offset", ["x", "25", "1\n#GMT-reference=2"])
def test_a_message_without_a_readable_clock_is_refused_as_a_whole_once(offset: str) -> None:
    (refused,) = outcomes(message(block(), GOOD, offset=offset))
    assert isinstance(refused, Rejection)
    assert (refused.code, refused.params["count"]) == ("bad_utc_offset", 2)


def test_a_wrong_number_of_objects_is_reported_and_the_series_kept() -> None:
    kept, refused = outcomes(message(block(), objects=9))
    assert isinstance(kept, Series)
    assert refused == Rejection(21, "", "wrong_object_count", {"stated": "9", "found": 3})


def test_a_block_past_all_reason_is_refused_and_the_next_one_kept() -> None:
    huge = block(Value="< " + "1.000// " * 1_300_000 + ">")
    refused, kept = outcomes(message(huge, GOOD))
    assert isinstance(refused, Rejection)
    assert (refused.code, refused.line) == ("block_too_large", 7)
    assert isinstance(kept, Series)
    assert kept.line == 19
