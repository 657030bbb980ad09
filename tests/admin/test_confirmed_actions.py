"""An action that cannot be taken back asks first, and then does it to the same rows."""

from typing import Any

import pytest
from django.contrib.admin.sites import site
from django.test import Client

from portal.customers.models import Customer
from portal.tenancy.admin import CONFIRMED_SHOWN, confirmed_action
from portal.tenancy.models import Tenant
from tests import factories

LIST = "/admin/customers/customer/"


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The numbers of the customers it was done to, by an action added to a list that exists."""
    numbers: list[str] = []

    @confirmed_action(description="Close", question="They will be closed.", button="Close them", permissions=["change"])
    def close(model_admin: Any, request: Any, queryset: Any) -> None:
        numbers.extend(queryset.order_by("number").values_list("number", flat=True))

    monkeypatch.setattr(site._registry[Customer], "actions", [close])
    return numbers


def chosen(*customers: Customer, **more: str) -> dict[str, Any]:
    return {"action": "close", "_selected_action": [customer.pk for customer in customers], **more}


def test_it_asks_with_what_it_concerns(tenant: Tenant, done: list[str], administrator: Client) -> None:
    first, second = factories.customer(name="Ask & Embla"), factories.customer()
    page = administrator.post(LIST, chosen(first, second)).content.decode()
    assert "They will be closed." in page
    assert "Ask &amp; Embla" in page
    assert 'value="Close them"' in page
    assert not done


def test_confirmed_it_is_done_to_the_chosen_and_nobody_else(
    tenant: Tenant, done: list[str], administrator: Client
) -> None:
    first, _ = factories.customer(), factories.customer()
    assert administrator.post(LIST, chosen(first, confirmed="yes")).status_code == 302
    assert done == [first.number]


def test_all_of_a_long_list_stay_chosen(tenant: Tenant, done: list[str], administrator: Client) -> None:
    customers = [factories.customer() for _ in range(CONFIRMED_SHOWN + 5)]
    page = administrator.post(LIST, chosen(customers[0], select_across="1")).content.decode()
    assert page.count("<li>Customer") <= CONFIRMED_SHOWN
    assert '<input type="hidden" name="select_across" value="1">' in page
    administrator.post(LIST, chosen(customers[0], select_across="1", confirmed="yes"))
    assert len(done) == len(customers)


def test_nobody_confirms_what_they_may_not_do(tenant: Tenant, done: list[str]) -> None:
    customer = factories.customer()
    person, _ = factories.member()
    answer = factories.client_for(person, tenant=tenant).post(LIST, chosen(customer, confirmed="yes"))
    assert answer.status_code == 403
    assert not done
