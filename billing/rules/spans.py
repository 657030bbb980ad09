"""Stretches of days from a first up to, not including, another; None is open. Pure."""

from datetime import date


def holds(first: date, to: date | None, day: date) -> bool:
    """Tell whether a day lies within."""
    return first <= day and (to is None or day < to)


def overlaps(first: date, to: date | None, other_first: date, other_to: date | None) -> bool:
    """Tell whether two stretches share a day."""
    return (to is None or other_first < to) and (other_to is None or first < other_to)
