"""Elhub's two CSV formats, as customers fetch them."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from metering.days import Direction, Quality, split_into_days
from metering.importers.series import ImportProfile, Series
from tests.metering.elhub_files import MIDNIGHT, NEW_HEADING, codes_of, new_csv, old_csv, outcomes, series_of
from tests.metering.gs2_files import OTHER_POINT, POINT

OSLO = ZoneInfo("Europe/Oslo")
GOOD = new_csv(["1,500", "0,250", "2"])
ROW = "2026-01-05T01:00:00+01:00;2026-01-05T02:00:00+01:00;KWH 60 Forbruk;0,250;kWh;Målt;2026-01-06T07:00:00+01:00"


def day_of(series: list[Series], day: date) -> list[int | None]:
    found = [
        one
        for each in series
        for one in split_into_days(each.start_utc, each.resolution_minutes, each.values_wh, each.quality, OSLO)
        if one.day == day
    ]
    values: list[int | None] = [None] * len(found[0].values_wh)
    for one in found:
        values = [new if old is None else old for old, new in zip(values, one.values_wh, strict=True)]
    return values


def test_rows_that_follow_each_other_become_a_series() -> None:
    (series,) = series_of(GOOD)
    assert (series.reference, series.direction, series.start_utc) == (POINT, Direction.CONSUMPTION, MIDNIGHT)
    assert (series.values_wh, series.quality, series.line) == ([1500, 250, 2000], None, 2)
    assert series.registered_at == datetime(2026, 1, 6, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\r\n"),
        GOOD.encode("cp1252"),
        GOOD.encode().decode("cp1252").encode(),
        GOOD.replace(";", ",").replace(",500", ".500").replace("0,250", "0.250"),
        GOOD.replace(";", "\t"),
        "\n\n" + GOOD,
    ],
)
def test_bytes_as_they_come(content: str | bytes) -> None:
    (series,) = series_of(content)
    assert series.values_wh == [1500, 250, 2000]


def test_a_gap_is_a_gap_and_an_empty_cell_a_missing_value() -> None:
    assert [one.values_wh for one in series_of(GOOD.replace(ROW + "\n", ""))] == [[1500], [2000]]
    assert [one.values_wh for one in series_of(new_csv(["1", "", "2"]))] == [[1000, None, 2000]]


def test_quality_production_quarter_hours_and_units() -> None:
    rows = new_csv(["1", "2", "3"], minutes=15).replace("Forbruk", "Produksjon").replace("kWh", "MWh")
    (series,) = series_of(rows.replace("Målt", "Estimert", 1).replace("Målt", "Midlertidig", 1))
    assert (series.direction, series.resolution_minutes) == (Direction.PRODUCTION, 15)
    assert series.values_wh == [1_000_000, 2_000_000, 3_000_000]
    assert series.quality == [Quality.ESTIMATED, Quality.TEMPORARY, Quality.MEASURED]


def test_the_metering_point_can_stand_in_a_column() -> None:
    lines = GOOD.splitlines()
    content = "\n".join([f"Målepunkt-ID;{lines[0]}", *(f"{OTHER_POINT};{line}" for line in lines[1:])])
    assert [one.reference for one in series_of(content, ImportProfile())] == [OTHER_POINT]


def test_a_file_whose_metering_point_nobody_names_is_refused() -> None:
    for content, values in ((GOOD, 3), (old_csv(("01.11.2021 00:00", "01.11.2021 01:00", "1")), 1)):
        (rejection,) = outcomes(content, ImportProfile())
        assert (rejection.code, rejection.values) == ("point_not_named", values)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (ROW.replace("0,250", "-0,250"), "negative_value"),
        (ROW.replace("0,250", "NaN"), "bad_value"),
        (ROW.replace("0,250", "1" * 1_000_000), "block_too_large"),
        (ROW.replace("0,250", "1" * 1_000), "bad_value"),
        (ROW.replace("kWh", "kVArh"), "reactive_energy"),
        (ROW.replace("KWH 60 Forbruk", "KVARH 60 Forbruk"), "unknown_series_name"),
        (ROW.replace("KWH 60", "KWH 30"), "unsupported_step"),
        (ROW.replace("KWH 60", "KWH 15"), "wrong_row_period"),
        (ROW.replace("+01:00", "+01:00+01:00", 1), "bad_time"),
        (ROW.replace("+01:00", "", 1), "bad_time"),
        (ROW.replace("+01:00", "Z+01:00", 1), "bad_time"),
        (ROW.replace("01:00:00+", "00:00:00+", 1), "wrong_row_period"),
        (ROW.partition(";kWh")[0], "short_row"),
        (ROW.replace("0,250", '"0,250'), "bad_quotes"),
    ],
)
def test_a_row_that_cannot_be_read_costs_only_itself(row: str, code: str) -> None:
    content = GOOD.replace(ROW, row)
    assert codes_of(content) == [(3, code)]
    assert [one.values_wh for one in outcomes(content) if isinstance(one, Series)] == [[1500], [2000]]


def test_an_hour_that_comes_twice_is_refused_unless_it_was_registered_again() -> None:
    twice = GOOD.replace(ROW, f"{ROW}\n{ROW}")
    assert codes_of(twice) == [(4, "overlap")]
    corrected = GOOD + ROW.replace("0,250", "9").replace("2026-01-06", "2026-01-07")
    assert [one.values_wh for one in series_of(corrected)] == [[1500, 250, 2000], [9000]]


def test_a_heading_without_what_is_needed_is_refused() -> None:
    assert codes_of(NEW_HEADING.replace("Enhet", "X") + "\n" + ROW) == [(1, "bad_header")]
    assert codes_of(NEW_HEADING + "\n") == [(0, "no_series")]


# The old format ------------------------------------------------------------------------------------


def local_rows(*clocks: str, day: str = "31.10.2021") -> list[tuple[str, str, str]]:
    """A row an hour from one clock time to the next, each with its number as kWh."""
    pairs = itertools.pairwise(clocks)
    return [(f"{day} {start}", f"{day} {stop}", str(number)) for number, (start, stop) in enumerate(pairs, start=1)]


def test_the_old_format_has_a_column_for_each_series() -> None:
    content = 'Fra,Til,KWH 60 Forbruk,KWH 60 Produksjon\n01.11.2021 00:00,01.11.2021 01:00,"0,532","1,5"\n'
    used, made = series_of(content)
    assert (used.direction, used.values_wh) == (Direction.CONSUMPTION, [532])
    assert (made.direction, made.values_wh) == (Direction.PRODUCTION, [1500])
    assert used.start_utc == datetime(2021, 10, 31, 23, tzinfo=UTC)


def test_the_two_hours_of_one_name_are_told_apart_by_their_order() -> None:
    rows = local_rows("00:00", "01:00", "02:00", "02:00", "03:00", "04:00")
    assert day_of(series_of(old_csv(*rows)), date(2021, 10, 31))[:6] == [1000, 2000, 3000, 4000, 5000, None]
    by_counting = [rows[0], rows[1], (rows[2][0], "31.10.2021 03:00", "3"), *rows[3:]]
    assert series_of(old_csv(*by_counting)) == series_of(old_csv(*rows))


def test_an_hour_whose_value_cannot_be_read_is_still_the_first_of_the_two() -> None:
    content = old_csv(
        ("31.10.2021 01:00", "31.10.2021 02:00", "1"),
        ("31.10.2021 02:00", "31.10.2021 02:00", "x"),
        ("31.10.2021 02:00", "31.10.2021 03:00", "3"),
    )
    starts = [one.start_utc.hour for one in outcomes(content) if isinstance(one, Series)]
    assert (starts, codes_of(content)) == ([23, 1], [(3, "bad_value")])


def test_only_one_of_the_two_hours_is_the_first() -> None:
    rows = [row for row in local_rows("01:00", "02:00", "03:00", "04:00") if "02:00" not in row[1]]
    values = day_of(series_of(old_csv(("31.10.2021 01:00", "31.10.2021 02:00", "7"), *rows)), date(2021, 10, 31))
    assert values[:5] == [None, 7000, 2000, None, 3000]


def test_the_hour_that_spring_skips_does_not_exist() -> None:
    rows = local_rows("00:00", "01:00", "03:00", "04:00", day="28.03.2021")
    assert day_of(series_of(old_csv(*rows)), date(2021, 3, 28))[:4] == [1000, 2000, 3000, None]
    invented = ("28.03.2021 02:00", "28.03.2021 03:00", "9")
    assert codes_of(old_csv(*rows[:2], invented, *rows[2:])) == [(4, "bad_time")]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("32.11.2021 00:00", "01.11.2021 01:00", "1"), "bad_time"),
        (("2021-11-01 00:00", "01.11.2021 01:00", "1"), "bad_time"),
        (("01.11.2021 00:00", "01.11.2021 02:00", "1"), "wrong_row_period"),
        (("01.11.2021 00:30", "01.11.2021 01:30", "1"), "uneven_start"),
        (("01.11.2021 00:00", "01.11.2021 01:00", "x"), "bad_value"),
    ],
)
def test_an_old_row_that_cannot_be_read_is_refused(row: tuple[str, str, str], code: str) -> None:
    assert codes_of(old_csv(row)) == [(2, code)]


def test_a_whole_year_has_all_its_hours() -> None:
    start, rows = datetime(2020, 12, 31, 23, tzinfo=UTC), []
    for number in range(8760):
        clock = (start + timedelta(hours=number)).astimezone(OSLO)
        stop = (start + timedelta(hours=number + 1)).astimezone(OSLO)
        rows.append((f"{clock:%d.%m.%Y %H:%M}", f"{stop:%d.%m.%Y %H:%M}", "0,001"))
    (series,) = series_of(old_csv(*rows))
    assert (series.start_utc, series.values_wh) == (start, [1] * 8760)


def test_columns_that_we_do_not_know_count_as_cells_of_a_row() -> None:
    row = "Torget 1;2026-01-05T00:00:00+01:00;2026-01-05T01:00:00+01:00;KWH 60 Forbruk;1;kWh"
    heading = "Adresse;Fra;Til;Målenavn;Volum;Enhet"
    assert codes_of(f"{heading}\n{row}\n{row.rpartition(';')[0]}\n") == [(3, "short_row")]


@pytest.mark.parametrize("start", ["01.01.0001 00:00", "31.12.9999 23:00"])
def test_times_at_the_ends_of_the_calendar_are_no_times(start: str) -> None:
    assert codes_of(old_csv((start, start, "1"))) == [(2, "bad_time")]


def test_a_long_series_is_cut_between_two_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("metering.importers.runs.LONGEST", 30)
    found = series_of(new_csv(["1"] * 96))
    assert [len(one.values_wh) for one in found] == [48, 48]
