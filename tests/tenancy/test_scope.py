"""Tenant data is reached only inside a scope, and only that tenant's."""

import pytest
from django.db import DatabaseError, connection, transaction

from portal.customers.models import Customer
from portal.tenancy.backend.base import OutsideTransaction
from portal.tenancy.models import Tenant
from portal.tenancy.scope import NoTenantScope, tenant_scope
from tests import factories


def test_a_query_outside_a_scope_raises(db: None) -> None:
    with pytest.raises(NoTenantScope):
        Customer.objects.count()


def test_a_row_cannot_be_made_outside_a_scope(db: None) -> None:
    with pytest.raises(NoTenantScope):
        Customer(number="1")


def test_a_scope_sees_only_its_own_rows(tenant: Tenant, other_tenant: Tenant) -> None:
    mine = factories.customer()
    with tenant_scope(other_tenant):
        factories.customer()
    assert list(Customer.objects.all()) == [mine]


def test_raw_sql_sees_only_the_rows_of_the_scope(tenant: Tenant, other_tenant: Tenant) -> None:
    mine = factories.customer()
    with tenant_scope(other_tenant):
        factories.customer()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM customers_customer")
        assert cursor.fetchall() == [(mine.pk,)]


def test_raw_sql_outside_a_scope_sees_nothing(tenant: Tenant) -> None:
    factories.customer()
    with tenant_scope(None), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM customers_customer")
        assert cursor.fetchone() == (0,)


def test_a_row_for_another_tenant_is_refused_by_the_database(tenant: Tenant, other_tenant: Tenant) -> None:
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        factories.customer(tenant=other_tenant)


def test_raw_sql_cannot_plant_a_row_at_another_tenant(tenant: Tenant, other_tenant: Tenant) -> None:
    """Without RETURNING, so that nothing but the policy's check on new rows stands in the way."""
    columns = "tenant_id, number, kind, name, org_no, email, phone, address, postal_code, city"
    insert = f"""INSERT INTO customers_customer ({columns})
                VALUES (%s, '1', 'private', 'Planted', '', '', '', '', '', '')"""
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(insert, [other_tenant.pk])


def test_a_row_cannot_be_moved_to_another_tenant(tenant: Tenant, other_tenant: Tenant) -> None:
    factories.customer()
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Customer.objects.update(tenant=other_tenant)


def test_a_row_cannot_point_at_another_tenants_row(tenant: Tenant, other_tenant: Tenant) -> None:
    with tenant_scope(other_tenant):
        theirs = factories.customer()
    with pytest.raises(DatabaseError, match="in_tenant"), transaction.atomic():
        factories.membership(factories.user(), theirs)
        connection.check_constraints()


def test_the_scope_follows_the_block_also_after_a_failed_savepoint(tenant: Tenant, other_tenant: Tenant) -> None:
    mine = factories.customer()
    with pytest.raises(ZeroDivisionError), transaction.atomic(), tenant_scope(other_tenant):
        factories.customer()
        raise ZeroDivisionError
    assert list(Customer.objects.all()) == [mine]


def test_the_scope_follows_the_block_also_after_a_database_error(tenant: Tenant, other_tenant: Tenant) -> None:
    mine = factories.customer()
    with pytest.raises(DatabaseError), transaction.atomic(), tenant_scope(other_tenant):
        factories.customer(number=None)
    assert list(Customer.objects.all()) == [mine]


def test_a_scope_sees_its_rows_also_after_a_rollback_to_before_it_was_opened(
    tenant: Tenant, other_tenant: Tenant
) -> None:
    """The rollback takes back what PostgreSQL was told since the savepoint, too."""
    with tenant_scope(other_tenant):
        theirs = factories.customer()
    with tenant_scope(None):
        savepoint = transaction.savepoint()
        with tenant_scope(other_tenant):
            assert list(Customer.objects.all()) == [theirs]
            transaction.savepoint_rollback(savepoint)
            assert list(Customer.objects.all()) == [theirs]


def test_a_lazy_query_uses_the_scope_it_runs_in(tenant: Tenant, other_tenant: Tenant) -> None:
    everyone = Customer.objects.all()
    with tenant_scope(other_tenant):
        theirs = factories.customer()
        assert list(everyone.all()) == [theirs]
    assert list(everyone.all()) == []


def test_a_scope_without_a_transaction_is_refused(django_db_setup: None, django_db_blocker: object) -> None:
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        tenant = factories.tenant("fjord")
        with tenant_scope(tenant), pytest.raises(OutsideTransaction):
            Customer.objects.count()
        connection.close()
