"""The roles that memberships and authorizations may give."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from portal.customers.models import Authorization, Membership
from portal.tenancy.models import Tenant
from tests import factories


@pytest.mark.parametrize(("model", "more"), [(Membership, {}), (Authorization, {"valid_from": date(2026, 1, 1)})])
def test_the_database_refuses_a_role_that_nobody_knows(tenant: Tenant, model: Any, more: dict[str, Any]) -> None:
    """Whoever had it would get an error on every page."""
    person, firm = factories.user(), factories.customer()
    with pytest.raises(IntegrityError, match="role_is_known"), transaction.atomic():
        model.objects.create(user=person, customer=firm, role="admin", **more)
