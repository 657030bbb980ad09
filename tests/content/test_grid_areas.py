"""Which grid area a page is about: chosen before sign-in, the installations' after it."""

from typing import Any

import pytest
from django.test import RequestFactory

from portal.content import areas, postal
from portal.content.models import GridArea
from portal.customers.models import Customer
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories
from tests.metering import factories as meters


def request(customer: Customer | None = None, chosen: str = "") -> Any:
    made: Any = RequestFactory().get("/")
    made.COOKIES[areas.COOKIE] = chosen
    made.customer = customer
    return made


def area(slug: str, *codes: str, **fields: Any) -> GridArea:
    return GridArea.objects.create(slug=slug, name=slug.title(), postal_codes=list(codes), **fields)


@pytest.mark.parametrize(
    ("ranges", "code", "expected"),
    [
        (["1489"], "1489", True),
        (["1480-1499"], "1480", True),
        (["1480-1499"], "1499", True),
        (["1480-1499"], "1500", False),
        (["1489", "2600-2699"], "2658", True),
        (["0150-0160"], "0155", True),
        ([], "1489", False),
        (["1489"], "", False),
        (["1489"], "14890", False),
    ],
)
def test_a_postal_code_lies_in_a_range_or_not(ranges: list[str], code: str, expected: bool) -> None:
    assert postal.covers(ranges, code) is expected


@pytest.mark.parametrize("text", ["", "148", "14890", "1499-1480", "1480-", "abcd", "1480–1499", "1489 "])
def test_what_is_no_range_is_refused(text: str) -> None:
    assert not postal.is_range(text)


def test_before_sign_in_the_visitors_choice_holds(tenant: Tenant) -> None:
    north, south = area("north", "1489"), area("south", "2658")

    assert areas.chosen_area(request(chosen="south")) == south
    assert areas.chosen_area(request(chosen="north")) == north
    assert areas.chosen_area(request()) is None


@pytest.mark.parametrize("chosen", ["no-such", "x" * 500, "'; DROP TABLE"])
def test_a_cookie_that_names_no_area_of_ours_is_no_choice(tenant: Tenant, other_tenant: Tenant, chosen: str) -> None:
    area("north", "1489"), area("south", "2658")
    with tenant_scope(other_tenant):
        area("theirs", "1489")
    assert areas.chosen_area(request(chosen=chosen)) is None
    assert areas.chosen_area(request(chosen="theirs")) is None


def test_an_only_area_needs_no_choice(tenant: Tenant) -> None:
    only = area("all", "0000-9999")
    area("closed", "1489", is_active=False)
    assert areas.chosen_area(request()) == only


def test_after_sign_in_the_installations_decide_in_their_order(tenant: Tenant) -> None:
    north, south = area("north", "1480-1499"), area("south", "2658")
    firm = factories.customer()
    meters.holding(firm, meters.point(1, address="Torget 3", postal_code="1489"))
    meters.holding(firm, meters.point(2, address="Åsen 1", postal_code="2658"))

    asked = request(firm, chosen="south")
    assert areas.areas_of_request(asked) == [north, south]
    assert areas.chosen_area(asked) == north


def test_a_customer_outside_all_areas_has_none(tenant: Tenant) -> None:
    area("north", "1480-1499"), area("south", "2658")
    firm = factories.customer()
    meters.holding(firm, meters.point(1, postal_code="9999"))
    assert areas.chosen_area(request(firm, chosen="south")) is None
