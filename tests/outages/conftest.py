"""A clock that stands still where a test asks for it, and somebody at the desk."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from portal.accounts.models import StaffRole, User
from portal.tenancy.models import Tenant
from tests import factories
from tests.outages import desk


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-16T12:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def agent(tenant: Tenant) -> Iterator[User]:
    """Customer service, at the desk's own time and by the company's clock on the wall."""
    with time_machine.travel(desk.NOW, tick=False), timezone.override(tenant.zone):
        yield factories.staff(StaffRole.AGENT)


@pytest.fixture
def staff(tenant: Tenant, agent: User, client_for: Callable[..., Client]) -> Client:
    return client_for(agent, tenant=tenant)
