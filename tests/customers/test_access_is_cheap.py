"""Every page asks which customer the person acts for: two queries, however many there are."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import User
from portal.customers.actions import choose_customer
from portal.customers.models import Customer, Membership, Role
from portal.customers.queries import access_of


@pytest.mark.parametrize("number", [0, 1, 2, 3000])
@pytest.mark.parametrize("has_chosen", [False, True])
def test_two_queries(person: User, number: int, has_chosen: bool) -> None:
    customers = Customer.objects.bulk_create(
        [Customer(number=f"{n}", name=f"Customer {n}", kind=Customer.Kind.BUSINESS) for n in range(number)]
    )
    Membership.objects.bulk_create(
        [Membership(user=person, customer=customer, role=Role.OWNER) for customer in customers]
    )
    last = customers[-1] if customers else None
    if last and has_chosen:
        choose_customer(user=person, customer=last, by=person)
    with CaptureQueriesContext(connection) as captured:
        access = access_of(person)
    assert len(captured) <= 2
    known = last is not None and (has_chosen or number == 1)
    assert access.customer == (last if known else None)
    assert access.role == (Role.OWNER if known else None)
    assert access.count == min(number, 2)
