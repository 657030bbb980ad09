"""Two tenants do whatever they like, in any order; nobody ever sees, counts or changes the other's rows."""

from collections import defaultdict

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.customers.models import Customer, Membership
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories


class TwoTenants:
    """What each tenant ought to see, kept beside what the database says after every step."""

    def __init__(self, *tenants: Tenant) -> None:
        self.tenants = tenants
        self.expected: dict[Tenant, set[int]] = defaultdict(set)

    def upsert(self, side: Tenant, other: Tenant) -> None:
        with tenant_scope(side):
            row, _ = Customer.objects.get_or_create(number="7", defaults={"kind": "private", "name": side.slug})
        self.expected[side].add(row.pk)

    def add(self, side: Tenant, other: Tenant) -> None:
        with tenant_scope(side):
            self.expected[side].add(factories.customer().pk)

    def rename_everything(self, side: Tenant, other: Tenant) -> None:
        with tenant_scope(side):
            assert Customer.objects.update(name=side.slug) == len(self.expected[side])

    def fail_inside_another_scope(self, side: Tenant, other: Tenant) -> None:
        with tenant_scope(side):
            with pytest.raises(ZeroDivisionError), transaction.atomic(), tenant_scope(other):
                factories.customer()
                raise ZeroDivisionError
            assert Customer.objects.count() == len(self.expected[side])

    def delete_one(self, side: Tenant, other: Tenant) -> None:
        with tenant_scope(side):
            if row := Customer.objects.first():
                self.expected[side].discard(row.pk)
                row.delete()

    def join(self, side: Tenant, other: Tenant) -> None:
        with tenant_scope(side):
            if row := Customer.objects.first():
                factories.membership(factories.user(), row)
            assert set(Membership.objects.values_list("customer", flat=True)) <= self.expected[side]

    def check(self) -> None:
        for tenant in self.tenants:
            with tenant_scope(tenant), connection.cursor() as cursor:
                cursor.execute("SELECT id FROM customers_customer")
                assert {pk for (pk,) in cursor.fetchall()} == self.expected[tenant]
                assert set(Customer.objects.values_list("pk", flat=True)) == self.expected[tenant]


STEPS = ["upsert", "add", "rename_everything", "fail_inside_another_scope", "delete_one", "join"]
HISTORIES = st.lists(st.tuples(st.sampled_from(STEPS), st.booleans(), st.booleans()), max_size=25)


def test_nobody_sees_the_other(tenant: Tenant, other_tenant: Tenant) -> None:
    @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(HISTORIES)
    def live(history: list[tuple[str, bool, bool]]) -> None:
        world = TwoTenants(tenant, other_tenant)
        with transaction.atomic():
            for step, side, other in history:
                getattr(world, step)(world.tenants[side], world.tenants[other])
                world.check()
            transaction.set_rollback(True)

    live()
