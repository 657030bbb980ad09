"""Spot prices as files or answers: one module a source, and `read` that tells them apart by their content."""

from __future__ import annotations

import re
from datetime import date

from billing.importers.spot import entsoe, hvakosterstrommen, nordpool
from billing.rules.spot import SpotDay
from billing.rules.spot_days import PriceProblem, Rates

LONGEST = 20_000_000


def read(content: bytes, *, area: str, rates: Rates | None) -> list[SpotDay]:
    """Return the days in an answer of any known source. Raises PriceProblem.

    `rates` are needed for what is priced in euro.
    """
    if len(content) > LONGEST:
        raise PriceProblem("The file is too large to be spot prices.")
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"<":
        return entsoe.read(content, area=area, rates=rates)
    if start == b"[":
        return hvakosterstrommen.read(content, area=area)
    if start == b"{":
        return nordpool.read(content, area=area, rates=rates)
    raise PriceProblem("This is none of the known formats (ENTSO-E XML, Nord Pool JSON, hvakosterstrommen.no JSON).")


# What both formats in euro say of their days, early on.
EURO_DAY = re.compile(rb"(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}")


def days_in_euro(content: bytes) -> tuple[date, date] | None:
    """Return the first and last day a file in euro is about, for its exchange rates; None for one in kroner."""
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"[" or b'"NOK"' in content or start not in (b"<", b"{"):
        return None
    found = sorted({day.decode() for day in EURO_DAY.findall(content[:LONGEST])})
    try:
        return (date.fromisoformat(found[0]), date.fromisoformat(found[-1])) if found else None
    except ValueError:
        return None
