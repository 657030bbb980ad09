"""hvakosterstrommen.no: free, no key; NOK per kWh without VAT, a file for each day and area."""

from __future__ import annotations

from datetime import date

from django.conf import settings

from billing.importers.spot import hvakosterstrommen
from billing.rules.spot import SpotDay
from portal.clients.http import client

NOT_FOUND = 404


def fetch(area: str, day: date) -> list[SpotDay]:
    """Return the day's prices; [] when they are not published, or the answer is of other days."""
    service = client("hvakosterstrommen", base_url=settings.SPOT_PRICE_URLS["hvakosterstrommen"])
    answer = service.get(f"/api/v1/prices/{day:%Y/%m-%d}_{area}.json")
    if answer.status == NOT_FOUND:
        return []
    found = hvakosterstrommen.read(answer.raise_for_status().content, area=area)
    return [one for one in found if one.day == day]
