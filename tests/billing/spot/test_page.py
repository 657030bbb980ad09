"""The page of spot prices."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.models import SpotPriceDay
from billing.rules.spot import SpotDay
from portal.content.models import GridArea
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.metering import factories
from tests.metering.pages import page

TODAY = date(2026, 11, 13)


@pytest.fixture(autouse=True)
def _now() -> object:
    with time_machine.travel("2026-11-13 15:20:00+01:00", tick=False):
        yield


def prices(day: date, *ore: int, area: str = "NO5", resolution: int = 60, preliminary: bool = False) -> None:
    """Store a day: the prices given come first, the rest of the day is 50 øre."""
    count = {date(2026, 3, 29): 23, date(2026, 10, 25): 25}.get(day, 24) * 60 // resolution
    values = (*(Decimal(one) / 100 for one in ore), *[Decimal("0.5")] * (count - len(ore)))
    spot = SpotDay(area, day, resolution, tuple(values), preliminary)
    SpotPriceDay.objects.put(spot, source="test", at=datetime.now(UTC))


@pytest.fixture
def visitor(tenant: Tenant, client_for: Callable[..., Client]) -> Client:
    client = client_for(tenant=tenant)
    client.cookies["language"] = "en"
    return client


def html(client: Client, query: str) -> str:
    answer = client.get(f"/billing/spot/{query}", headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def test_visitors_see_the_prices_of_an_area(visitor: Client) -> None:
    prices(TODAY, 40, 30, 144)
    shown = page(visitor, "/billing/spot/?area=NO5")
    assert shown.rows[:3] == [["00:00–01:00", "40.00"], ["01:00–02:00", "30.00"], ["02:00–03:00", "144.00"]]
    assert shown.bars[2][0] == "02:00–03:00: 144.00 øre/kWh, highest"
    assert shown.bars[1][0] == "01:00–02:00: 30.00 øre/kWh, lowest"
    assert shown.bars[15][0] == "15:00–16:00: 50.00 øre/kWh, now"
    assert "Limit for electricity support, 77 øre" in shown.html


def test_an_area_has_its_name_in_the_readers_language(visitor: Client) -> None:
    assert "Western Norway" in html(visitor, "?area=NO5")


def test_with_value_added_tax_everything_is_a_quarter_more(visitor: Client) -> None:
    prices(TODAY, 40)
    shown = page(visitor, "/billing/spot/?area=NO5&vat=on")
    assert shown.rows[0][1] == "50.00"
    assert "96.25 øre" in shown.html


def test_quarters_are_shown_and_their_mean_by_the_hour(visitor: Client) -> None:
    prices(TODAY, 10, 20, 30, 40, resolution=15)
    assert page(visitor, "/billing/spot/?area=NO5").rows[0][1] == "25.00"
    quarters = page(visitor, "/billing/spot/?area=NO5&quarters=on").rows
    assert (len(quarters), quarters[0], quarters[1][1]) == (96, ["00:00–00:15", "10.00"], "20.00")


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_the_days_the_clock_changes_have_their_hours(visitor: Client, day: date, hours: int) -> None:
    prices(day, *range(hours))
    rows = page(visitor, f"/billing/spot/?area=NO5&day={day}").rows
    assert len(rows) == hours
    assert len({head for head, _ in rows}) == hours


def test_negative_prices_are_prices(visitor: Client) -> None:
    prices(TODAY, -12)
    assert page(visitor, "/billing/spot/?area=NO5").rows[0][1] in ("−12.00", "-12.00")


def test_tomorrow_waits_and_then_is_there(visitor: Client) -> None:
    tomorrow = TODAY + timedelta(days=1)
    waiting = html(visitor, f"?area=NO5&day={tomorrow}")
    assert "not published yet" in waiting
    assert 'hx-trigger="every 120s"' in waiting
    prices(tomorrow, preliminary=True)
    there = html(visitor, f"?area=NO5&day={tomorrow}")
    assert "preliminary" in there
    assert "hx-trigger" not in there


def test_the_page_of_today_asks_for_itself_when_the_hour_is_over(visitor: Client) -> None:
    prices(TODAY, 40, resolution=15)
    # It is 15:20: the hour is over in 40 minutes, the quarter in ten.
    shown = html(visitor, "?area=NO5")
    assert 'hx-trigger="over"' in shown
    assert 'data-now-ends="2400"' in shown
    # It asks for today's, whichever day that is by then.
    assert 'hx-get="/billing/spot/?area=NO5"' in shown
    assert 'data-now-ends="600"' in html(visitor, "?area=NO5&quarters=on")
    assert "data-now-ends" not in html(visitor, f"?area=NO5&day={TODAY - timedelta(days=1)}")


def test_the_highest_is_named_also_when_it_is_now(visitor: Client) -> None:
    prices(TODAY, *range(16), *[3] * 8)
    shown = page(visitor, "/billing/spot/?area=NO5")
    assert shown.bars[15][0] == "15:00–16:00: 15.00 øre/kWh, now, highest"
    assert "Now, highest</text>" in shown.html
    for entry in ("Earlier today", "Later today"):
        assert f"</span>{entry}</li>" in shown.html, entry


def test_other_days_have_no_later(visitor: Client) -> None:
    prices(TODAY - timedelta(days=1), 40)
    assert "Later today" not in html(visitor, f"?area=NO5&day={TODAY - timedelta(days=1)}")


def test_today_says_whether_tomorrow_is_published(visitor: Client) -> None:
    prices(TODAY)
    with time_machine.travel("2026-11-13 09:00:00+01:00", tick=False):
        assert "They usually come soon after 13 o&#x27;clock." in html(visitor, "?area=NO5").replace("'", "&#x27;")
    late = html(visitor, "?area=NO5")
    assert "not published yet" in late
    assert "soon after 13" not in late
    prices(TODAY + timedelta(days=1))
    assert "not published yet" not in html(visitor, "?area=NO5")


@pytest.mark.parametrize(
    ("ore", "query", "said"),
    [
        (127, "", "90 % of what is above 77 øre (without value added tax). In this hour you get 45.00 øre/kWh."),
        (127, "vat=on", "90 % of what is above 96.25 øre (with value added tax). In this hour you get 56.25 øre/kWh."),
        (50, "", "you get no support in this hour"),
    ],
)
def test_support_is_told_on_the_basis_of_the_page(
    tenant: Tenant, client_for: Callable[..., Client], ore: int, query: str, said: str
) -> None:
    prices(TODAY, *[ore] * 24)
    user, customer = core.user(language="en"), core.customer()
    core.membership(user, customer)
    point = factories.point(price_area="NO5", county="Vestland", customer_group="household")
    holding = factories.holding(customer, point)
    client = client_for(user, tenant=tenant)
    assert said in html(client, f"?{query}")
    assert f"/billing/support/?installation={point.pk}#how" in html(client, "")
    type(holding).objects.filter(pk=holding.pk).update(support_scheme="norgespris")
    told = html(client, "")
    assert "you pay 40 øre/kWh, whatever the spot price is (without value added tax)" in told
    assert "Limit for electricity support" not in told


def test_visitors_read_what_households_get(visitor: Client) -> None:
    prices(TODAY, *[127] * 24)
    shown = html(visitor, "?area=NO5")
    assert "The state pays households 90 % of what is above 77 øre (without value added tax)." in shown
    assert "In this hour" not in shown


def test_a_customer_sees_the_area_of_the_installation(tenant: Tenant, client_for: Callable[..., Client]) -> None:
    user, customer = core.user(language="en"), core.customer()
    core.membership(user, customer)
    for serial, area in enumerate(("NO1", "NO5")):
        factories.holding(customer, factories.point(serial, price_area=area))
        prices(TODAY, 11 * (serial + 1), area=area)
    client = client_for(user, tenant=tenant)
    assert "NO1" in html(client, "")
    with CaptureQueriesContext(connection) as queries:
        html(client, "")
    assert len(queries) <= 20, [query["sql"][:90] for query in queries]
    stranger = factories.point(7, price_area="NO2")
    assert "NO2" not in html(client, f"?installation={stranger.pk}")


def test_those_of_many_with_an_area_are_to_choose_among(tenant: Tenant, client_for: Callable[..., Client]) -> None:
    person, customer = core.member()
    for serial in range(60):
        area = "NO5" if serial >= 50 else ""
        point = factories.point(serial, address=f"Bakken {serial:02}", price_area=area)
        factories.holding(customer, point, until=TODAY - timedelta(days=1) if serial == 50 else None)
    context = client_for(person, tenant=tenant).get(f"/billing/spot/?installation={point.pk}").context
    assert context["option"].title == "Bakken 59"
    assert [option.title for option in context["options"][:-1]] == [f"Bakken {serial}" for serial in range(51, 59)]
    assert context["options"][-1].url == "/grid/installations/"


@pytest.mark.parametrize("query", ["?day=soon", "?area=SE3", "?day=9999-12-31", "?day=0001-01-01", "?installation=x"])
def test_nonsense_in_the_address_is_as_if_it_were_not_there(visitor: Client, query: str) -> None:
    assert "Spot price" in html(visitor, query)


@pytest.mark.parametrize(("areas", "shown"), [(["vest"], "NO5"), (["vest", "aust"], "NO1")])
def test_who_has_no_installation_yet_is_in_the_only_area_of_the_company(
    tenant: Tenant, client_for: Callable[..., Client], areas: list[str], shown: str
) -> None:
    for slug in areas:
        GridArea.objects.create(slug=slug, name=slug, price_area="NO5")
    person, _ = core.member()
    assert client_for(person, tenant=tenant).get("/billing/spot/").context["asked"].area == shown
