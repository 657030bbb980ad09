"""What other apps add to the table of readings: a price beside each hour, say. They register in AppConfig.ready()."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from metering.days import Direction
from metering.models import MeteringPoint
from metering.periods import Span, View


@dataclass(frozen=True, kw_only=True)
class ExtraColumn:
    """A column of the table: its texts by the start of the hour in UTC, by day, or by the first day of the month."""

    heading: str
    by_hour: Mapping[datetime, str] = field(default_factory=dict)
    by_day: Mapping[date, str] = field(default_factory=dict)
    total: str = ""

    def text_for(self, key: date | datetime) -> str:
        return self.by_hour.get(key, "") if isinstance(key, datetime) else self.by_day.get(key, "")


Provider = Callable[[MeteringPoint, Direction, View, Span], ExtraColumn | None]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    _providers.append(provider)


def columns_for(point: MeteringPoint, direction: Direction, view: View, span: Span) -> list[ExtraColumn]:
    return [column for provider in _providers if (column := provider(point, direction, view, span))]
