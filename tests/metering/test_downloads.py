"""Downloads of many rows: made by a worker, with what the person saw when they asked, and theirs alone."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from metering import exporting
from metering.models import MeteringPoint
from metering.scope import reference_of
from portal.accounts.models import StaffRole
from portal.customers.models import Authorization, Customer, Role
from portal.exports import tasks
from portal.exports.models import ExportJob
from portal.tenancy.models import Tenant, current_tenant
from portal.tenancy.scope import tenant_scope
from tests import factories as core
from tests.customers.conftest import fresh_client
from tests.metering import factories
from tests.metering.pages import NBSP

MONDAY = date(2026, 11, 9)
URL = "/grid/download/"
WEEK = {"first": "2026-11-09", "last": "2026-11-12", "format": "csv", "step": "hour"}


@pytest.fixture(autouse=True)
def _at_noon(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any) -> object:
    settings.MEDIA_ROOT = str(tmp_path)
    monkeypatch.setattr(tasks.run, "apply_async", lambda *_, **__: None)
    with time_machine.travel("2026-11-13 12:00:00+01:00", tick=False):
        yield


@pytest.fixture
def firm(tenant: Tenant) -> Customer:
    return core.customer(name="Solbakken Gård")


@pytest.fixture
def points(firm: Customer) -> list[MeteringPoint]:
    """Two installations with four days each, the second of them theirs from the third day on."""
    found = [factories.point(1), factories.point(2, has_production=True)]
    for point, since in zip(found, (date(2025, 1, 1), MONDAY + timedelta(days=2)), strict=True):
        factories.holding(firm, point, since=since)
        for back in range(4):
            factories.readings(point, MONDAY + timedelta(days=back), 1000 + back)
    return found


@pytest.fixture
def client(tenant: Tenant, firm: Customer, client_for: Callable[..., Client]) -> Client:
    user = core.user(language="en")
    core.membership(user, firm)
    return client_for(user, tenant=tenant)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred rows are many."""
    monkeypatch.setattr(exporting, "MOST_AT_ONCE", 100)


def made(client: Client, query: dict[str, Any]) -> tuple[ExportJob, str]:
    """Ask, let the worker work, and return the job and what the file says."""
    answer = client.post(URL, query)
    job = ExportJob.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/documents/exports/{job.key}/")
    with tenant_scope(current_tenant()):
        tasks.run.run(job.pk)
    return job, text_of(client.get(f"/documents/exports/{job.key}/file/"))


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def test_the_file_of_a_worker_is_the_one_that_is_given_at_once(
    client: Client, points: list[MeteringPoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = text_of(client.post(URL, WEEK | {"points": "all"}))
    assert (len(at_once.splitlines()), ExportJob.objects.count()) == (1 + 4 * 24 + 2 * 24, 0)
    monkeypatch.setattr(exporting, "MOST_AT_ONCE", 100)
    job, text = made(client, WEEK | {"points": "all"})
    assert text == at_once
    assert (job.name, job.title) == ("readings-2026-11-09-2026-11-12", f"Readings, 9–12{NBSP}Nov{NBSP}2026")


@pytest.mark.usefixtures("few")
def test_what_a_worker_makes_are_the_installations_chosen(client: Client, points: list[MeteringPoint]) -> None:
    long = WEEK | {"first": "2026-10-01", "points": str(points[0].pk)}
    _, text = made(client, long)
    assert {line.split(";")[1] for line in text.splitlines()[1:]} == {points[0].gsrn}


@pytest.mark.usefixtures("few")
def test_a_link_starts_no_worker_but_leads_to_the_form(client: Client, points: list[MeteringPoint]) -> None:
    answer = client.get(URL, WEEK | {"points": "all"})
    assert (answer.status_code, ExportJob.objects.count()) == (200, 0)
    assert 'value="2026-11-12"' in answer.content.decode()
    assert "made in the background" in answer.content.decode()


@pytest.mark.usefixtures("few")
def test_somebody_with_an_authorization_for_one_installation_gets_that_one(
    tenant: Tenant, firm: Customer, points: list[MeteringPoint], client_for: Callable[..., Client]
) -> None:
    user = core.user(language="en")
    scope = [reference_of(points[0])]
    Authorization.objects.create(customer=firm, user=user, role=Role.READER, valid_from=date(2026, 1, 1), scope=scope)
    lent = client_for(user, tenant=tenant)
    assert lent.post(URL, WEEK | {"points": str(points[1].pk)}).status_code == 422
    job, text = made(lent, WEEK | {"points": str(points[0].pk), "first": "2026-10-01"})
    assert (job.params["points"], len(text.splitlines())) == ([points[0].pk], 1 + 4 * 24)


def test_only_the_time_it_was_held_counts_as_rows(firm: Customer, points: list[MeteringPoint]) -> None:
    from metering.forms import Download
    from metering.periods import Span
    from metering.queries import installations_of

    held = installations_of(firm, date(2026, 11, 13))
    week = Span(MONDAY, MONDAY + timedelta(days=3))
    # The second one has production as well.
    rows = {
        step: exporting.size_of(Download(week, None, step, "csv"), held) for step in ("day", "hour", "quarter", "month")
    }
    assert rows == {"day": 4 + 2 * 2, "hour": 24 * 8, "quarter": 96 * 8, "month": 2 + 2 * 2}


@pytest.mark.parametrize(
    ("limit", "form", "words"), [("XLSX_ROWS", "xlsx", "Choose CSV"), ("MOST_IN_A_JOB", "csv", "very much at once")]
)
@pytest.mark.usefixtures("few")
def test_more_than_a_file_can_hold_is_said_before_a_worker_begins(
    client: Client, points: list[MeteringPoint], monkeypatch: pytest.MonkeyPatch, limit: str, form: str, words: str
) -> None:
    from metering.views import download

    monkeypatch.setattr(download if limit == "XLSX_ROWS" else exporting, limit, 140)
    answer = client.post(URL, WEEK | {"points": "all", "format": form})
    assert (answer.status_code, ExportJob.objects.count()) == (422, 0)
    assert words in answer.content.decode()


@pytest.mark.usefixtures("few")
def test_staff_who_help_a_customer_get_their_file_too(
    tenant: Tenant, firm: Customer, points: list[MeteringPoint]
) -> None:
    helping = fresh_client(core.staff(StaffRole.AGENT, language="en"), tenant)
    helping.post(f"/admin/customers/customer/{firm.pk}/act/")
    _, text = made(helping, WEEK | {"points": "all"})
    assert len(text.splitlines()) == 1 + 6 * 24
