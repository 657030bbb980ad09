"""Days to look at and to download: only those there is something of are offered, and others are answered kindly."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from metering.models import Holding, MeteringPoint
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.metering import factories
from tests.metering.pages import NBSP, page

pytestmark = pytest.mark.usefixtures("friday_noon")
FIRST, TODAY = date(2026, 10, 8), date(2026, 11, 13)


@pytest.fixture
def home(tenant: Tenant, client_for: Callable[..., Client]) -> tuple[Client, MeteringPoint]:
    """Theirs since 8 October, a Thursday; an hour a day as long as they have held it."""
    user, customer = core.user(language="en"), core.customer()
    core.membership(user, customer)
    point = factories.point()
    factories.holding(customer, point, since=FIRST)
    factories.readings(point, FIRST, 1000)
    return client_for(user, tenant=tenant), point


def shown(client: Client, query: str) -> str:
    return page(client, f"/grid/?{query}").html.replace(NBSP, " ")


def test_the_picker_offers_the_days_of_the_holding(home: tuple[Client, MeteringPoint]) -> None:
    client, _ = home
    assert f'min="{FIRST}" max="{TODAY}"' in shown(client, "view=day&date=2026-11-09")
    Holding.objects.update(valid_to=date(2026, 11, 1))
    assert f'min="{FIRST}" max="2026-11-01"' in shown(client, "view=day&date=2026-10-09")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("view=day&date=2026-10-07", "There is nothing to see of 7 Oct 2026. Your first day is 8 Oct 2026"),
        ("view=year&date=2019-01-01", "There is nothing to see of 1 Jan 2019. Your first day is 8 Oct 2026"),
        ("view=day&date=2026-11-14", "There is nothing to see of 14 Nov 2026 yet. The newest day is 13 Nov 2026"),
        ("view=day&date=2026-11-13", ""),
        ("view=day&date=2026-10-08", ""),
        # Days of the same week, month and year are there.
        ("view=week&date=2026-10-05", ""),
        ("view=month&date=2026-10-01", ""),
        ("view=year&date=2026-01-01", ""),
        ("view=month&date=soon", ""),
        ("", ""),
    ],
)
def test_who_asks_for_another_day_is_told_why_they_see_this_one(
    home: tuple[Client, MeteringPoint], query: str, words: str
) -> None:
    client, _ = home
    html = shown(client, query)
    assert (words in html) if words else ("nothing to see of" not in html)


def test_after_the_last_day_of_a_holding_nothing_comes(home: tuple[Client, MeteringPoint]) -> None:
    client, _ = home
    Holding.objects.update(valid_to=date(2026, 11, 1))
    words = "There is nothing to see of 9 Nov 2026. Your last day was 1 Nov 2026"
    assert words in shown(client, "view=day&date=2026-11-09")


@pytest.mark.parametrize(
    ("asked", "chosen"), [("", "2026-11"), ("2026-10", "2026-10"), ("2019-05", "2026-10"), ("2030-01", "2026-11")]
)
def test_the_list_of_installations_offers_the_months_of_the_holdings(
    home: tuple[Client, MeteringPoint], asked: str, chosen: str
) -> None:
    client, _ = home
    html = client.get(f"/grid/installations/?month={asked}").content.decode()
    assert re.findall(r'<option value="(20[0-9-]+)"', html) == ["2026-11", "2026-10"]
    assert f'<option value="{chosen}" selected>' in html


def test_the_download_offers_the_days_there_is_something_of(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    html = client.get(f"/grid/download/?points={point.pk}&first=2026-10-01&last=2026-10-31").content.decode()
    assert html.count(f'min="{FIRST}" max="{TODAY}"') == 2
    assert [f'value="{day}"' in html for day in (FIRST, "2026-10-31", "2026-10-01")] == [True, True, False]
    # The last month, of which they held it only for a part.
    assert f'value="{FIRST}"' in client.get("/grid/download/?first=soon").content.decode()


@pytest.mark.parametrize(
    ("first", "last", "status"),
    [
        ("2026-10-01", "2026-10-08", 200),
        ("2026-11-13", "2026-12-31", 200),
        ("2026-10-01", "2026-10-07", 422),
        ("2026-11-14", "2026-11-15", 422),
    ],
)
def test_of_days_of_which_there_is_nothing_no_file_is_made(
    home: tuple[Client, MeteringPoint], first: str, last: str, status: int
) -> None:
    client, point = home
    asked = {"points": str(point.pk), "first": first, "last": last, "step": "hour", "format": "csv"}
    answer = client.post("/grid/download/", asked)
    assert answer.status_code == status
    if status == 200:
        assert b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # it is streamed
    else:
        html = answer.content.decode().replace(NBSP, " ")
        assert "There is nothing of these days. Choose days from 8 Oct 2026 to 13 Nov 2026." in html
