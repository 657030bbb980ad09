"""Fields that take what people type."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from portal.tenancy.quantities import QuantityField, plain_number
from portal.ui.fields import DayField, PhoneField, PostalCodeField, parse_day, validate_postal_code

TODAY = date(2026, 11, 13)


@pytest.mark.parametrize(
    "typed",
    [
        "12.11.26",
        "12.11.2026",
        "12.11",
        "12/11-2026",
        "12-11-26",
        " 12. nov. 2026",
        "12. november",
        "2026-11-12",
        "12 11 26",
    ],
)
def test_a_day_may_be_typed_in_many_ways(typed: str) -> None:
    assert parse_day(typed, today=TODAY) == date(2026, 11, 12)


@pytest.mark.parametrize("typed", ["31.02.2026", "tomorrow", "12.13.2026", "0.1.2026", "12", "12.foo"])
def test_what_is_not_a_day_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError, match=r"12\.11\.2026"):
        DayField().clean(typed)


@pytest.mark.parametrize("typed", ["31.12.9999", "01.01.0001", "1.1.2201", "31.12.1899", "9999-12-31"])
def test_a_year_that_nobody_means_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError) as caught:
        DayField().clean(typed)
    assert caught.value.code == "year"
    assert "1900" in caught.value.messages[0]


def test_the_first_and_the_last_day_are_taken() -> None:
    assert [DayField().clean(typed) for typed in ("1.1.1900", "31.12.2200")] == [date(1900, 1, 1), date(2200, 12, 31)]


def test_a_postal_code_is_four_of_our_digits() -> None:
    assert [PostalCodeField().clean(typed) for typed in ("0015", " 3970 ")] == ["0015", "3970"]
    for typed in ("397", "39700", "39 70", "397O", "٣٩٧٢"):
        with pytest.raises(ValidationError, match="fire sifre"):
            PostalCodeField().clean(typed)
    with pytest.raises(ValidationError):
        validate_postal_code("3970\n")


@pytest.mark.parametrize("typed", ["1 059,25", "1059.25", "1.059,25", "1,059.25", "1\u00a0059,25"])
def test_a_quantity_may_have_a_comma_and_spaces(typed: str) -> None:
    assert QuantityField().clean(typed) == Decimal("1059.25")


@pytest.mark.parametrize(
    ("typed", "readings"),
    [("1.600", ("1\u00a0600", "1,6")), (" 25.000 ", ("25\u00a0000", "25")), ("-1.125", ("−1\u00a0125", "−1,125"))],
)
def test_a_quantity_with_two_readings_is_asked_about(typed: str, readings: tuple[str, str]) -> None:
    with translation.override("nb"), pytest.raises(ValidationError) as caught:
        QuantityField().clean(typed)
    assert caught.value.code == "unclear"
    assert all(reading in caught.value.messages[0] for reading in readings)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        *[("0.125", "0.125"), ("1.60", "1.6"), ("1600.500", "1600.5"), ("1.600.000", "1600000"), ("1 600", "1600")],
        *[("1,600", "1.6"), ("1.600,5", "1600.5"), ("−3,5", "-3.5"), ("7.", "7"), ("0", "0")],
    ],
)
def test_a_quantity_with_one_reading_is_taken(typed: str, read: str) -> None:
    assert QuantityField().clean(typed) == Decimal(read)


@pytest.mark.parametrize("typed", ["1e5", "1E-3", "NaN", "Infinity", "1_000", "٣", "1.2.3", "--1", ".", "-"])
def test_what_only_a_program_reads_is_no_quantity(typed: str) -> None:
    with pytest.raises(ValidationError) as caught:
        QuantityField().clean(typed)
    assert caught.value.code == "invalid"


def test_a_minus_of_any_kind_is_read() -> None:
    assert plain_number("−3,5") == "-3.5"


def test_a_quantity_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValidationError):
        QuantityField().clean("much")


@pytest.mark.parametrize("typed", ["912 34 567", "+47 91234567", "0047 912 34 567", "91234567"])
def test_a_phone_number_becomes_international(typed: str) -> None:
    assert PhoneField().clean(typed) == "+4791234567"


@pytest.mark.parametrize("typed", ["12345", "call me"])
def test_what_is_not_a_phone_number_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        PhoneField().clean(typed)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("stored", ["1200", "500000", "12.345", "0.125", "1600.5", "-1200", "1234567.891"])
def test_a_quantity_that_is_shown_comes_back_as_it_was(language: str, stored: str) -> None:
    field = QuantityField(max_digits=10, decimal_places=3)
    with translation.override(language):
        assert field.clean(field.prepare_value(Decimal(stored))) == Decimal(stored)


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("typed", ["12.345", "12,345"])
def test_each_way_of_reading_a_quantity_that_is_offered_can_be_taken(language: str, typed: str) -> None:
    field = QuantityField()
    with translation.override(language):
        if (language, typed) == ("nb", "12,345"):
            assert field.clean(typed) == Decimal("12.345")
            return
        with pytest.raises(ValidationError) as refused:
            field.clean(typed)
        offered = [field.clean(refused.value.params[way]) for way in ("large", "small")]
    assert offered == [Decimal(12345), Decimal("12.345")]


def test_what_is_stored_is_shown_as_people_write_it() -> None:
    assert PhoneField().prepare_value("+4791234567") == "912\u00a034\u00a0567"
    assert QuantityField().prepare_value(Decimal("1600.50")) == "1\u00a0600,5"
