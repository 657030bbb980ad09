"""What every row and every query has of its tenant: the right one, also where it is not looked up anew."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.customers.models import Customer
from portal.tenancy.models import Tenant
from portal.tenancy.scope import NoTenantScope, tenant_scope, tenant_transaction
from tests import factories


def test_the_tenant_of_a_row_is_the_one_at_hand(tenant: Tenant) -> None:
    customer = Customer.objects.get(pk=factories.customer().pk)
    with CaptureQueriesContext(connection) as queries:
        assert customer.tenant == tenant
    assert len(queries) == 0


def test_in_the_scope_of_another_it_is_still_the_row_s_own(tenant: Tenant, other_tenant: Tenant) -> None:
    customer = Customer.objects.get(pk=factories.customer().pk)
    with tenant_scope(other_tenant):
        assert customer.tenant == tenant
    with tenant_scope(None):
        assert Customer(tenant_id=other_tenant.pk).tenant == other_tenant


def test_every_query_reaches_the_tenant_whose_scope_is_open_when_it_runs(tenant: Tenant, other_tenant: Tenant) -> None:
    own = factories.customer()
    with tenant_transaction(other_tenant):
        theirs = factories.customer()
        begun = Customer.objects.all()
        assert list(begun.all()) == [theirs]
    assert list(begun.all()) == list(Customer.objects.all()) == [own]
    with tenant_scope(None), pytest.raises(NoTenantScope):
        list(Customer.objects.all())


def test_conditions_of_one_query_are_not_in_the_next(tenant: Tenant) -> None:
    one, other = factories.customer(), factories.customer()
    assert list(Customer.objects.filter(pk=one.pk)) == [one]
    assert set(Customer.objects.all()) == {one, other}


def test_choices_are_shown_in_the_language_of_the_page(tenant: Tenant) -> None:
    from django.utils.translation import override

    customer = factories.customer(kind=Customer.Kind.PRIVATE)
    with override("en"):
        assert customer.get_kind_display() == "Private"
    with override("nb"):
        assert customer.get_kind_display() == "Privat"
    customer.kind = "unheard of"
    assert customer.get_kind_display() == "unheard of"
