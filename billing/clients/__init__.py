"""The sources of spot prices, by the name that settings and commands give them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from billing.clients import entsoe, hvakosterstrommen, nordpool
from billing.rules.spot import SpotDay

# Ask for one area and day; [] when nothing is published. They raise portal.clients.http.Unavailable and PriceProblem.
Source = Callable[[str, date], list[SpotDay]]
SOURCES: dict[str, Source] = {
    "hvakosterstrommen": hvakosterstrommen.fetch,
    "entsoe": entsoe.fetch,
    "nordpool": nordpool.fetch,
}
