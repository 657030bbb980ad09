"""The roles that memberships and authorizations may give."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from portal.customers.models import Authorization, Membership, Role
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories


@pytest.mark.parametrize(("model", "more"), [(Membership, {}), (Authorization, {"valid_from": date(2026, 1, 1)})])
def test_the_database_refuses_a_role_that_nobody_knows(tenant: Tenant, model: Any, more: dict[str, Any]) -> None:
    """Whoever had it would get an error on every page."""
    person, firm = factories.user(), factories.customer()
    with pytest.raises(IntegrityError, match="role_is_known"), transaction.atomic():
        model.objects.create(user=person, customer=firm, role="admin", **more)


@pytest.mark.parametrize(("modules", "called"), [(["grid"], "Forvalter"), (["grid", "callouts"], "Bestiller")])
def test_nobody_is_an_orderer_where_nothing_is_ordered(tenant: Tenant, modules: list[str], called: str) -> None:
    tenant.modules = modules
    given = factories.membership(factories.user(), factories.customer(), role=Role.ORDERER)
    with tenant_scope(tenant), translation.override("nb"):
        assert (given.get_role_display(), str(Role.ORDERER.label)) == (called, called)
