"""Who looks at meter files, and what counts as very many."""

from collections.abc import Callable

import pytest
from django.test import Client

from metering import holder_months
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.metering import factories


@pytest.fixture
def staff(tenant: Tenant, client_for: Callable[..., Client]) -> Client:
    """Return the browser of somebody on the staff, in English; there is one metering point."""
    factories.point()
    return client_for(core.staff(language="en"), tenant=tenant)


@pytest.fixture
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the sums of a customer with three installations."""
    monkeypatch.setattr(holder_months, "MANY", 3)
