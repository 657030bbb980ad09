"""Norges Bank's exchange rates: NOK for one euro, bank days only (SDMX-JSON)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings

from billing.importers.spot.values import decimal
from billing.rules.spot_days import PriceProblem, Rates
from portal.clients.http import client

# Far enough back to find a bank day before any holidays.
BACK = timedelta(days=14)
# Far enough ahead to find the bank day after any holidays: only that one says that the days without a rate of their own
# are settled. The bank answers with the days there are.
AHEAD = timedelta(days=10)
NOT_FOUND = 404


def rates(first: date, last: date) -> Rates:
    """Return the rates that hold from first to last, and whether they are settled.

    Raises Unavailable, and PriceProblem for an answer of nonsense.
    """
    service = client("norges-bank", base_url=settings.SPOT_PRICE_URLS["norges-bank"])
    query = {"format": "sdmx-json", "startPeriod": f"{first - BACK}", "endPeriod": f"{last + AHEAD}"}
    answer = service.get("/api/data/EXR/B.EUR.NOK.SP", params=query)
    if answer.status == NOT_FOUND:
        return Rates({})
    return read(answer.json())


def read(answer: Any) -> Rates:
    """Read the one series of an answer."""
    try:
        data = answer["data"]
        days = data["structure"]["dimensions"]["observation"][0]["values"]
        [series] = data["dataSets"][0]["series"].values()
        observed = series["observations"].items()
        return Rates({date.fromisoformat(days[int(at)]["id"]): decimal(values[0]) for at, values in observed})
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise PriceProblem(f"Norges Bank's answer cannot be read ({type(error).__name__}).") from None
