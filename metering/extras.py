"""What other apps add to the readings of an installation: a cost beside each hour, say, and its sum as a figure; and
which hours are of high load.

They register in AppConfig.ready().
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.http import HttpRequest
from django.utils.translation import gettext

from metering.days import Direction
from metering.loads import HighHours, working_hours
from metering.periods import Span, View
from metering.queries import Installation


@dataclass(frozen=True, kw_only=True)
class ExtraColumn:
    """A column of the table: its texts by the start of the hour in UTC, by day, or by the first day of the month.

    Where there is a `total`, it is also shown as a figure, with its unit; a `note` explains the column below the chart.
    """

    heading: str
    by_hour: Mapping[datetime, str] = field(default_factory=dict)
    by_day: Mapping[date, str] = field(default_factory=dict)
    total: str = ""
    unit: str = ""
    note: str = ""

    @property
    def table_heading(self) -> str:
        return f"{self.heading} ({self.unit})" if self.unit else self.heading

    def text_for(self, key: date | datetime) -> str:
        return self.by_hour.get(key, "") if isinstance(key, datetime) else self.by_day.get(key, "")


Provider = Callable[[HttpRequest, Installation, Direction, View, Span], Sequence[ExtraColumn]]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    _providers.append(provider)


def columns_for(
    request: HttpRequest, installation: Installation, direction: Direction, view: View, span: Span
) -> list[ExtraColumn]:
    return [column for provider in _providers for column in provider(request, installation, direction, view, span)]


@dataclass(frozen=True)
class LoadHours:
    """Which hours are of high load, and what to call them: "day (06–22)"."""

    high: HighHours
    text: str


LoadOf = Callable[[Installation, Span], LoadHours | None]
# Called once for a page (with its request) or a file: what it returns is asked for each installation.
LoadProvider = Callable[[HttpRequest | None], LoadOf]
_load_providers: list[LoadProvider] = []


def register_load(provider: LoadProvider) -> None:
    _load_providers.append(provider)


def load_hours(request: HttpRequest | None = None) -> Callable[[Installation, Span], LoadHours]:
    """Return what tells an installation's hours of high load: those of its prices, else of working days."""
    known = [provider(request) for provider in _load_providers]

    def hours_of(installation: Installation, span: Span) -> LoadHours:
        found = (load_of(installation, span) for load_of in known)
        return next(filter(None, found), None) or LoadHours(working_hours, gettext("working days 06–22"))

    return hours_of
