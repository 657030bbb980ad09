"""A receiver on this machine, an endpoint that leads to it, and a tenant whose data other connections see."""

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_transaction
from portal.webhooks.models import WebhookDelivery, WebhookEndpoint
from tests import factories
from tests.clients.service import Service, running_service


@pytest.fixture
def receiver() -> Iterator[Service]:
    with running_service() as service:
        yield service


@pytest.fixture
def endpoint(tenant: Tenant, receiver: Service) -> WebhookEndpoint:
    return WebhookEndpoint.objects.create(url=f"{receiver.url}/hook", description="Dispatch")


@pytest.fixture
def committed_tenant(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Tenant]:
    with django_db_blocker.unblock():
        tenant = factories.tenant("hooks")
        yield tenant
        with tenant_transaction(tenant):
            WebhookDelivery.objects.all().delete()
            WebhookEndpoint.objects.all().delete()
        connection.close()
