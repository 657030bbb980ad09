"""Answers of the price sources, in the shape they were recorded in, with prices of our own making."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from billing.importers.spot.entsoe import ZONES
from billing.rules.spot_days import MARKET_ZONE
from metering.days import day_bounds


def starts(day: date, minutes: int) -> list[datetime]:
    first, after = day_bounds(day, MARKET_ZONE)
    return [
        first + timedelta(minutes=minutes) * step
        for step in range(int((after - first).total_seconds()) // (minutes * 60))
    ]


def hvakosterstrommen(day: date, *, minutes: int = 60) -> bytes:
    """Prices 0.01000, 0.01001 … kr/kWh."""
    return json.dumps(
        [
            {
                "NOK_per_kWh": round(0.01 + number / 100_000, 5),
                "EUR_per_kWh": 0.02266,
                "EXR": 11.2705,
                "time_start": start.astimezone(MARKET_ZONE).isoformat(),
                "time_end": (start + timedelta(minutes=minutes)).astimezone(MARKET_ZONE).isoformat(),
            }
            for number, start in enumerate(starts(day, minutes))
        ]
    ).encode()


def nordpool(day: date, *, area: str, state: str = "Final", currency: str = "NOK", price: float = 500) -> bytes:
    return json.dumps(
        {
            "deliveryDateCET": day.isoformat(),
            "version": 3,
            "updatedAt": f"{day}T12:15:03.8832404Z",
            "deliveryAreas": [area],
            "market": "DayAhead",
            "multiAreaEntries": [
                {
                    "deliveryStart": start.strftime("%Y-%m-%dT%H:%M:%SZ"),
                    "deliveryEnd": (start + timedelta(minutes=15)).strftime("%Y-%m-%dT%H:%M:%SZ"),
                    "entryPerArea": {area: price},
                }
                for start in starts(day, 15)
            ],
            "currency": currency,
            "areaStates": [{"state": state, "areas": [area]}],
        }
    ).encode()


def entsoe(
    periods: Sequence[tuple[Any, ...]],
    *,
    area: str,
    currency: str = "EUR",
    sequences: Sequence[int] = (),
    curve: str = "<curveType>A03</curveType>",
) -> bytes:
    """`periods`: (day, resolution, {position: price}) or the same with the hours it begins and ends at."""
    series = "".join(
        _series(period, area, currency, sequences[number] if sequences else None, curve)
        for number, period in enumerate(periods)
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><Publication_MarketDocument '
        'xmlns="urn:iec62325.351:tc57wg16:451-3:publicationdocument:7:3"><type>A44</type>'
        f"{series}</Publication_MarketDocument>"
    ).encode()


def _series(period: tuple[Any, ...], area: str, currency: str, sequence: int | None, curve: str) -> str:
    day, resolution, points, *hours = period
    first, after = day_bounds(day, MARKET_ZONE)
    if hours:
        first, after = first + timedelta(hours=hours[0]), first + timedelta(hours=hours[1])
    name = "classificationSequence_AttributeInstanceComponent.position"
    told = f"<{name}>{sequence}</{name}>" if sequence else ""
    body = "".join(
        f"<Point><position>{at}</position><price.amount>{price}</price.amount></Point>" for at, price in points.items()
    )
    return (
        f"<TimeSeries><in_Domain.mRID codingScheme='A01'>{ZONES[area]}</in_Domain.mRID>"
        f"<currency_Unit.name>{currency}</currency_Unit.name><price_Measure_Unit.name>MWH</price_Measure_Unit.name>{told}"
        f"{curve}<Period><timeInterval><start>{_minute(first)}</start><end>{_minute(after)}</end>"
        f"</timeInterval><resolution>{resolution}</resolution>{body}</Period></TimeSeries>"
    )


def _minute(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def acknowledgement(code: str) -> bytes:
    return (
        '<Acknowledgement_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-1:acknowledgementdocument:7:0">'
        f"<Reason><code>{code}</code><text>No matching data found</text></Reason></Acknowledgement_MarketDocument>"
    ).encode()


def norges_bank(rates: dict[date, str]) -> bytes:
    """SDMX-JSON as the bank's data service answers for EXR/B.EUR.NOK.SP."""
    days = sorted(rates)
    return json.dumps(
        {
            "data": {
                "dataSets": [
                    {"series": {"0:0:0:0": {"observations": {str(at): [rates[day]] for at, day in enumerate(days)}}}}
                ],
                "structure": {
                    "dimensions": {
                        "observation": [
                            {
                                "id": "TIME_PERIOD",
                                "values": [{"id": day.isoformat(), "name": day.isoformat()} for day in days],
                            }
                        ]
                    }
                },
            }
        }
    ).encode()
