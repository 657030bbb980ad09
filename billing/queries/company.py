"""A company's prices and habits, read once for a page or a batch."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.utils import timezone

from billing.models import BillingSettings, OwnRate, OwnZone, TariffVersion
from billing.rules.tariffs import PriceLists
from billing.rules.taxes import RateTable, Zone, ZoneRule, shipped, zone_of
from billing.rules.terms import Habits
from portal.tenancy.models import current_tenant

T = TypeVar("T")


@dataclass(frozen=True)
class Company:
    """What is the same for all metering points of the current tenant."""

    price_lists: PriceLists
    rates: RateTable
    zone_rules: tuple[ZoneRule, ...]
    habits: Habits
    default_county: str
    clock: ZoneInfo
    today: date
    # What a page has read already: several of its parts ask for the same.
    _read: dict[object, object] = field(default_factory=dict, compare=False, repr=False)

    def once(self, key: object, read: Callable[[], T]) -> T:
        """Return what `read` returned the first time this key was asked for."""
        if key not in self._read:
            self._read[key] = read()
        return self._read[key]  # type: ignore[return-value]

    def afresh(self) -> "Company":
        """Return the same company without what was read by the way: a batch that keeps it keeps every reading."""
        return replace(self, _read={})

    def zone_at(self, county: str, postal_code: str, day: date) -> Zone:
        return zone_of(self.zone_rules, county or self.default_county, postal_code, day)


def company() -> Company:
    """Read everything, in four queries."""
    rates, zones = shipped()
    settings = BillingSettings.current()
    return Company(
        price_lists=PriceLists(tuple(row.version for row in TariffVersion.objects.in_force().order_by("valid_from"))),
        rates=RateTable((*(row.rate for row in OwnRate.objects.all()), *rates)),
        zone_rules=(*(row.rule for row in OwnZone.objects.all()), *zones),
        habits=settings.habits,
        default_county=settings.default_county,
        clock=current_tenant().zone,
        today=timezone.now().astimezone(current_tenant().zone).date(),
    )


def rate_table() -> RateTable:
    return RateTable((*(row.rate for row in OwnRate.objects.all()), *shipped()[0]))
