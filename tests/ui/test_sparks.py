"""The small drawing of a day."""

from decimal import Decimal

from portal.ui.sparks import HEIGHT, spark


def test_the_highest_fills_the_height_and_what_is_now_stands_out() -> None:
    drawn = spark([Decimal(1), Decimal(4), None, Decimal(2)], now=1)
    assert [bar.height for bar in drawn.bars] == ["14.0", f"{HEIGHT}.0", "28.0"]
    assert [bar.state for bar in drawn.bars] == ["past", "now", ""]
    # The place of what is missing stays empty.
    assert float(drawn.bars[2].x.rstrip("%")) > 75


def test_prices_below_zero_hang_under_the_line() -> None:
    drawn = spark([Decimal(3), Decimal(-1)])
    above, below = drawn.bars
    assert float(above.y) + float(above.height) == float(below.y) == 42.0


def test_a_day_of_nothing_but_zero_is_still_drawn() -> None:
    assert {bar.height for bar in spark([Decimal(0)] * 24).bars} == {"1.0"}
