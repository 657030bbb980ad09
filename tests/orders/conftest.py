"""The clock stands still on a Thursday morning, so that dates and deadlines can be named."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from orders.models import Basket, EquipmentType, Location, Order, Placement, WasteType
from portal.accounts.models import User
from portal.customers.models import Customer
from portal.notifications import tasks
from portal.notifications.models import Message
from portal.tenancy.models import NumberSeries, Tenant
from tests import factories
from tests.factories import CommittedAs
from tests.orders.makers import NOW


@pytest.fixture(autouse=True)
def _thursday_morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def _own_storage(settings: Any, tmp_path: Path) -> None:
    """Photos of a test are the test's own."""
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def staff(tenant: Tenant) -> Client:
    return factories.client_for(factories.staff(), tenant=tenant)


# Children first. The audit log stays: it can only be added to.
MADE = (Message, Order, Basket, Placement, Location, EquipmentType, WasteType, NumberSeries, Customer, User)


@pytest.fixture
def committed_tenant(
    committed_as: CommittedAs, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Tenant]:
    """A tenant of the module whose rows other connections see; they are deleted afterwards. No worker is woken."""
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda *_, **__: None)
    with committed_as(f"race-{request.module.__name__.rpartition('_')[2]}", *MADE) as tenant:
        yield tenant
