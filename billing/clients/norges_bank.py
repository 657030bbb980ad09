"""Norges Bank's exchange rates: NOK for one euro, bank days only (SDMX-JSON)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings

from billing.importers.spot.values import YEARS, decimal, from_json, sensible
from billing.rules.spot_days import PriceProblem, Rates, checked_rate
from portal.clients.http import client

# Far enough back to find a bank day before any holidays.
BACK = timedelta(days=14)
# Far enough ahead to find the bank day after any holidays: only that one says that the days without a rate of their own
# are settled. The bank answers with the days there are.
AHEAD = timedelta(days=10)
NOT_FOUND = 404
# The euro is as old as that.
FIRST = date(1999, 1, 1)
LAST = date(YEARS[-1], 12, 31)


def rates(first: date, last: date) -> Rates:
    """Return the rates that hold from first to last, and whether they are settled.

    Raises Unavailable, and PriceProblem for an answer of nonsense.
    """
    if not FIRST <= first <= last <= LAST:
        raise PriceProblem(f"There are no exchange rates from {first} to {last}.")
    service = client("norges-bank", base_url=settings.SPOT_PRICE_URLS["norges-bank"])
    query = {"format": "sdmx-json", "startPeriod": f"{first - BACK}", "endPeriod": f"{last + AHEAD}"}
    answer = service.get("/api/data/EXR/B.EUR.NOK.SP", params=query)
    if answer.status == NOT_FOUND:
        return Rates({})
    return read(from_json(answer.raise_for_status().content))


@sensible
def read(answer: Any) -> Rates:
    """Read the one series of an answer. Raises PriceProblem."""
    data = answer["data"]
    days = data["structure"]["dimensions"]["observation"][0]["values"]
    [series] = data["dataSets"][0]["series"].values()
    observed = {date.fromisoformat(days[int(at)]["id"]): _rate(values) for at, values in series["observations"].items()}
    return Rates(observed)


def _rate(values: Any) -> Decimal:
    """Take a rate from what was observed on a day: a list that begins with it."""
    if not isinstance(values, list):
        raise TypeError
    return checked_rate(decimal(values[0]))
