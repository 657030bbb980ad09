"""The y-axis: round levels that cover the values and zero."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ui.levels import ticks


@pytest.mark.parametrize(
    ("highest", "expected"),
    [
        ("65", ["0", "20", "40", "60", "80"]),
        ("5.24", ["0", "2", "4", "6"]),
        ("0.7", ["0.0", "0.2", "0.4", "0.6", "0.8"]),
        ("100", ["0", "20", "40", "60", "80", "100"]),
        ("1", ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    ],
)
def test_levels_are_round(highest: str, expected: list[str]) -> None:
    assert ticks(Decimal(0), Decimal(highest)) == [Decimal(level) for level in expected]


def test_negative_values_have_levels_below_zero() -> None:
    assert ticks(Decimal(-21), Decimal(65)) == [Decimal(-40), Decimal(0), Decimal(40), Decimal(80)]


def test_nothing_measured_still_has_an_axis() -> None:
    assert ticks(Decimal(0), Decimal(0)) == [Decimal(0), Decimal(1)]


amounts = st.decimals(min_value=-(10**6), max_value=10**7, places=3)


@given(amounts, amounts)
def test_levels_always_cover_both_ends_and_zero(one: Decimal, other: Decimal) -> None:
    low, high = min(one, other), max(one, other)

    levels = ticks(low, high)

    assert levels[0] <= min(low, 0)
    assert levels[-1] >= max(high, 0)
    assert Decimal(0) in levels
    assert 2 <= len(levels) <= 7
