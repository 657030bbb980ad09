"""ENTSO-E's transparency platform: EUR per MWh, with a token; the rates come from Norges Bank."""

from __future__ import annotations

from datetime import date

from django.conf import settings

from billing.clients import norges_bank
from billing.importers.spot import entsoe
from billing.importers.spot.entsoe import ZONES
from billing.rules.spot import SpotDay
from billing.rules.spot_days import MARKET_ZONE, PriceProblem
from metering.days import day_bounds
from portal.clients.http import client

# What is not there is answered with 400 (formerly 200) and a document that says so.
BAD_REQUEST = 400


def fetch(area: str, day: date) -> list[SpotDay]:
    """Return the day's prices; [] when they are not published. Raises PriceProblem without a token."""
    if not settings.ENTSOE_TOKEN:
        raise PriceProblem("ENTSO-E wants a token: set ENTSOE_TOKEN.")
    first, after = day_bounds(day, MARKET_ZONE)
    query = {
        "securityToken": settings.ENTSOE_TOKEN,
        "documentType": "A44",
        "in_Domain": ZONES[area],
        "out_Domain": ZONES[area],
        "periodStart": f"{first:%Y%m%d%H%M}",
        "periodEnd": f"{after:%Y%m%d%H%M}",
    }
    answer = client("entsoe", base_url=settings.SPOT_PRICE_URLS["entsoe"]).get("/api", params=query)
    if answer.status != BAD_REQUEST:
        answer.raise_for_status()
    found = entsoe.read(answer.content, area=area, rates=norges_bank.rates(day, day))
    return [one for one in found if one.day == day]
