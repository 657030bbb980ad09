"""A company's prices and habits, read once for a page or a batch.

They change a few times a year and every page asks for them: they are kept in the process, with what was looked up in
them, for as long as no row is another. Which rows there are, and which writing of each, is asked each time.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db import connection

from billing.models import BillingSettings, OwnRate, OwnZone, TariffVersion
from billing.rules.tariffs import PriceLists
from billing.rules.taxes import RateTable, Zone, ZoneRule, shipped, zone_of
from billing.rules.terms import Habits
from portal.customers.queries import today as local_today
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


# `xmin` is the transaction that wrote the row as it is and `ctid` where it lies: each change of a row gives it others.
WRITINGS = """
    SELECT string_agg(concat_ws(' ', kind, id, xmin, ctid), ',' ORDER BY kind, id)
      FROM (SELECT 'settings' AS kind, id, xmin, ctid FROM billing_billingsettings WHERE tenant_id = %(tenant)s
            UNION ALL
            SELECT 'prices', id, xmin, ctid FROM billing_tariffversion
             WHERE tenant_id = %(tenant)s AND superseded_at IS NULL
            UNION ALL
            SELECT 'rate', id, xmin, ctid FROM billing_ownrate WHERE tenant_id = %(tenant)s
            UNION ALL
            SELECT 'zone', id, xmin, ctid FROM billing_ownzone WHERE tenant_id = %(tenant)s) written
"""


@dataclass(frozen=True)
class _Kept:
    """What a company's rows say, and which rows they were."""

    writings: str | None
    price_lists: PriceLists
    rates: RateTable
    zone_rules: tuple[ZoneRule, ...]
    habits: Habits
    default_county: str


# A company's price lists with what was looked up in them take some megabytes at most.
MOST_KEPT = 50
# By tenant.
_kept: dict[int, _Kept] = {}


def company() -> Company:
    """Return the current tenant's: one query, and four more when something was written since it was last read."""
    tenant = current_tenant()
    with connection.cursor() as cursor:
        cursor.execute(WRITINGS, {"tenant": tenant.pk})
        writings: str | None = cursor.fetchone()[0]
    kept = _kept.get(tenant.pk)
    if kept is None or kept.writings != writings:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        kept = _kept[tenant.pk] = _read(writings)
    return Company(
        price_lists=kept.price_lists,
        rates=kept.rates,
        zone_rules=kept.zone_rules,
        habits=kept.habits,
        default_county=kept.default_county,
        clock=tenant.zone,
        today=local_today(),
    )


def _read(writings: str | None) -> _Kept:
    _, zones = shipped()
    # Afresh: what a request remembers of it may be older than the rows that were asked for.
    settings = BillingSettings.objects.first() or BillingSettings()
    return _Kept(
        writings=writings,
        price_lists=PriceLists(tuple(row.version for row in TariffVersion.objects.in_force().order_by("valid_from"))),
        rates=rate_table(),
        zone_rules=(*(row.rule for row in OwnZone.objects.all()), *zones),
        habits=settings.habits,
        default_county=settings.default_county,
    )


def rate_table() -> RateTable:
    return RateTable((*(row.rate for row in OwnRate.objects.all()), *shipped()[0]))
