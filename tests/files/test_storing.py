"""Files are kept under names of our own, served only through a view, and removed with their content."""

import hashlib
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.http import Http404
from django.utils import timezone

from portal.audit.models import Entry
from portal.celery import app
from portal.files import tasks
from portal.files.actions import delete, remove_all_content, store, store_bytes
from portal.files.models import FileSettings, State, StoredFile
from portal.files.views import file_response
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories
from tests.files.makers import PDF, checked, picture


def body(response: Any) -> bytes:
    content = b"".join(response.streaming_content)
    response.close()
    return content


def content_of(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def test_a_file_is_kept_under_a_name_that_says_nothing(tenant: Tenant, media: Path) -> None:
    person = factories.user()
    stored = store(checked("Kart over Østmarka.pdf"), by=person)
    (path,) = content_of(media)
    assert path.read_bytes() == PDF
    assert path.parts[-3:-1] == ("fjord", f"{timezone.now():%Y}")
    assert len(path.name) == 32
    assert "Kart" not in str(path)
    assert path.stat().st_mode & 0o077 == 0
    assert (stored.name, stored.size, stored.media_type) == ("Kart over Østmarka.pdf", len(PDF), "application/pdf")
    assert stored.sha256 == hashlib.sha256(PDF).hexdigest()
    assert stored.created_by == person


def test_it_is_a_download_unless_it_may_be_shown(tenant: Tenant) -> None:
    stored = store(checked("Kart ”Øst”.pdf"), by=None)
    response = file_response(stored)
    assert body(response) == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Length"] == str(len(PDF))
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Kart%20%E2%80%9D%C3%98st%E2%80%9D.pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    shown = file_response(stored, inline=True)
    assert shown["Content-Disposition"].startswith("inline")
    assert "sandbox" not in shown["Content-Security-Policy"]  # browsers show no PDF in a sandbox
    body(shown)


def test_pictures_are_shown_in_a_sandbox_and_text_is_never_shown(tenant: Tenant) -> None:
    image = file_response(store(checked("a.jpg", picture(), "image/jpeg"), by=None), inline=True)
    assert image["Content-Disposition"] == 'inline; filename="a.jpg"'
    assert image["Content-Security-Policy"].endswith("; sandbox")
    text = file_response(store(checked("a.txt", b"x", "text/plain"), by=None), inline=True)
    assert text["Content-Disposition"] == 'attachment; filename="a.txt"'
    body(image), body(text)


def test_content_that_is_gone_is_not_found(tenant: Tenant, media: Path) -> None:
    stored = store(checked(), by=None)
    content_of(media)[0].unlink()
    with pytest.raises(Http404):
        file_response(stored)


def test_another_tenants_file_is_unreachable(tenant: Tenant, other_tenant: Tenant) -> None:
    stored = store(checked(), by=None)
    with tenant_scope(other_tenant):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.tenant_id', %s, true)", [str(other_tenant.pk)])
            cursor.execute("SELECT count(*) FROM files_storedfile")
            assert cursor.fetchone() == (0,)
            cursor.execute("UPDATE files_storedfile SET state = 'clean' WHERE id = %s", [stored.pk])
            assert cursor.rowcount == 0
        assert not StoredFile.objects.filter(pk=stored.pk).exists()
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE files_storedfile SET tenant_id = %s", [tenant.pk])
            cursor.execute(
                "INSERT INTO files_filesettings (tenant_id, wait_without_scanner) VALUES (%s, true)", [tenant.pk]
            )


def test_deleting_removes_the_content_when_the_transaction_commits(
    tenant: Tenant, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    stored = store(checked(), by=None)
    with django_capture_on_commit_callbacks(execute=True):
        delete(stored=stored, by=None)
        assert content_of(media)
    assert not content_of(media)
    assert Entry.objects.filter(verb="files.deleted", object_type="files.storedfile").exists()


def test_a_deletion_that_is_taken_back_leaves_the_content(tenant: Tenant, media: Path) -> None:
    stored = store(checked(), by=None)
    with pytest.raises(RuntimeError), transaction.atomic():
        delete(stored=stored, by=None)
        raise RuntimeError
    assert content_of(media)
    assert StoredFile.objects.filter(location=stored.location).exists()


def test_the_sweep_removes_what_nothing_points_at_after_a_day(
    tenant: Tenant, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    new, old = store(checked("new.pdf"), by=None), store(checked("old.pdf"), by=None)
    StoredFile.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(hours=25))
    with django_capture_on_commit_callbacks(execute=True):
        swept = tasks.sweep.run()
    assert swept == 1
    assert [file.pk for file in StoredFile.objects.all()] == [new.pk]
    assert len(content_of(media)) == 1


def test_the_sweep_removes_content_whose_transaction_failed(tenant: Tenant, media: Path) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        store(checked(), by=None)
        raise RuntimeError
    (path,) = content_of(media)
    assert tasks.sweep.run() == 0
    yesterday = (timezone.now() - timedelta(hours=25)).timestamp()
    os.utime(path, (yesterday, yesterday))
    assert tasks.sweep.run() == 1
    assert not content_of(media)


def test_wiping_a_demo_tenant_takes_its_files_along(
    tenant: Tenant, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    store(checked(), by=None)
    with django_capture_on_commit_callbacks(execute=True):
        remove_all_content()
        assert content_of(media)
    assert not content_of(media)


def test_what_the_program_makes_can_be_opened_at_once(tenant: Tenant, settings: Any) -> None:
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    FileSettings.objects.create(wait_without_scanner=True)
    stored = store_bytes(name="../a/receipt.pdf", content=PDF, media_type="application/pdf", by=None)
    assert (stored.name, stored.state) == ("receipt.pdf", State.CLEAN)
    with default_storage.open(stored.location) as content:
        assert content.read() == PDF


def test_the_clock_runs_the_sweeps() -> None:
    planned = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {tasks.sweep_all_tenants.name, tasks.rescan_all_tenants.name} <= planned
