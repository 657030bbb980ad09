"""Metering point numbers and their check digit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.customers import gsrn


@pytest.mark.parametrize("number", ["707057500000000001", "707057500057384925", "123456789012345675"])
def test_a_number_with_the_right_check_digit_is_valid(number: str) -> None:
    assert gsrn.is_valid(number)


@pytest.mark.parametrize(
    "number",
    ["", "707057500000000002", "70705750000000001", "7070575000000000010", "7070575000000000O1", "٧٠٧٠٥٧٥٠٠٠٠٠٠٠٠٠٠١"],
)
def test_anything_else_is_not(number: str) -> None:
    assert not gsrn.is_valid(number)


def test_a_foreign_number_is_valid_too() -> None:
    assert gsrn.is_valid(gsrn.make(1, prefix="5713130"))


def test_a_serial_number_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 10 digits"):
        gsrn.make(10**10)


@given(st.integers(0, 10**10 - 1), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(serial: int, at: int, off: int) -> None:
    number = gsrn.make(serial)
    wrong = number[:at] + str((int(number[at]) + off) % 10) + number[at + 1 :]
    assert gsrn.is_valid(number)
    assert not gsrn.is_valid(wrong)
