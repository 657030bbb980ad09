"""Message templates of the tests' own, so that no domain's wording is tested here; a gateway; committed data."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template import engines

from portal.notifications.models import Message, SmsGateway
from portal.tenancy.models import Tenant
from tests.factories import CommittedAs
from tests.notifications.gateway import FakeGateway, running_gateway

TEMPLATES = {
    "test_event.sms.txt": "Order {{ number }} for {{ tenant.name }}",
    "test_event.email.txt": "Order {{ number }}\n\nDear {{ user.name }}, it is <on> its way.",
    "test_code.sms.txt": "Your code is {{ code }}",
    "test_code.email.txt": "{{ code }} is your code\n\n{{ code }}",
    "test_language.sms.txt": "{% load i18n %}{% get_current_language as code %}{{ code }}",
}


@pytest.fixture(autouse=True)
def _templates(tmp_path: Path) -> Iterator[None]:
    folder = tmp_path / "notifications"
    folder.mkdir()
    for name, text in TEMPLATES.items():
        (folder / name).write_text(text)
    engine = engines["django"].engine  # type: ignore[attr-defined]
    engine.dirs.append(tmp_path)
    yield
    engine.dirs.remove(tmp_path)


@pytest.fixture
def gateway(tenant: Tenant) -> Iterator[FakeGateway]:
    """The tenant's SMS gateway, running."""
    with running_gateway() as fake:
        SmsGateway.objects.create(
            url=fake.url, username="fjord", token="secret-token", sender="Fjord", webhook_secret="receipt-secret"
        )
        yield fake


@pytest.fixture
def committed_tenant(committed_as: CommittedAs) -> Iterator[Tenant]:
    """A tenant whose data other connections see. No scope is open; its messages are deleted afterwards."""
    with committed_as("outbox", Message, SmsGateway) as tenant:
        yield tenant
