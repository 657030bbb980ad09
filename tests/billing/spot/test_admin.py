"""Staff see which spot prices are final, which may change, and which days lack some."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.test import Client

from billing.models import ReplacedSpotPriceDay, SpotPriceDay
from billing.rules.spot import SpotDay
from portal.accounts.models import StaffRole
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.billing import factories as make

DAYS = "/admin/billing/spotpriceday/"
REPLACED = "/admin/billing/replacedspotpriceday/"


@pytest.fixture(autouse=True)
def _now() -> object:
    with time_machine.travel("2026-10-26 12:00:00+01:00", tick=False):
        yield


@pytest.fixture
def client(tenant: Tenant, client_for: Callable[..., Client]) -> Client:
    return client_for(core.staff(StaffRole.AGENT, language="en"), tenant=tenant)


def test_days_that_lack_prices_wait_in_the_work_queue(client: Client) -> None:
    make.point(price_area="NO5")
    make.spot_prices("NO5", date(2026, 8, 25), date(2026, 10, 23))
    make.spot_prices("NO5", date(2026, 10, 26), date(2026, 10, 26))
    # The day of 25 hours, with a gap; the 24th is not there at all.
    prices = (*[Decimal("0.5")] * 23, None, None)
    late = SpotDay("NO5", date(2026, 10, 25), 60, prices, preliminary=True)
    SpotPriceDay.objects.put(late, source="test", at=datetime(2026, 10, 24, 12, tzinfo=UTC))
    queues = client.get("/admin/").context["work_queues"]
    assert [queue.count for queue in queues if queue.url == DAYS] == [2]
    page = client.get(DAYS)
    assert [(one.day.day, one.slots) for one in page.context["lacks"]] == [(25, 2), (24, None)]
    assert "the whole day" in page.content.decode()


def test_other_areas_are_not_missed(client: Client) -> None:
    make.point(price_area="")
    assert client.get(DAYS).context["lacks"] == []
    assert not [queue for queue in client.get("/admin/").context["work_queues"] if queue.url == DAYS]


def test_a_day_opens_with_its_prices_and_cannot_be_written(client: Client) -> None:
    make.spot_prices("NO5", date(2026, 10, 25), date(2026, 10, 25), "0.5")
    row = SpotPriceDay.objects.get(day=date(2026, 10, 25), area="NO5")
    page = client.get(f"{DAYS}{row.pk}/change/")
    assert page.content.decode().count("50.00") == 25
    assert client.post(f"{DAYS}{row.pk}/change/", {"area": "NO1"}).status_code == 403
    assert client.get(f"{DAYS}add/").status_code == 403


def test_what_was_replaced_is_shown_with_when_and_cannot_be_written(client: Client) -> None:
    day = date(2026, 10, 25)
    make.spot_prices("NO5", day, day, "0.5", preliminary=True)
    row = SpotPriceDay.objects.get(day=day, area="NO5")
    assert f"{REPLACED}1" not in client.get(f"{DAYS}{row.pk}/change/").content.decode()
    make.spot_prices("NO5", day, day, "0.75")
    old = ReplacedSpotPriceDay.objects.get(day=day, area="NO5")
    address = f"{REPLACED}{old.pk}/change/"
    assert address in client.get(f"{DAYS}{row.pk}/change/").content.decode()
    shown = client.get(address).content.decode()
    assert (shown.count("50.00"), "75.00" in shown) == (25, False)
    listed = client.get(REPLACED, {"area": "NO5", "day": "2026-10-25"}).content.decode()
    assert listed.count(address) == 1
    assert client.post(address, {"area": "NO1"}).status_code == 403
    assert client.get(f"{REPLACED}add/").status_code == 403
    assert client.post(f"{REPLACED}{old.pk}/delete/", {"post": "yes"}).status_code == 403
