"""An authorization for single metering points shows these and nothing else."""

from datetime import date

import pytest

from metering.models import MeteringPoint
from metering.queries.scopes import choices
from metering.scope import reference_of
from portal.accounts.models import User
from portal.customers.models import Authorization, Customer, Role
from portal.customers.queries import today
from portal.tenancy.models import Tenant
from tests import factories
from tests.metering import factories as meters


@pytest.fixture
def lender(tenant: Tenant) -> Customer:
    return factories.customer(name="Solbakken Gård")


@pytest.fixture
def barn(lender: Customer) -> MeteringPoint:
    point = meters.point(1)
    meters.holding(lender, point)
    return point


@pytest.fixture
def house(lender: Customer) -> MeteringPoint:
    point = meters.point(2)
    meters.holding(lender, point)
    return point


def lend(lender: Customer, *points: MeteringPoint) -> User:
    """Return somebody who may read these metering points of the customer's; without any, all."""
    user = factories.user()
    scope = [reference_of(point) for point in points]
    Authorization.objects.create(customer=lender, user=user, role=Role.READER, valid_from=today(), scope=scope)
    return user


def test_the_holder_of_a_limited_authorization_sees_only_what_it_covers(
    tenant: Tenant, lender: Customer, barn: MeteringPoint, house: MeteringPoint
) -> None:
    client = factories.client_for(lend(lender, barn), tenant=tenant)
    assert client.get(f"/grid/{barn.pk}/").status_code == 200
    assert client.get(f"/grid/{house.pk}/").status_code == 404
    assert client.get("/grid/").context["installation"].point == barn


def test_without_a_limit_all_is_seen(
    tenant: Tenant, lender: Customer, barn: MeteringPoint, house: MeteringPoint
) -> None:
    client = factories.client_for(lend(lender), tenant=tenant)
    statuses = {client.get(f"/grid/{point.pk}/").status_code for point in (barn, house)}
    assert statuses == {200}


def test_a_reference_to_somebody_elses_metering_point_shows_nothing(
    tenant: Tenant, lender: Customer, barn: MeteringPoint
) -> None:
    foreign = meters.point(3)
    meters.holding(factories.customer(), foreign)
    client = factories.client_for(lend(lender, foreign), tenant=tenant)
    statuses = {client.get(f"/grid/{point.pk}/").status_code for point in (barn, foreign)}
    assert statuses == {404}


def test_the_other_modules_stay_closed_to_it(tenant: Tenant, lender: Customer, barn: MeteringPoint) -> None:
    client = factories.client_for(lend(lender, barn), tenant=tenant)
    assert client.get("/orders/").status_code == 403
    assert client.get("/callouts/new/").status_code == 403
    home = client.get("/", follow=True).content.decode()
    assert 'href="/orders/"' not in home
    assert 'href="/grid/"' in home


def test_what_can_be_chosen_are_the_present_metering_points(lender: Customer, barn: MeteringPoint) -> None:
    gone = meters.point(4)
    meters.holding(lender, gone, until=date(2020, 12, 31))
    assert [reference for reference, _ in choices(lender)] == [reference_of(barn)]
