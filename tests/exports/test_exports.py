"""An export that is made in the background: asked for once, made in the person's language, theirs alone, gone later."""

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from portal.accounts.models import User
from portal.celery import app
from portal.customers.models import Authorization, Membership, Role
from portal.documents.jobs import watched
from portal.exports import tasks
from portal.exports.actions import TooManyUnderWay, claim, start, start_again
from portal.exports.models import DEAD_AFTER, MOST_UNDER_WAY, ExportJob, State
from portal.exports.personal_data import PERSONAL_DATA
from portal.files.models import StoredFile
from portal.notifications.models import Message
from portal.tenancy.models import Tenant, current_tenant
from portal.tenancy.scope import tenant_scope, tenant_transaction
from tests import factories
from tests.exports.conftest import NAME


@pytest.fixture(autouse=True)
def woken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What the worker would be told."""
    found: list[int] = []
    monkeypatch.setattr(tasks.run, "apply_async", lambda args, *_, **__: found.extend(args))
    return found


def asked(by: User, count: int = 3, language: str = "nb", **options: Any) -> ExportJob:
    fields: dict[str, Any] = {"exporter": NAME, "title": "Tall", "name": "tall", "format": "csv", **options}
    with override(language):
        return start(params={"count": count, **fields.pop("params", {})}, by=by, **fields)


def made(job: ExportJob) -> ExportJob:
    with tenant_scope(current_tenant()):
        tasks.run.run(job.pk)
    job.refresh_from_db()
    return job


def page(client: Client, job: ExportJob, tail: str = "", **headers: str) -> HttpResponse:
    return client.get(f"/documents/exports/{job.key}/{tail}", headers=headers)  # type: ignore[return-value]


def body(response: Any) -> str:
    # The client closes it at its end.
    return b"".join(response.streaming_content).decode("utf-8-sig")


def test_it_is_made_in_the_language_of_whoever_asked(tenant: Tenant) -> None:
    person = factories.staff()
    client = factories.client_for(person, tenant=tenant)
    job = made(asked(person, language="en"))
    assert (job.state, job.rows) == (State.DONE, 3)
    response = page(client, job, "file/")
    assert response["Content-Disposition"] == 'attachment; filename="tall.csv"'
    assert body(response).splitlines() == ["customer", "0", "1", "2"]
    assert body(page(client, made(asked(person, language="nb")), "file/")).splitlines()[0] == "kunde"


def test_progress_is_told_up_to_the_last_row() -> None:
    told: list[tuple[int, int]] = []
    assert list(watched("abc", 3, lambda done, total: told.append((done, total)))) == ["a", "b", "c"]
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_its_page_follows_it_and_survives_a_reload(tenant: Tenant) -> None:
    person = factories.staff()
    client = factories.client_for(person, tenant=tenant)
    job = asked(person)
    waiting = page(client, job)
    assert 'hx-trigger="every 2s"' in waiting.content.decode()
    assert f'<noscript><p><a class="ds-link" href="/documents/exports/{job.key}/">' in waiting.content.decode()
    fragment = page(client, job, **{"HX-Request": "true"}).content.decode()
    assert fragment.startswith("<section")
    assert page(client, job, "file/").status_code == 404
    made(job)
    done = page(client, job).content.decode()
    assert f"/documents/exports/{job.key}/file/" in done
    assert "hx-trigger" not in done
    assert job.title in client.get("/documents/exports/").content.decode()


def test_it_shows_how_far_it_is(tenant: Tenant) -> None:
    person = factories.staff()
    client = factories.client_for(person, tenant=tenant)
    job = asked(person, count=4, params={"fails_at": 2})
    made(job)
    assert job.percent == 50
    ExportJob.objects.update(state=State.RUNNING)
    assert 'value="50" max="100"' in page(client, job).content.decode()


def test_a_lost_cache_costs_nobody_their_export(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone:
        def __getattr__(self, name: str) -> Any:
            raise redis.ConnectionError

    person = factories.staff()
    job = asked(person)
    for module in ("portal.exports.actions.cache", "portal.exports.models.cache"):
        monkeypatch.setattr(module, Gone())
    assert made(job).state == State.DONE
    assert job.percent is None


def test_asking_twice_gives_one(tenant: Tenant, django_capture_on_commit_callbacks: Any, woken: list[int]) -> None:
    person, other = factories.staff(), factories.staff()
    with django_capture_on_commit_callbacks(execute=True):
        first = asked(person)
        assert asked(person) == first
        assert asked(person, count=4) != first
        assert asked(person, format="xlsx") != first
        assert asked(other) != first
    assert len(woken) == 4
    made(first)
    assert asked(person) != first


def test_a_failed_export_says_so_and_can_be_tried_again(tenant: Tenant) -> None:
    person = factories.staff()
    client = factories.client_for(person, tenant=tenant)
    job = made(asked(person, params={"fails_at": 1}))
    assert job.state == State.FAILED
    assert not StoredFile.objects.exists()
    assert f"/documents/exports/{job.key}/again/" in page(client, job).content.decode()
    assert client.post(f"/documents/exports/{job.key}/again/").status_code == 302
    job.refresh_from_db()
    assert job.state == State.QUEUED
    # A second press changes nothing.
    client.post(f"/documents/exports/{job.key}/again/")
    assert ExportJob.objects.count() == 1


def test_an_export_is_the_persons_own(tenant: Tenant) -> None:
    job = made(asked(factories.staff()))
    stranger = factories.client_for(factories.staff(), tenant=tenant)
    for tail in ("", "file/"):
        assert page(stranger, job, tail).status_code == 404
        assert page(factories.client_for(tenant=tenant), job, tail).headers["Location"].startswith("/account/login/")
    assert stranger.post(f"/documents/exports/{job.key}/again/").status_code == 404
    assert job.title not in stranger.get("/documents/exports/").content.decode()


def test_what_is_a_customers_goes_with_the_access_to_the_customer(tenant: Tenant) -> None:
    person, customer = factories.member()
    client = factories.client_for(person, tenant=tenant)
    job = made(asked(person, customer=customer))
    response = page(client, job, "file/")
    assert response.status_code == 200
    body(response)
    Membership.objects.all().delete()
    assert page(client, job, "file/").status_code == 404
    assert page(client, job).status_code == 404


def test_what_one_may_not_see_any_more_stands_closed_in_the_list_and_says_why(tenant: Tenant) -> None:
    person, customer = factories.member()
    person.language = "en"
    person.save()
    client = factories.client_for(person, tenant=tenant)
    first, second = made(asked(person, customer=customer)), made(asked(person, customer=customer, count=4))
    mine = [f'href="/documents/exports/{job.key}/"' for job in (first, second)]
    shown = client.get("/documents/exports/").content.decode()
    assert [one in shown for one in mine] == [True, True]
    with CaptureQueriesContext(connection) as two:
        client.get("/documents/exports/")
    assert "no longer have access" not in shown
    made(asked(person, customer=customer, count=5))
    with CaptureQueriesContext(connection) as three:
        client.get("/documents/exports/")
    assert len(three) == len(two)
    Membership.objects.all().delete()
    shown = client.get("/documents/exports/").content.decode()
    assert [one in shown for one in mine] == [False, False]
    assert (shown.count("no longer have access"), first.title in shown) == (3, True)


def test_a_part_lent_does_not_open_an_export_of_another_module(tenant: Tenant) -> None:
    person, customer = factories.user(), factories.customer()
    lent = Authorization.objects.create(
        customer=customer, user=person, role=Role.READER, valid_from=timezone.now() - timedelta(days=3)
    )
    client = factories.client_for(person, tenant=tenant)
    job = made(asked(person, customer=customer))
    ExportJob.objects.update(exporter="orders.overview")
    body(page(client, job, "file/"))
    lent.scope = ["metering:707057500000000001"]
    lent.save()
    assert page(client, job, "file/").status_code == 404
    ExportJob.objects.update(exporter="metering.other")
    body(page(client, job, "file/"))


def test_what_staff_made_for_a_customer_goes_with_their_role(tenant: Tenant) -> None:
    person = factories.staff()
    job = made(asked(person))
    client = factories.client_for(person, tenant=tenant)
    body(page(client, job, "file/"))
    User.objects.filter(pk=person.pk).update(is_staff=False, staff_role="")
    assert page(client, job, "file/").status_code == 404


def test_whose_access_has_ended_is_not_told(tenant: Tenant) -> None:
    person, customer = factories.member()
    job = asked(person, customer=customer)
    ExportJob.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    Membership.objects.all().delete()
    assert made(ExportJob.objects.get(pk=job.pk)).state == State.DONE
    assert not Message.objects.exists()


def test_only_some_are_under_way_at_a_time(tenant: Tenant) -> None:
    person, other = factories.staff(), factories.staff()
    failed = made(asked(person, params={"fails_at": 1}))
    jobs = [asked(person, count=number) for number in range(1, MOST_UNDER_WAY + 1)]
    with pytest.raises(TooManyUnderWay):
        asked(person, count=99)
    # The same once more is the one there is, and others have their own.
    assert asked(person, count=1) == jobs[0]
    assert asked(other, count=99)
    client = factories.client_for(person, tenant=tenant)
    told = client.post(f"/documents/exports/{failed.key}/again/", follow=True)
    assert told.redirect_chain[-1][0] == "/documents/exports/"
    assert [str(MOST_UNDER_WAY) in str(message) for message in told.context["messages"]] == [True]
    made(jobs[0])
    assert asked(person, count=99).state == State.QUEUED


def test_whoever_waits_long_gets_a_message(tenant: Tenant) -> None:
    person = factories.staff()
    quick, slow = asked(person), asked(person, count=4)
    ExportJob.objects.filter(pk=slow.pk).update(created_at=timezone.now() - timedelta(minutes=2))
    made(quick), made(slow)
    [message] = Message.objects.all()
    assert (message.channel, message.recipient) == ("email", person.email)
    assert f"/documents/exports/{slow.key}/" in message.body


def test_after_a_week_it_is_gone_with_its_file(
    tenant: Tenant, media: Path, at_once: None, django_capture_on_commit_callbacks: Any
) -> None:
    person = factories.staff()
    job, fresh = made(asked(person)), made(asked(person, count=4))
    ExportJob.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(days=7, minutes=1))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep_all_tenants()
    assert list(ExportJob.objects.all()) == [fresh]
    assert StoredFile.objects.count() == 1
    assert len([path for path in media.rglob("*") if path.is_file()]) == 1


def test_the_file_of_an_export_is_no_orphan(tenant: Tenant) -> None:
    from portal.files.queries import orphans

    job = made(asked(factories.staff()))
    StoredFile.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert not orphans(timezone.now()).exists()
    ExportJob.objects.update(state=State.FAILED, file=None)
    assert [file.pk for file in orphans(timezone.now())] == [job.file_id]


def test_lost_wake_ups_and_dead_workers_are_found(tenant: Tenant, woken: list[int], at_once: None) -> None:
    person = factories.staff()
    lost, dead, hopeless = asked(person), asked(person, count=4), asked(person, count=5)
    new = asked(person, count=6)
    now = timezone.now()
    ExportJob.objects.filter(pk=lost.pk).update(queued_at=now - timedelta(minutes=3))
    long_ago = now - DEAD_AFTER - timedelta(minutes=1)
    ExportJob.objects.filter(pk=dead.pk).update(state=State.RUNNING, started_at=long_ago, attempts=1)
    ExportJob.objects.filter(pk=hopeless.pk).update(state=State.RUNNING, started_at=long_ago, attempts=2)
    tasks.sweep_all_tenants()
    states = dict(ExportJob.objects.values_list("pk", "state"))
    assert states == {lost.pk: "queued", dead.pk: "queued", hopeless.pk: "failed", new.pk: "queued"}
    assert woken == [lost.pk]


def test_two_workers_do_not_make_the_same(committed_tenant: Tenant) -> None:
    with tenant_transaction(committed_tenant):
        job = asked(factories.staff())
    with tenant_scope(committed_tenant):
        assert claim(job.pk) is not None
        assert claim(job.pk) is None
        tasks.run.run(job.pk)
    with tenant_transaction(committed_tenant):
        assert ExportJob.objects.get(pk=job.pk).state == State.RUNNING


def test_two_failed_ones_of_the_same_that_are_tried_again_at_once_are_one(committed_tenant: Tenant) -> None:
    with tenant_transaction(committed_tenant):
        person = factories.staff()
        failed = []
        for _ in range(2):
            failed.append(asked(person))
            ExportJob.objects.update(state=State.FAILED, finished_at=timezone.now())
    is_taken = threading.Event()

    def second() -> ExportJob:
        try:
            is_taken.wait(10)
            with tenant_transaction(committed_tenant):
                return start_again(job=failed[1], by=person)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(second)
        with tenant_transaction(committed_tenant):
            assert start_again(job=failed[0], by=person) == failed[0]
            is_taken.set()
            # The other has asked by then, or waits for us.
            wait([other], timeout=1)
        assert other.result(timeout=10) == failed[0]


def test_an_unknown_exporter_is_a_fault_of_ours(tenant: Tenant) -> None:
    with pytest.raises(KeyError):
        asked(factories.staff(), exporter="no.such")


def test_a_person_takes_along_a_list_and_their_files_go_with_the_account(
    tenant: Tenant, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    person = factories.staff()
    made(asked(person))
    assert [entry["what"] for entry in PERSONAL_DATA.export(person)] == ["Tall"]
    assert PERSONAL_DATA.forget is not None
    with django_capture_on_commit_callbacks(execute=True):
        PERSONAL_DATA.forget(person)
    assert not ExportJob.objects.exists()
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_the_clock_runs_the_sweep_and_documents_have_their_queue() -> None:
    assert tasks.sweep_all_tenants.name in {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert app.conf.task_routes[tasks.run.name] == {"queue": "documents"}
