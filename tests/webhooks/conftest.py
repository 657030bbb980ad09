"""A receiver on this machine, an endpoint that leads to it, and a tenant whose data other connections see."""

from collections.abc import Iterator

import pytest

from portal.tenancy.models import Tenant
from portal.webhooks.models import WebhookDelivery, WebhookEndpoint
from tests.clients.service import Service, running_service
from tests.factories import CommittedAs


@pytest.fixture
def receiver() -> Iterator[Service]:
    with running_service() as service:
        yield service


@pytest.fixture
def endpoint(tenant: Tenant, receiver: Service) -> WebhookEndpoint:
    return WebhookEndpoint.objects.create(url=f"{receiver.url}/hook", description="Dispatch")


@pytest.fixture
def committed_tenant(committed_as: CommittedAs) -> Iterator[Tenant]:
    with committed_as("hooks", WebhookDelivery, WebhookEndpoint) as tenant:
        yield tenant
