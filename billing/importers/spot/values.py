"""What the formats share: reading instants, numbers and JSON strictly, with words when they are wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from billing.rules.spot import HOUR, QUARTER
from billing.rules.spot_days import PriceProblem

P = ParamSpec("P")
R = TypeVar("R")

DIGITS = 20
# A number is looked at as text first: an exponent of some characters makes one with more digits than memory has.
NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?")
NO_NUMBER = re.compile(r"[+-]?(nan|inf(inity)?)", re.IGNORECASE)
POSITION = re.compile(r"[0-9]{1,5}")
# Day-ahead prices are as old as the exchange, and known for days at most.
YEARS = range(1990, 2101)
# What an answer can be made of that nobody has foreseen.
NONSENSE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def sensible(read: Callable[P, R]) -> Callable[P, R]:
    """Let a reader of answers raise nothing but PriceProblem, whatever it is given."""

    @wraps(read)
    def reads(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return read(*args, **kwargs)
        except PriceProblem:
            raise
        except NONSENSE as error:
            raise PriceProblem(f"The source answered nonsense ({type(error).__name__}).") from error

    return reads


def told(value: object, length: int = 40) -> str:
    """Return what stood in an answer as it can be printed and kept, cut where it is long."""
    return str(value)[:length].encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")


def decimal(value: object) -> Decimal:
    """Return a number exactly as it is written, of at most twenty characters."""
    text = str(value) if isinstance(value, str | int | float | Decimal) and not isinstance(value, bool) else ""
    if NO_NUMBER.fullmatch(text):
        raise PriceProblem(f"{told(text)!r} is no price.")
    if len(text) > DIGITS or not NUMBER.fullmatch(text):
        raise PriceProblem(f"{told(value, DIGITS)!r} is no number.")
    return Decimal(text)


def position(text: str) -> int:
    """Return a place in a row: a whole number of few digits, not negative."""
    if not POSITION.fullmatch(text):
        raise PriceProblem(f"{told(text, DIGITS)!r} is no position.")
    return int(text)


def instant(text: object) -> datetime:
    """Return an ISO time as UTC; one without an offset is refused, since it would be a guess."""
    try:
        if not isinstance(text, str):
            raise TypeError
        value = datetime.fromisoformat(text[: DIGITS * 2])
        if value.year not in YEARS:
            raise ValueError
    except (TypeError, ValueError):
        raise PriceProblem(f"{told(text)!r} is no time.") from None
    if value.tzinfo is None:
        raise PriceProblem(f"The time {told(text)} says nothing of its offset.")
    return value.astimezone(UTC)


def minutes_between(start: datetime, end: datetime) -> int:
    minutes = int((end - start) / timedelta(minutes=1))
    if minutes not in (QUARTER, HOUR):
        raise PriceProblem(f"The price from {start.isoformat()} is for {minutes} minutes; it should be 15 or 60.")
    return minutes


def from_json(content: bytes) -> Any:
    """Parse JSON with exact numbers."""
    try:
        return json.loads(content, parse_float=decimal)
    except PriceProblem:
        raise
    except (ValueError, RecursionError) as error:
        raise PriceProblem(f"This is not whole JSON: {told(error, 100)}") from None
