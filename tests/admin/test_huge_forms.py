"""How many lines a form has is posted: nobody makes the server build a thousand of them."""

import re

import pytest
from django.test import Client

from portal.tenancy.admin import LabelledFormSet
from portal.tenancy.models import Tenant
from tests import factories

CUSTOMERS = "/admin/customers/customer/"


def inline_prefixes(page: str) -> set[str]:
    return set(re.findall(r'name="(\w+)-TOTAL_FORMS"', page))


@pytest.mark.parametrize("total", [101, 1001, 10**9])
def test_more_lines_than_a_person_fills_in_are_refused(tenant: Tenant, administrator: Client, total: int) -> None:
    customer = factories.customer()
    address = f"{CUSTOMERS}{customer.pk}/change/"
    prefixes = inline_prefixes(administrator.get(address).content.decode())
    assert prefixes
    form = {f"{prefix}-{name}": "0" for prefix in prefixes for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    first = min(prefixes)
    assert administrator.post(address, {**form, f"{first}-TOTAL_FORMS": str(total)}).status_code == 400
    assert LabelledFormSet.most_new == 100


def test_a_few_lines_are_taken(tenant: Tenant, administrator: Client) -> None:
    customer = factories.customer()
    address = f"{CUSTOMERS}{customer.pk}/change/"
    prefixes = inline_prefixes(administrator.get(address).content.decode())
    form = {f"{prefix}-{name}": "0" for prefix in prefixes for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    assert administrator.post(address, {**form, f"{min(prefixes)}-TOTAL_FORMS": "3"}).status_code in {200, 302}
