"""The customer's pages of what the grid costs."""

from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from metering.models import MeteringPoint
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.billing import factories as make
from tests.metering import factories as meters

PAGES = ("trial", "peaks", "prices", "support")


@pytest.fixture(autouse=True)
def _now() -> object:
    with time_machine.travel("2026-11-13 12:00:00+01:00", tick=False):
        yield


@pytest.fixture
def home(tenant: Tenant, client_for: Callable[..., Client]) -> tuple[Client, MeteringPoint]:
    """A household with 1 kWh an hour since October, a spot price of 1 krone, and electricity support."""
    make.price_lists()
    point = make.point()
    customer = make.holder(point, support_scheme="support")
    user = core.user(language="en")
    core.membership(user, customer)
    make.readings(point, date(2026, 10, 1), date(2026, 11, 12))
    make.spot_prices("NO5", date(2026, 10, 1), date(2026, 11, 14))
    return client_for(user, tenant=tenant), point


def html(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ")


def test_the_trial_settlement_of_a_whole_month_has_all_lines_and_their_reasons(
    home: tuple[Client, MeteringPoint],
) -> None:
    client, _ = home
    page = html(client, "/billing/trial/?month=2026-10")
    # 745 hours, 496 of them by day: 76.88 + 25.68, energy fund 9.31, electricity tax 66.40, the lowest tier.
    for text in ("496.0 kWh × 15.50 øre", "76.88", "249.0 kWh × 10.31 øre", "25.68", "156.25", "Electricity support"):
        assert text in page, text
    assert "496 hours with readings: day (06–22)." in page
    assert "With value added tax." in page


def test_the_present_month_says_how_far_it_reaches_and_where_it_goes(home: tuple[Client, MeteringPoint]) -> None:
    client, _ = home
    page = html(client, "/billing/trial/")
    assert "Readings from 1 Nov 2026 to 12 Nov 2026 are counted." in page
    assert "the whole of November will come to about" in page
    assert "Left to tier 2" in page


def test_twelve_months_of_peaks_lead_to_each_month(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    page = html(client, "/billing/peaks/?month=2026-10")
    assert page.count("1.00 (") >= 6
    assert f"/billing/peaks/?installation={point.pk}&amp;month=2026-11" in page
    assert "Only one peak a day counts" in page


def test_the_price_list_shows_all_tiers_and_what_went_before(home: tuple[Client, MeteringPoint]) -> None:
    client, _ = home
    page = html(client, "/billing/prices/")
    assert "For household, with value added tax." in page
    assert page.count("ladder__no") == 2
    assert "How the prices have been" in page


def test_support_opens_from_month_to_day_to_hour(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    year = html(client, "/billing/support/")
    assert "October 2026" in year
    month = html(client, "/billing/support/?month=2026-10")
    assert "Fri 2 Oct" in month
    day = html(client, f"/billing/support/?installation={point.pk}&day=2026-10-02")
    # 90 % of what 100 øre exceeds 77 øre by, with value added tax: 25.875 øre, 24 hours of 1 kWh.
    assert "6.21" in day
    assert day.count("<tr>") == 26


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_support_knows_the_days_the_clock_changes(home: tuple[Client, MeteringPoint], day: date, hours: int) -> None:
    client, point = home
    make.readings(point, day.replace(day=1), day)
    make.spot_prices("NO5", day.replace(day=1), day)
    page = html(client, f"/billing/support/?installation={point.pk}&day={day}")
    assert page.count("<tr>") == hours + 2


def test_the_overview_shows_the_settlement_and_the_prices_now(home: tuple[Client, MeteringPoint]) -> None:
    client, _ = home
    page = html(client, "/grid/")
    assert "Grid rent so far in November" in page
    assert "See the trial settlement" in page
    assert "Spot price now" in page
    assert "100.00 <small>øre/kWh</small>" in page


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_of_ones_own_installations_only(
    home: tuple[Client, MeteringPoint], tenant: Tenant, client_for: Callable[..., Client], page: str
) -> None:
    client, _ = home
    strange = make.point(7)
    make.holder(strange)
    assert client.get(f"/billing/{page}/?installation={strange.pk}").status_code == 404
    user, _ = core.member()
    assert client_for(user, tenant=tenant).get(f"/billing/{page}/").status_code == 302


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("query", ["?month=2026-13", "?month=1900-01", "?month=9999-12", "?month=x"])
def test_nonsense_in_the_address_is_as_if_it_were_not_there(
    home: tuple[Client, MeteringPoint], page: str, query: str
) -> None:
    client, _ = home
    assert client.get(f"/billing/{page}/{query}").status_code == 200


@pytest.mark.parametrize("day", ["soon", "2027-01-01", "2019-01-01"])
def test_a_day_without_support_to_see_is_a_404(home: tuple[Client, MeteringPoint], day: str) -> None:
    client, _ = home
    assert client.get(f"/billing/support/?day={day}").status_code == 404


def test_without_price_list_and_readings_the_pages_say_so(tenant: Tenant, client_for: Callable[..., Client]) -> None:
    point = meters.point()
    user = core.user(language="en")
    core.membership(user, make.holder(point))
    client = client_for(user, tenant=tenant)
    assert "There are no readings for this time yet." in html(client, "/billing/trial/")
    assert "We have no price list for this installation." in html(client, "/billing/prices/")
    assert "no readings for this month" in html(client, "/billing/peaks/")
    assert client.get("/billing/support/").status_code == 200


@pytest.mark.parametrize(("page", "most"), [("trial", 30), ("peaks", 22), ("prices", 24), ("support", 22)])
def test_the_pages_ask_the_database_a_bounded_number_of_times(
    home: tuple[Client, MeteringPoint], page: str, most: int
) -> None:
    client, point = home
    customer = point.holdings.get().customer
    client.get(f"/billing/{page}/")
    counts = []
    for serial in range(2, 4):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/billing/{page}/")
        counts.append(len(queries))
        meters.holding(customer, make.point(serial))
    assert counts[0] <= most, counts
    assert counts[1] <= counts[0] + 1
