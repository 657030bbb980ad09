"""Where customers are served, as outages and news ask for it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from metering import queries
from portal.customers import places
from portal.customers.places import Search
from portal.customers.queries import today
from portal.tenancy.models import Tenant
from portal.tenancy.scope import remembering, tenant_scope
from tests import factories
from tests.metering import factories as meters

pytestmark = pytest.mark.usefixtures("friday_noon")


def found(**search: set[str]) -> set[tuple[int, str]]:
    wanted = Search(**{name: frozenset(values) for name, values in search.items()})
    return {(customer, place.street) for customer, place in places.found_by(wanted)}


def test_a_customer_is_served_where_it_holds_an_installation_today(tenant: Tenant) -> None:
    firm = factories.customer()
    meters.holding(firm, meters.point(1, address="Torget 3", grid_station="N-204", price_area="NO1"))
    meters.holding(firm, meters.point(2), until=today() - timedelta(days=1))

    assert [
        (place.kind, place.street, place.postal_code, place.grid_station, place.price_area)
        for place in places.places_of(firm)
    ] == [("metering_point", "Torget 3", "1489", "N-204", "NO1")]


def test_the_place_at_a_metering_point_is_the_holders_alone(tenant: Tenant) -> None:
    firm, other = factories.customer(), factories.customer()
    mine, left = meters.point(1, address="Torget 3"), meters.point(2)
    meters.holding(firm, mine)
    meters.holding(firm, left, until=today() - timedelta(days=1))
    meters.holding(other, meters.point(3))

    assert [place.street for place in places.places_at(firm, mine.gsrn)] == ["Torget 3"]
    assert places.places_at(firm, left.gsrn) == places.places_at(other, mine.gsrn) == []
    with remembering():
        assert places.places_of(firm)[:1] == places.places_at(firm, mine.gsrn)


def test_what_a_page_has_read_of_the_installations_is_not_read_again(tenant: Tenant) -> None:
    firm, day = factories.customer(), timedelta(days=1)
    moved = meters.point(1, address="Torget 3")
    meters.holding(firm, moved, since=today() - 40 * day, until=today() - 30 * day)
    meters.holding(firm, moved, since=today() - 10 * day)
    meters.holding(firm, meters.point(2, address="Bakken 1"), until=today())
    meters.holding(firm, meters.point(3, address="Lia 5"), until=today() - day)
    meters.holding(firm, meters.point(4, address="Vika 7"), since=today() + day)
    read = places.places_of(firm)
    with remembering():
        queries.portfolio_of(firm, today(), shown=8)
        with CaptureQueriesContext(connection) as asked:
            assert places.places_of(firm) == read
        assert len(asked) == 0
    assert [place.street for place in read] == ["Torget 3", "Bakken 1"]


def test_of_more_installations_than_a_page_has_read_all_are_places(tenant: Tenant) -> None:
    firm = factories.customer()
    for serial in range(6):
        meters.holding(firm, meters.point(serial))
    with remembering():
        queries.portfolio_of(firm, today(), shown=1)
        queries.portfolio_of(firm, today(), shown=8, among=Q(metering_point__gsrn=meters.point(9).gsrn))
        assert len(places.places_of(firm)) == 6


def test_places_are_found_by_postal_code_station_and_number(tenant: Tenant) -> None:
    mine, other = factories.customer(), factories.customer()
    point = meters.point(1, address="Torget 3", postal_code="1489")
    meters.holding(mine, point)
    meters.holding(other, meters.point(2, address="Fjellveien 31", postal_code="1490", grid_station="N-204"))

    assert found(postal_codes={"1489"}) == {(mine.pk, "Torget 3")}
    assert found(grid_stations={"N-204"}) == {(other.pk, "Fjellveien 31")}
    assert found(gsrns={point.gsrn}, postal_codes={"1490"}) == {(mine.pk, "Torget 3"), (other.pk, "Fjellveien 31")}


def test_nothing_asked_for_finds_nothing(tenant: Tenant) -> None:
    meters.holding(factories.customer(), meters.point(1))
    assert found() == set()


def test_another_companys_installations_are_not_found(tenant: Tenant, other_tenant: Tenant) -> None:
    with tenant_scope(other_tenant):
        meters.holding(factories.customer(), meters.point(1, postal_code="1489"))
    assert found(postal_codes={"1489"}) == set()
