"""What the formats share: reading instants, numbers and JSON strictly, with words when they are wrong."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from billing.rules.spot import HOUR, QUARTER
from billing.rules.spot_days import PriceProblem

DIGITS = 20


def decimal(text: object) -> Decimal:
    try:
        if len(str(text)) > DIGITS:
            raise InvalidOperation
        value = Decimal(str(text))
    except InvalidOperation:
        raise PriceProblem(f"{str(text)[:DIGITS]!r} is no number.") from None
    if not value.is_finite():
        raise PriceProblem(f"{text!r} is no price.")
    return value


def instant(text: object) -> datetime:
    """Return an ISO time as UTC; one without an offset is refused, since it would be a guess."""
    try:
        value = datetime.fromisoformat(str(text)[:40])
    except ValueError:
        raise PriceProblem(f"{str(text)[:40]!r} is no time.") from None
    if value.tzinfo is None:
        raise PriceProblem(f"The time {text} says nothing of its offset.")
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
    except (ValueError, RecursionError) as error:
        if isinstance(error, PriceProblem):
            raise
        raise PriceProblem(f"This is not whole JSON: {str(error)[:100]}") from None
