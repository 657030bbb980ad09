"""What the clock starts runs as it does in a worker: without a transaction around it, for every company."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from portal.celery import app
from portal.tenancy.models import Tenant
from tests import factories


@pytest.fixture
def committed_tenant(committed_as: factories.CommittedAs) -> Iterator[Tenant]:
    with committed_as("beat", modules=["orders", "callouts", "grid"]) as tenant:
        yield tenant
    with app.connection_for_write() as broker:
        channel: Any = broker.default_channel
        for queue in ("messages", "imports", "documents", "drawings", "webhooks"):
            channel.queue_purge(queue)


@pytest.mark.parametrize("name", sorted(app.conf.beat_schedule))
def test_each_task_of_the_clock_runs_in_a_worker(committed_tenant: Tenant, name: str) -> None:
    app.loader.import_default_modules()
    assert connection.in_atomic_block is False
    app.tasks[app.conf.beat_schedule[name]["task"]].apply(throw=True)
