"""Dates, times and numbers the Norwegian way, in three languages and across the clock changes."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from portal.ui import formatting

OSLO = ZoneInfo("Europe/Oslo")
FRIDAY = date(2026, 11, 13)


def plain(text: str) -> str:
    """Show no-break spaces as spaces, so that the expectations can be read."""
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("language", "expected"),
    [("nb", "12. nov. 2023"), ("nn", "12. nov. 2023"), ("en", "12 Nov 2023")],
)
def test_a_day_has_its_month_shortened(language: str, expected: str) -> None:
    assert plain(formatting.day(date(2023, 11, 12), language=language)) == expected


def test_months_that_are_short_already_take_no_full_stop() -> None:
    written = [plain(formatting.short_day(date(2026, month, 1), language="nb")) for month in (3, 5, 6, 7)]

    assert written == ["1. mars", "1. mai", "1. juni", "1. juli"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [("nb", "Lør. 14. nov."), ("nn", "Lau. 14. nov."), ("en", "Sat 14 Nov")],
)
def test_a_weekday_goes_before_the_day(language: str, expected: str) -> None:
    assert plain(formatting.weekday_day(date(2026, 11, 14), language=language)) == expected


def test_nynorsk_has_its_own_weekdays() -> None:
    week = [formatting.weekday(date(2026, 11, day), language="nn") for day in range(9, 16)]

    assert week == ["måndag", "tysdag", "onsdag", "torsdag", "fredag", "laurdag", "sundag"]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2026, 11, 9), date(2026, 11, 15), "9.–15. nov. 2026"),
        (date(2026, 10, 12), date(2026, 11, 19), "12. okt.–19. nov. 2026"),
        (date(2025, 12, 28), date(2026, 1, 3), "28. des. 2025–3. jan. 2026"),
        (FRIDAY, FRIDAY, "13. nov. 2026"),
    ],
)
def test_a_range_of_days_says_nothing_twice(first: date, last: date, expected: str) -> None:
    assert plain(formatting.day_range(first, last, language="nb")) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, "i dag"), (1, "i morgon"), (-1, "i går"), (3, "mån. 16. nov."), (60, "tys. 12. jan. 2027")],
)
def test_near_days_are_called_by_name(days: int, expected: str) -> None:
    assert plain(formatting.near_day(FRIDAY + timedelta(days=days), FRIDAY, language="nn")) == expected


def test_the_clock_is_told_in_the_given_zone() -> None:
    moment = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)

    assert plain(formatting.clock(moment, zone=OSLO, language="nb")) == "kl. 14.00"
    assert formatting.clock(moment, zone=OSLO, language="en") == "14:00"


def hours_of(first: datetime, count: int) -> list[str]:
    starts = [first + timedelta(hours=index) for index in range(count)]
    ranges = [formatting.time_range(start, start + timedelta(hours=1), zone=OSLO, language="nb") for start in starts]
    return [plain(written) for written in ranges]


def test_the_hour_that_comes_twice_in_autumn_is_told_apart() -> None:
    assert hours_of(datetime(2026, 10, 24, 23, 0, tzinfo=UTC), 4) == [
        "kl. 01.00–02.00",
        "kl. 02.00–03.00 (sommertid)",
        "kl. 02.00–03.00 (normaltid)",
        "kl. 03.00–04.00",
    ]


def test_the_hour_that_is_skipped_in_spring_is_not_written() -> None:
    assert hours_of(datetime(2026, 3, 29, 0, 0, tzinfo=UTC), 2) == ["kl. 01.00–02.00", "kl. 03.00–04.00"]


def test_a_longer_period_shows_what_the_clock_shows() -> None:
    start, end = datetime(2026, 10, 24, 22, 0, tzinfo=UTC), datetime(2026, 10, 25, 5, 0, tzinfo=UTC)

    assert plain(formatting.time_range(start, end, zone=OSLO, language="nb")) == "kl. 00.00–06.00"


def test_the_last_hour_of_a_day_ends_at_24() -> None:
    start = datetime(2026, 11, 13, 22, 0, tzinfo=UTC)

    assert plain(formatting.hour_range(start, start + timedelta(hours=1), zone=OSLO, language="nb")) == "kl. 23–24"


def test_a_moment_is_told_from_now() -> None:
    now = datetime(2026, 11, 13, 7, 0, tzinfo=UTC)

    assert plain(formatting.moment(now, now=now, zone=OSLO, language="nb")) == "i dag kl. 08.00"


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        ("1059.25", 2, "1 059,25"),
        ("1234567", 0, "1 234 567"),
        ("0.125", 2, "0,13"),
        ("-3.5", 1, "−3,5"),
        ("-0.04", 1, "0,0"),
        ("999.999", 2, "1 000,00"),
    ],
)
def test_a_number_has_a_decimal_comma_and_groups_of_three(value: str, decimals: int, expected: str) -> None:
    assert plain(formatting.number(Decimal(value), decimals, language="nb")) == expected


def test_an_english_number_has_a_decimal_point() -> None:
    assert formatting.number(Decimal("1059.25"), 2, language="en") == "1,059.25"


def test_energy_is_counted_in_watt_hours_and_shown_in_kilowatt_hours() -> None:
    assert plain(formatting.kwh(340_730, language="nb")) == "340,73 kWh"


def test_money_is_shown_with_its_unit() -> None:
    assert plain(formatting.kroner(Decimal("779.755"), language="nb")) == "779,76 kr"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+4791234567", "912 34 567"),
        ("21 23 45 67", "21 23 45 67"),
        ("+46701234567", "+46 70 123 45 67"),
        ("not a number", "not a number"),
    ],
)
def test_a_phone_number_is_grouped_as_people_say_it(number: str, expected: str) -> None:
    assert plain(formatting.phone(number)) == expected


def test_long_numbers_are_grouped() -> None:
    assert plain(formatting.org_no("314159268")) == "314 159 268"
    assert plain(formatting.gsrn("707057500012345671")) == "7070 5750 0012 3456 71"


def test_an_address_has_what_is_known_of_it() -> None:
    assert formatting.address("Torget 3", "1489", "Eidnes") == "Torget 3, 1489 Eidnes"
    assert formatting.address("", "1489", "Eidnes") == "1489 Eidnes"
    assert formatting.address("Torget 3", "", "") == "Torget 3"
    assert formatting.address("", "", "") == ""


def test_the_active_language_is_used_when_none_is_given() -> None:
    with translation.override("en"):
        assert plain(formatting.day(FRIDAY)) == "13 Nov 2026"


@pytest.mark.parametrize(
    ("size", "expected"), [(312_400, "312 kB"), (1_440_000, "1,4 MB"), (15_000_000, "15 MB"), (1_000_001, "1,0 MB")]
)
def test_a_size_has_a_decimal_only_where_it_says_something(size: int, expected: str) -> None:
    assert plain(formatting.file_size(size, language="nb")) == expected
