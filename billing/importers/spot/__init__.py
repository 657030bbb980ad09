"""Spot prices as files or answers: one module a source, and `read` that tells them apart by their content."""

from __future__ import annotations

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
