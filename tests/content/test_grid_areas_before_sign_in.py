"""The grid that a visitor chooses on the sign-in page steers the open pages; after sign-in the installations do."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.models import User
from portal.content.models import GridArea, News
from portal.customers.models import Customer
from portal.tenancy.models import Tenant
from tests import factories
from tests.metering import factories as meters
from tests.outages import makers

LOGIN = "/account/login/"
NORTH, SOUTH = "1489", "2658"


@pytest.fixture
def resident(tenant: Tenant) -> User:
    """Somebody in the south, where another power cut and other news are than in the north."""
    for slug, code, prices in (("nord", NORTH, "NO5"), ("sor", SOUTH, "NO1")):
        GridArea.objects.create(slug=slug, name=f"Nett {slug}", postal_codes=[code], price_area=prices)
        makers.outage(area_name=f"Gate {slug}", postal_codes=[code])
        News.objects.create(
            title={"nb": f"Nytt i {slug}"},
            body={"nb": "Tekst"},
            areas=[slug],
            is_published=True,
            published_from=timezone.now() - timedelta(days=1),
        )
    person, firm = factories.member(kind=Customer.Kind.PRIVATE)
    meters.holding(firm, meters.point(1, postal_code=SOUTH, price_area="NO1"))
    User.objects.filter(pk=person.pk).update(date_joined=timezone.now() - timedelta(days=9))
    return person


def shown(client: Client) -> tuple[str, str, str]:
    """Return whose outages, news and spot prices the pages show."""
    outages, news = (client.get(path).content.decode() for path in ("/outages/", "/news/"))
    areas = [
        "+".join(slug for slug in ("nord", "sor") if f"{prefix} {slug}" in page)
        for prefix, page in (("Gate", outages), ("Nytt i", news))
    ]
    prices = client.get("/billing/spot/").context["area_name"]
    return areas[0], areas[1], prices


def test_the_choice_steers_the_open_pages_until_one_signs_in(tenant: Tenant, resident: User) -> None:
    visitor = factories.client_for(tenant=tenant)
    page = visitor.get(LOGIN).content.decode()
    assert "Velg strømnettet ditt" in page
    assert "Nett nord" in page
    assert 'href="/outages/"' in page
    outages, news, _prices = shown(visitor)
    assert (outages, news) == ("nord+sor", "")

    assert visitor.post("/area/", {"area": "nord", "next": LOGIN}).headers["Location"] == LOGIN
    page = visitor.get(LOGIN).content.decode()
    assert "Ditt strømnett" in page
    north = shown(visitor)
    assert north[:2] == ("nord", "nord")
    visitor.post("/area/", {"area": "sor", "next": LOGIN})
    south = shown(visitor)
    assert south[:2] == ("sor", "sor")
    assert north[2] != south[2]

    # Whatever this device had chosen.
    visitor.post("/area/", {"area": "nord", "next": LOGIN})
    with_cookie = factories.client_for(resident, tenant=tenant)
    for name, morsel in visitor.cookies.items():
        if "area" in name:
            with_cookie.cookies[name] = morsel.value
    assert shown(with_cookie)[1:] == south[1:]
    own = with_cookie.get("/outages/").content.decode()
    assert "Gate sor" in own
    assert "Gate nord" not in own


def test_a_company_with_one_grid_asks_nothing(tenant: Tenant) -> None:
    GridArea.objects.create(slug="alt", name="Hele nettet", postal_codes=["0000-9999"])
    assert "strømnett" not in factories.client_for(tenant=tenant).get(LOGIN).content.decode()
