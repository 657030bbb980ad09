"""Numbers are unique per tenant and series, and a rollback leaves no gap."""

import pytest
from django.db import transaction

from portal.tenancy.models import Tenant
from portal.tenancy.numbers import next_number
from portal.tenancy.scope import tenant_scope


def test_each_series_counts_for_itself(tenant: Tenant) -> None:
    assert [next_number("a"), next_number("a"), next_number("b", first=100), next_number("b")] == [1, 2, 100, 101]


def test_each_tenant_counts_for_itself(tenant: Tenant, other_tenant: Tenant) -> None:
    next_number("a")
    with tenant_scope(other_tenant):
        assert next_number("a") == 1


def test_a_rollback_gives_the_number_back(tenant: Tenant) -> None:
    next_number("a")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        next_number("a")
        raise ZeroDivisionError
    assert next_number("a") == 2
