"""The made-up prices: every installation of the demo can be settled."""

from datetime import date, timedelta
from random import Random

import pytest

from billing import demo, queries
from billing.models import SettledMonth, SpotPriceDay
from billing.rules.lines import Code
from metering import demo as metering_demo
from metering.models import MeteringPoint
from portal.customers.models import Customer
from portal.tenancy.models import Tenant
from tests import factories as core

pytestmark = pytest.mark.usefixtures("saturday_morning")
# A year whose taxes and thresholds are all known.
TODAY = date(2026, 11, 20)
LAST_MONTH = (TODAY.replace(day=1) - timedelta(days=1)).replace(day=1)


@pytest.fixture
def built(tenant: Tenant) -> Tenant:
    for number, kind in ((1, "private"), (2, "housing_cooperative"), (3, "business"), (4, "private")):
        core.customer(number=f"50{number}", kind=kind, address=f"Veien {number}")
    metering_demo.build(tenant, rng=Random(7), today=TODAY)
    demo.build(tenant, rng=Random(7), today=TODAY)
    return tenant


def test_every_installation_has_prices_a_tier_and_no_gaps_in_what_is_known(built: Tenant) -> None:
    found = [one for one in queries.settle_all(LAST_MONTH) if one.settlement]
    assert len(found) == MeteringPoint.objects.count()
    for one in found:
        assert one.settlement
        assert one.settlement.tier
        # In the first days of a year, its rates may not be decided yet.
        assert {unknown.what for unknown in one.settlement.unknown} <= {"rate"}
    assert SettledMonth.objects.filter(month=LAST_MONTH).count() == len(found)


def test_there_is_support_norgespris_and_business(built: Tenant) -> None:
    codes = {line.code for one in queries.settle_all(LAST_MONTH) if one.settlement for line in one.settlement.lines}
    assert {Code.SUPPORT, Code.CAPACITY, Code.ENOVA} <= codes
    kinds = {one.settlement.is_private for one in queries.settle_all(LAST_MONTH) if one.settlement}
    assert kinds == {True, False}
    assert Customer.objects.exists()


def test_spot_prices_reach_tomorrow_and_are_made_once(built: Tenant) -> None:
    newest = SpotPriceDay.objects.of("NO1").order_by("-day")[0]
    assert newest.day == TODAY + timedelta(days=1)
    assert newest.spot_day == demo.spot_day("NO1", newest.day, built)
    assert newest.revision == 0
