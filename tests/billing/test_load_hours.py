"""High and low load beside the readings go by the price list of whoever looks, where there is one."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from billing.rules.tariffs import Energy, EnergyException, When
from metering.models import MeteringPoint
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.billing import factories as make
from tests.billing import price_lists as lists
from tests.billing.tariff_texts import GOOD

pytestmark = pytest.mark.usefixtures("friday_noon")

DAY = frozenset(range(6, 22))
WINTER = When(months=(1, 2, 3), hours=tuple(range(6, 22)))


def dear(energy: Energy, month: int, weekday: int, *, is_holiday: bool = False) -> frozenset[int]:
    return energy.dear_hours(month, weekday, is_holiday=is_holiday)


def test_high_load_is_what_costs_more_than_the_cheapest() -> None:
    by_day, by_working_day = lists.energy(), lists.energy(when=lists.WORKING_DAYS)
    assert dear(by_day, 11, 6) == DAY
    assert (dear(by_working_day, 11, 4), dear(by_working_day, 11, 5)) == (DAY, frozenset())
    assert dear(by_working_day, 5, 0, is_holiday=True) == frozenset()
    cheap_nights = Energy(Decimal(20), (EnergyException("Natt", Decimal(10), When(hours=(22, 23, 0, 1, 2, 3, 4, 5))),))
    assert dear(cheap_nights, 11, 6) == DAY
    # In a month in which all hours cost the same none is dear.
    seasons = Energy(Decimal(10), (EnergyException("Vinter", Decimal(20), WINTER),))
    assert (dear(seasons, 2, 0), dear(seasons, 7, 0)) == (DAY, frozenset())


@pytest.fixture
def home(tenant: Tenant, client_for: Callable[..., Client]) -> tuple[Client, MeteringPoint]:
    """1 kWh an hour in the week of Monday 2 November 2026."""
    point = make.point()
    user = core.user(language="en")
    core.membership(user, make.holder(point, support_scheme="none"))
    make.readings(point, date(2026, 11, 2), date(2026, 11, 8))
    return client_for(user, tenant=tenant), point


def load(client: Client, point: MeteringPoint, view: str = "week") -> str:
    page = client.get(f"/grid/{point.pk}/?view={view}&date=2026-11-05").content.decode().replace("&nbsp;", " ")
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page[page.index("In high load") :]))


@pytest.mark.parametrize("view", ["week", "month", "12m"])
def test_the_figure_follows_the_customers_price_list(home: tuple[Client, MeteringPoint], view: str) -> None:
    client, point = home
    # Working days from 06 to 22, where nobody has given a price list.
    assert load(client, point, view).startswith("In high load 80.0 kWh 48 % of it, working days 06–22 ")
    make.price_lists()
    # This one has the same price on all days: 16 of 24 hours.
    assert load(client, point, view).startswith("In high load 112.0 kWh 67 % of it, day (06–22) ")


def test_a_price_list_of_one_price_tells_no_hours_apart(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    assert not make.price_lists(GOOD.replace("pris: 12.4", "pris: 8.25")).refused
    assert load(client, point).startswith("In high load 80.0 kWh")


def test_a_file_has_the_same_columns_of_high_and_low_load(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    make.price_lists()
    answer = client.get(f"/grid/download/?points={point.pk}&first=2026-11-07&last=2026-11-07&step=day&format=csv")
    rows = b"".join(answer).decode("utf-8-sig").splitlines()  # type: ignore[arg-type]  # it is streamed
    # A Saturday: 24 kWh, 16 of them by day.
    assert rows[1].split(";")[4:7] == ["24,000", "16,000", "8,000"]
