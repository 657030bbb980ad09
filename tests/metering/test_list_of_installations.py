"""Several installations: the list of them, their own names, and which comes first."""

from collections.abc import Callable
from datetime import date
from urllib.parse import urlencode

import pytest
from django.test import Client

from metering import queries
from metering.models import Holding, InstallationName, MeteringPoint, PreferredInstallation
from portal.customers.models import Role
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.metering import factories, homes
from tests.metering.homes import Pair
from tests.metering.pages import page

pytestmark = pytest.mark.usefixtures("friday_noon")


@pytest.fixture
def home(tenant: Tenant, client_for: Callable[..., Client]) -> Pair:
    return homes.of_two(tenant, client_for)


def english(client: Client, path: str) -> str:
    return client.get(path, headers={"accept-language": "en"}).content.decode()


def test_of_many_installations_only_the_first_are_read_and_all_are_counted(home: Pair) -> None:
    client, points = home
    customer = Holding.objects.get(metering_point=points[0]).customer
    Holding.objects.filter(metering_point=points[1]).update(valid_from=date(2025, 5, 1))
    factories.holding(customer, points[1], since=date(2025, 1, 1), until=date(2025, 2, 1))
    for serial in range(10, 60):
        factories.holding(customer, factories.point(serial, has_production=serial == 59), since=date(2024, 6, 1))
    all_ = queries.installations_of(customer, date(2026, 11, 13))
    many = queries.portfolio_of(customer, date(2026, 11, 13), shown=8)
    few = queries.portfolio_of(customer, date(2026, 11, 13), shown=20)
    assert many
    assert few
    assert list(many.first) == all_[:8]
    assert (many.count, many.first_day, many.last_day, many.has_production) == (
        few.count,
        few.first_day,
        few.last_day,
        few.has_production,
    )
    assert (many.count, many.first_day, many.has_production) == (52, date(2024, 6, 1), True)
    last = next(one for one in all_ if one.point == points[1])
    assert many.find(points[1].pk) == last
    assert "52 installations" in page(client, "/grid/together/?view=week").html


def test_the_list_searches_sorts_and_sums(home: Pair) -> None:
    client, points = home
    html = client.get(
        "/grid/installations/?month=2026-11&sort=used", headers={"accept-language": "en"}
    ).content.decode()
    assert html.index(points[1].address) < html.index(points[0].address)
    assert "288.0" in html
    found = client.get(f"/grid/installations/?month=2026-11&q={points[0].gsrn}").content.decode()
    assert points[0].address in found
    assert points[1].address not in found
    assert (
        "begins with “zzz”"
        in client.get("/grid/installations/?q=zzz", headers={"accept-language": "en"}).content.decode()
    )


@pytest.mark.parametrize("search", ["6970 2040", "6970\N{NO-BREAK SPACE}2040", "69702040", "2040", "6970"])
def test_a_meter_number_is_found_as_it_is_printed_and_by_its_end(home: Pair, search: str) -> None:
    client, points = home
    MeteringPoint.objects.filter(pk=points[0].pk).update(meter_number="69702040")
    found = english(client, f"/grid/installations/?{urlencode({'q': search})}")
    assert (points[0].address in found, points[1].address in found) == (True, False)
    ending = " ".join([points[1].gsrn[-8:-4], points[1].gsrn[-4:]])
    assert points[1].address in english(client, f"/grid/installations/?{urlencode({'q': ending})}")


@pytest.mark.parametrize(
    "nonsense",
    ["?month=2026-13&sort=drop", "?month=0001-01", "?month=9999-12", "?page=99999", "?q=" + "x" * 500, "?q=%25_'\\"],
)
def test_nonsense_in_the_lists_address_is_as_if_it_were_not_there(home: Pair, nonsense: str) -> None:
    client, _ = home
    assert client.get(f"/grid/installations/{nonsense}").status_code == 200


def test_an_own_name_shows_everywhere_and_can_be_taken_away(home: Pair) -> None:
    client, points = home
    url = f"/grid/{points[0].pk}/name/"
    assert client.post(url, {"name": "  The   cabin "}).status_code == 302
    assert InstallationName.objects.get().name == "The cabin"
    for path in (f"/grid/{points[0].pk}/", "/grid/installations/"):
        assert "The cabin" in client.get(path).content.decode()
    assert client.post(url, {"name": "x" * 41}).status_code == 422
    client.post(url, {"name": ""})
    assert not InstallationName.objects.exists()


def test_names_and_preferences_are_for_ones_own_installations(
    home: Pair, tenant: Tenant, client_for: Callable[..., Client]
) -> None:
    _, points = home
    stranger, _ = core.member()
    reader, customer = core.member(role=Role.READER)
    factories.holding(customer, own := factories.point(5))
    for action in ("name", "prefer"):
        assert client_for(stranger, tenant=tenant).post(f"/grid/{points[0].pk}/{action}/").status_code == 404
    assert client_for(reader, tenant=tenant).post(f"/grid/{own.pk}/name/", {"name": "a"}).status_code == 403
    assert client_for(reader, tenant=tenant).post(f"/grid/{own.pk}/prefer/").status_code == 302


@pytest.mark.parametrize(("role", "is_offered"), [(Role.READER, False), (Role.ORDERER, True)])
def test_an_own_name_is_offered_to_who_may_give_it(
    tenant: Tenant, client_for: Callable[..., Client], role: Role, *, is_offered: bool
) -> None:
    user, customer = core.member(role=role)
    points = [factories.point(serial) for serial in (5, 6)]
    for point in points:
        factories.holding(customer, point)
    html = client_for(user, tenant=tenant).get(f"/grid/{points[1].pk}/").content.decode()
    assert (f"/grid/{points[1].pk}/name/" in html) == is_offered
    assert f"/grid/{points[1].pk}/prefer/" in html


def test_the_preferred_installation_comes_first(home: Pair) -> None:
    client, points = home
    client.post(f"/grid/{points[1].pk}/prefer/")
    assert PreferredInstallation.objects.get().metering_point == points[1]
    assert page(client, "/grid/?view=day&date=2026-11-09").rows[0][1] == "2.00"


def test_what_is_shown_first_already_is_not_offered_to_be(home: Pair) -> None:
    client, points = home
    assert [f"/grid/{one.pk}/prefer/" in english(client, f"/grid/{one.pk}/") for one in points] == [False, True]


def test_the_list_offers_all_months_something_was_held_in(home: Pair) -> None:
    client, _ = home
    assert '<option value="2025-01">' in english(client, "/grid/installations/")


def test_who_has_no_installation_is_told_so_instead_of_searching_for_nothing(
    tenant: Tenant, client_for: Callable[..., Client]
) -> None:
    person, _ = homes.english_member()
    shown = english(client_for(person, tenant=tenant), "/grid/installations/")
    assert "No installations yet" in shown
    assert 'role="search"' not in shown
