"""What is handed in is scanned before anybody can open it; without a scanner the tenant says what happens."""

import io
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.http import Http404
from django.test import Client

from portal.accounts.models import StaffRole
from portal.audit.models import Entry
from portal.celery import app
from portal.files import tasks
from portal.files.actions import leave, release_waiting, store
from portal.files.clients import clamd
from portal.files.clients.clamd import ScannerUnavailable
from portal.files.models import FileSettings, State, StoredFile
from portal.files.views import file_response
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope, tenant_transaction
from tests import factories
from tests.factories import CommittedAs
from tests.files.clam import EICAR, NAME, Scanner, installed, running_clamd, running_scanner
from tests.files.makers import PDF, checked


@pytest.fixture
def scanner(settings: Any) -> Iterator[Scanner]:
    with running_scanner() as running:
        settings.CLAMD_URL = running.url
        yield running


@pytest.fixture
def committed_tenant(committed_as: CommittedAs) -> Iterator[Tenant]:
    """The scanner is asked between two transactions."""
    with committed_as("scanned", StoredFile, FileSettings) as tenant:
        yield tenant


def handed_in(tenant: Tenant, content: bytes = PDF) -> StoredFile:
    with tenant_transaction(tenant):
        return store(checked("map.pdf", content), by=None)


def scanned(tenant: Tenant, stored: StoredFile) -> StoredFile:
    with tenant_scope(tenant):
        tasks.scan.run(stored.pk)
    with tenant_transaction(tenant):
        return StoredFile.objects.get(pk=stored.pk)


@pytest.fixture(autouse=True)
def woken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What the worker would be told."""
    found: list[int] = []
    monkeypatch.setattr(tasks.scan, "apply_async", lambda args, *_, **__: found.extend(args))
    return found


def test_a_file_waits_and_can_be_opened_when_it_is_clean(
    committed_tenant: Tenant, scanner: Scanner, woken: list[int]
) -> None:
    stored = handed_in(committed_tenant)
    assert stored.state == State.WAITING
    assert woken == [stored.pk]
    with tenant_transaction(committed_tenant):
        held = file_response(stored)
        assert held.status_code == 409
        assert "map.pdf" in held.content.decode()  # type: ignore[attr-defined]
    stored = scanned(committed_tenant, stored)
    assert (stored.state, stored.finding) == (State.CLEAN, "")
    assert stored.scanned_at is not None
    assert scanner.scanned == [PDF]
    response: Any = file_response(stored)
    assert b"".join(response.streaming_content) == PDF
    response.close()


def test_an_infected_file_is_never_served_and_its_content_is_gone(
    committed_tenant: Tenant, scanner: Scanner, media: Path
) -> None:
    stored = scanned(committed_tenant, handed_in(committed_tenant, PDF + EICAR))
    assert (stored.state, stored.finding) == (State.INFECTED, NAME)
    assert not [path for path in media.rglob("*") if path.is_file()]
    with tenant_transaction(committed_tenant):
        assert file_response(stored).status_code == 409
        assert Entry.objects.filter(verb="files.infected", object_id=stored.pk).exists()


def test_nothing_is_let_through_when_the_scanner_does_not_say(committed_tenant: Tenant, scanner: Scanner) -> None:
    stored = handed_in(committed_tenant)
    for says in (b"INSTREAM size limit exceeded. ERROR\0", b"stream: Can't allocate memory ERROR\0", b"", b"what?\0"):
        scanner.says = says
        assert scanned(committed_tenant, stored).state == State.WAITING
    scanner.says = None
    assert scanned(committed_tenant, stored).state == State.CLEAN


def test_a_scanner_that_is_down_leaves_files_waiting_for_the_sweep(
    committed_tenant: Tenant, settings: Any, woken: list[int], at_once: None
) -> None:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        settings.CLAMD_URL = f"tcp://127.0.0.1:{found.getsockname()[1]}"
    stored = handed_in(committed_tenant)
    assert scanned(committed_tenant, stored).state == State.WAITING
    woken.clear()
    tasks.rescan_all_tenants()
    assert woken == []
    with running_scanner() as running:
        settings.CLAMD_URL = running.url
        tasks.rescan_all_tenants()
    assert woken == [stored.pk]


def test_nothing_heaps_up_behind_a_scanner_that_hangs_or_is_slow(
    committed_tenant: Tenant, settings: Any, monkeypatch: pytest.MonkeyPatch, at_once: None
) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(tasks.scan, "apply_async", lambda _args, *_, **options: sent.append(options))
    monkeypatch.setattr(clamd, "PING_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        settings.CLAMD_URL = f"tcp://127.0.0.1:{hanging.getsockname()[1]}"
        handed_in(committed_tenant)
        sent.clear()
        tasks.rescan_all_tenants()
    assert sent == []
    with running_scanner() as running:
        settings.CLAMD_URL = running.url
        tasks.rescan_all_tenants()
    assert sent == [{"expires": tasks.RESCAN_SECONDS}]


def test_the_scanner_is_asked_once_a_round_outside_any_transaction_and_holds_up_no_messages(
    committed_tenant: Tenant,
    committed_as: CommittedAs,
    scanner: Scanner,
    monkeypatch: pytest.MonkeyPatch,
    at_once: None,
) -> None:
    asked: list[bool] = []
    ping = clamd.ping
    monkeypatch.setattr(clamd, "ping", lambda url: (asked.append(connection.in_atomic_block), ping(url))[1])
    with committed_as("scanned-too", StoredFile) as other:
        handed_in(committed_tenant)
        handed_in(other)
        tasks.rescan_all_tenants()
    assert asked == [False]
    assert app.conf.task_routes[tasks.rescan_all_tenants.name] == {"queue": "documents"}


def test_a_file_without_content_is_said_to_be_lost_and_waits_again_when_it_is_back(
    committed_tenant: Tenant, scanner: Scanner, media: Path, woken: list[int], at_once: None
) -> None:
    stored = handed_in(committed_tenant)
    (media / stored.location).rename(media / "elsewhere")
    assert scanned(committed_tenant, stored).state == State.LOST
    woken.clear()
    tasks.rescan_all_tenants()
    assert woken == []
    with tenant_transaction(committed_tenant):
        assert list(StoredFile.objects.needing_staff()) == [stored]
        stored.refresh_from_db()
        with pytest.raises(Http404):
            file_response(stored)
    tasks.sweep_all_tenants()
    (media / "elsewhere").rename(media / stored.location)
    assert scanned(committed_tenant, stored).state == State.LOST
    tasks.sweep_all_tenants()
    assert scanned(committed_tenant, stored).state == State.CLEAN


def test_a_lost_file_that_was_left_waits_for_staff_when_it_is_back_and_infected(
    committed_tenant: Tenant, scanner: Scanner, media: Path, at_once: None
) -> None:
    stored = handed_in(committed_tenant, PDF + EICAR)
    (media / stored.location).rename(media / "elsewhere")
    assert scanned(committed_tenant, stored).state == State.LOST
    with tenant_transaction(committed_tenant):
        assert leave(stored=stored, by=factories.user())
        assert not StoredFile.objects.needing_staff().exists()
    (media / "elsewhere").rename(media / stored.location)
    tasks.sweep_all_tenants()
    assert scanned(committed_tenant, stored).state == State.INFECTED
    with tenant_transaction(committed_tenant):
        assert list(StoredFile.objects.needing_staff()) == [stored]


def test_a_file_is_scanned_once(committed_tenant: Tenant, scanner: Scanner) -> None:
    stored = handed_in(committed_tenant)
    for _ in range(3):
        scanned(committed_tenant, stored)
    assert len(scanner.scanned) == 1


def test_a_large_file_goes_in_blocks(scanner: Scanner) -> None:
    content = bytes(range(256)) * 1000
    assert clamd.scan(scanner.url, io.BytesIO(content)) == ""
    assert scanner.scanned == [content]


@pytest.mark.usefixtures("at_once")
def test_without_a_scanner_files_pass_unless_the_tenant_wants_them_to_wait(committed_tenant: Tenant) -> None:
    assert handed_in(committed_tenant).state == State.CLEAN
    with tenant_transaction(committed_tenant):
        FileSettings.objects.create(wait_without_scanner=True)
    waiting = handed_in(committed_tenant)
    assert waiting.state == State.WAITING
    with tenant_transaction(committed_tenant):
        assert release_waiting() == 0
        FileSettings.objects.update(wait_without_scanner=False)
    tasks.rescan_all_tenants()
    with tenant_transaction(committed_tenant):
        assert StoredFile.objects.get(pk=waiting.pk).state == State.CLEAN


def test_with_a_scanner_nothing_is_released_unscanned(committed_tenant: Tenant, scanner: Scanner) -> None:
    handed_in(committed_tenant)
    with tenant_transaction(committed_tenant):
        assert release_waiting() == 0


@pytest.mark.skipif(not installed(), reason="clamd is not installed")
def test_the_real_clamd_finds_what_it_knows(tmp_path: Path) -> None:
    with running_clamd(tmp_path) as url:
        assert clamd.scan(url, io.BytesIO(PDF)) == ""
        assert clamd.scan(url, io.BytesIO(b"x" * 1_000_000)) == ""
        assert clamd.scan(url, io.BytesIO(EICAR)).startswith(NAME)
        with pytest.raises(ScannerUnavailable):
            clamd.scan(url, io.BytesIO(b"x" * 33_000_000))
    assert not clamd.ping(url)


# What staff see ------------------------------------------------------------------------------------------


def page_of(tenant: Tenant, path: str, role: StaffRole = StaffRole.ADMINISTRATOR) -> Any:
    client: Client = factories.client_for(factories.staff(role), tenant=tenant)
    return client.get(path, follow=True)


def test_staff_see_how_files_are_treated(tenant: Tenant, settings: Any) -> None:
    def said() -> str:
        return str(page_of(tenant, "/admin/files/storedfile/").content.decode())

    assert "Filer kan åpnes ukontrollert" in said()
    FileSettings.objects.create(wait_without_scanner=True)
    assert "Filer venter og kan ikke åpnes" in said()
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    assert "Filer kontrolleres for virus" in said()


def test_what_was_stopped_is_a_line_on_the_first_page(tenant: Tenant) -> None:
    stored = store(checked(), by=None)
    StoredFile.objects.filter(pk=stored.pk).update(state=State.INFECTED, finding=NAME)
    page = page_of(tenant, "/admin/")
    [queue] = [queue for queue in page.context["work_queues"] if "files" in queue.url]
    assert queue.count == 1
    assert NAME in page_of(tenant, queue.url).content.decode()


def test_customer_service_leaves_a_stopped_file_as_it_is(tenant: Tenant) -> None:
    stored, fine = store(checked(), by=None), store(checked(), by=None)
    StoredFile.objects.filter(pk=stored.pk).update(state=State.INFECTED, finding=NAME)
    agent = factories.staff(StaffRole.AGENT)
    client: Client = factories.client_for(agent, tenant=tenant)
    form = {"action": "leave", "_selected_action": [stored.pk, fine.pk], "confirmed": "yes"}
    page = client.post("/admin/files/storedfile/", form, follow=True)
    assert [message.level_tag for message in page.context["messages"] if message.level_tag != "info"] == [
        "success",
        "warning",
    ]
    stored.refresh_from_db()
    assert (stored.state, stored.left_by) == (State.INFECTED, agent)
    assert Entry.objects.get(verb="files.left").by == agent
    assert not [queue for queue in client.get("/admin/").context["work_queues"] if "files" in queue.url]


def test_there_is_one_row_of_settings_and_customer_service_may_not_change_it(tenant: Tenant) -> None:
    client = factories.client_for(factories.staff(), tenant=tenant)
    add = "/admin/files/filesettings/add/"
    assert client.get("/admin/files/filesettings/").headers["Location"] == add
    assert client.post(add, {"wait_without_scanner": "on"}).status_code == 302
    made = FileSettings.objects.get()
    assert made.wait_without_scanner
    assert client.get(add).headers["Location"] == f"/admin/files/filesettings/{made.pk}/change/"
    agent = factories.client_for(factories.staff(StaffRole.AGENT), tenant=tenant)
    assert agent.post(f"/admin/files/filesettings/{made.pk}/change/", {}).status_code == 403
    assert agent.get("/admin/files/storedfile/").status_code == 200
