"""What the start page says that waits of prices is what the list it leads to shows."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from billing.models import SettledMonth, TariffVersion
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.admin.work_queues import told_and_listed
from tests.billing import factories as make

pytestmark = pytest.mark.usefixtures("friday_noon")


@pytest.fixture
def staff(tenant: Tenant, client_for: Callable[..., Client]) -> Client:
    return client_for(core.staff(language="en"), tenant=tenant)


def settled(serial: int, month: date, *unknown: str) -> SettledMonth:
    fields = {"total": 0, "energy_wh": 0, "is_preliminary": False, "payload": {}, "settled_at": make.NOW}
    return SettledMonth.objects.create(metering_point=make.point(serial), month=month, unknown=list(unknown), **fields)


def test_metering_points_that_lack_prices_this_month(staff: Client) -> None:
    waits = {settled(0, date(2026, 11, 1), "tariff"), settled(1, date(2026, 11, 1), "prices", "tariff")}
    # Tomorrow's hourly prices and readings come by themselves, and what is over is not of this month.
    settled(2, date(2026, 11, 1), "prices")
    settled(5, date(2026, 11, 1), "readings")
    settled(6, date(2026, 11, 1), "readings", "prices")
    settled(3, date(2026, 11, 1))
    settled(4, date(2026, 10, 1), "tariff")
    told = told_and_listed(staff, "billing/settledmonth")
    assert told == [(2, waits)]


def a_list(group: str, first: date, to: date | None, name: str = "") -> TariffVersion:
    fields = {"group": group, "valid_from": first, "valid_to": to, "name": name}
    return TariffVersion.objects.create(payload={}, source="made-up", created_at=make.NOW, **fields)


def test_price_lists_that_end_within_45_days_and_that_none_follows(staff: Client) -> None:
    first, last = date(2026, 11, 14), date(2026, 12, 28)
    waits = {
        a_list("household", date(2026, 1, 1), first),
        a_list("small_business", date(2026, 1, 1), last),
        # Another name's list is no successor.
        a_list("holiday_home", date(2026, 1, 1), last, "Hytte"),
    }
    a_list("holiday_home", date(2026, 1, 1), last)
    a_list("holiday_home", last, None)
    a_list("household", date(2026, 1, 1), date(2026, 11, 13), "Over")
    a_list("household", date(2026, 1, 1), date(2026, 12, 29), "Later")
    replaced = a_list("household", date(2026, 1, 1), last, "Replaced")
    TariffVersion.objects.filter(pk=replaced.pk).update(superseded_at=make.NOW)
    told = told_and_listed(staff, "billing/tariffversion")
    assert told == [(3, waits)]
