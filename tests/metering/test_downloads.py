"""Downloads of many rows: made by a worker, with what the person saw when they asked, and theirs alone."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client

from metering import exporting
from metering.models import Holding, MeteringPoint
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
from tests.metering.pages import NBSP, page

MONDAY = date(2026, 11, 9)
URL = "/grid/download/"
WEEK = {"first": "2026-11-09", "last": "2026-11-12", "format": "csv", "step": "hour"}


pytestmark = pytest.mark.usefixtures("friday_noon")


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    monkeypatch.setattr(tasks.run, "apply_async", lambda *_, **__: None)


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
    # Of the production of the second there are no values.
    assert (len(at_once.splitlines()), ExportJob.objects.count()) == (1 + 4 * 24 + 2 * 2 * 24, 0)
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
    assert 'type="date" name="last" value="2026-11-12"' in answer.content.decode()
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
    _, text = made(lent, WEEK | {"points": str(points[0].pk), "first": "2026-10-01"})
    assert {line.split(";")[1] for line in text.splitlines()[1:]} == {points[0].gsrn}


@pytest.mark.usefixtures("few")
def test_who_is_left_with_a_part_does_not_get_the_file_of_the_whole(
    tenant: Tenant, firm: Customer, points: list[MeteringPoint], client_for: Callable[..., Client]
) -> None:
    user = core.user(language="en")
    lent = Authorization.objects.create(
        customer=firm,
        user=user,
        role=Role.READER,
        valid_from=date(2026, 1, 1),
        scope=[reference_of(point) for point in points],
    )
    client = client_for(user, tenant=tenant)
    job, _ = made(client, WEEK | {"points": "all"})
    address = f"/documents/exports/{job.key}/"
    lent.scope = [reference_of(points[0])]
    lent.save()
    assert [client.get(address + tail).status_code for tail in ("", "file/")] == [404, 404]
    ExportJob.objects.update(state="failed")
    assert client.post(address + "again/").status_code == 404
    lent.scope = [reference_of(point) for point in points]
    lent.save()
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("since", "until", "status"),
    [
        # They had moved out in the midst of it; or came later than was thought.
        (date(2025, 1, 1), MONDAY + timedelta(days=1), 404),
        (MONDAY + timedelta(days=1), None, 404),
        # What lies outside the file is nothing to it.
        (MONDAY - timedelta(days=1), MONDAY + timedelta(days=4), 200),
    ],
)
@pytest.mark.usefixtures("few")
def test_a_file_with_days_that_turned_out_to_be_somebody_elses_is_not_given_again(
    client: Client, points: list[MeteringPoint], since: date, until: date | None, status: int
) -> None:
    job, _ = made(client, WEEK | {"points": "all", "last": "2026-12-31"})
    Holding.objects.filter(metering_point=points[0]).update(valid_from=since, valid_to=until)
    answer = client.get(f"/documents/exports/{job.key}/file/")
    assert answer.status_code == status
    answer.close()


@pytest.mark.usefixtures("few")
def test_a_file_stays_when_the_time_it_was_held_falls_into_two(
    client: Client, firm: Customer, points: list[MeteringPoint]
) -> None:
    job, _ = made(client, WEEK | {"points": "all"})
    Holding.objects.filter(metering_point=points[0]).update(valid_to=MONDAY)
    factories.holding(firm, points[0], since=MONDAY + timedelta(days=1))
    text_of(client.get(f"/documents/exports/{job.key}/file/"))


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
    # On a day the clock is put back there is an hour more.
    assert rows == {"day": 4 + 2 * 2, "hour": 24 * 8 + 3, "quarter": 96 * 8 + 3 * 4, "month": 2 + 2 * 2}


def table_of(client: Client, query: dict[str, Any]) -> list[list[str]]:
    """Return the rows of a file that is given at once, heading left out."""
    return [line.split(";") for line in text_of(client.get(URL, query)).splitlines()[1:]]


@pytest.fixture
def gappy(firm: Customer) -> MeteringPoint:
    """Theirs from Tuesday on; nothing came of Wednesday, on Thursday a quarter and two hours lack, today is Friday."""
    point = factories.point(5)
    factories.holding(firm, point, since=MONDAY + timedelta(days=1))
    factories.readings(point, MONDAY + timedelta(days=1), 1000)
    factories.readings(point, MONDAY + timedelta(days=3), [None, 500, None, *[500] * 21])
    return point


def in_words(value: Any) -> str:
    return f"{value:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_two_hours_of_one_name_are_told_apart_and_written_as_all_others(
    client: Client, points: list[MeteringPoint], form: str
) -> None:
    day = date(2026, 10, 25)
    factories.readings(points[0], day, [1000 + hour for hour in range(25)])
    query = WEEK | {"points": str(points[0].pk), "first": str(day), "last": str(day), "format": form}
    if form == "csv":
        rows = [[row[3], row[4], row[5], row[8]] for row in table_of(client, query)[1:5]]
    else:
        answer = client.get(URL, query)
        book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
        rows = [
            [in_words(row[3]), in_words(row[4]), f"{row[5]:.3f}".replace(".", ","), str(row[8] or "")]
            for row in book.active.iter_rows(min_row=3, max_row=6, values_only=True)  # type: ignore[union-attr]
        ]
    assert rows == [
        ["2026-10-25 01:00", "2026-10-25 02:00", "1,001", ""],
        ["2026-10-25 02:00", "2026-10-25 03:00", "1,002", "summer time"],
        ["2026-10-25 02:00", "2026-10-25 03:00", "1,003", "winter time"],
        ["2026-10-25 03:00", "2026-10-25 04:00", "1,004", ""],
    ]


def test_days_of_which_nothing_came_are_in_the_file_as_missing(client: Client, gappy: MeteringPoint) -> None:
    query = WEEK | {"points": str(gappy.pk), "last": "2026-11-30"}
    hours = table_of(client, query)
    assert [row[3][:10] for row in hours[::24]] == ["2026-11-10", "2026-11-11", "2026-11-12"]
    assert len(hours) == 3 * 24
    assert {tuple(row[5:]) for row in hours[24:48]} == {("", "", "", "Missing", "")}
    assert [row[5:] for row in hours[48:50]] == [["", "", "", "Missing", ""], ["0,500", "", "0,500", "", ""]]
    assert len(table_of(client, query | {"step": "quarter"})) == 3 * 24


def test_days_and_months_in_the_file_say_what_they_lack_as_the_page_does(client: Client, gappy: MeteringPoint) -> None:
    query = WEEK | {"points": str(gappy.pk), "last": "2026-11-30"}
    days = table_of(client, query | {"step": "day"})
    assert [[row[3], row[4], row[7]] for row in days] == [
        ["2026-11-10", "24,000", ""],
        ["2026-11-11", "", "Missing"],
        ["2026-11-12", "11,000", "2 hours missing"],
    ]
    [month] = table_of(client, query | {"step": "month"})
    remark = f"Only 9–30{NBSP}Nov{NBSP}2026, 2 days lack values"
    assert [month[3], month[4], month[7]] == ["2026-11-01", "35,000", remark]
    [month] = table_of(client, query | {"first": "2026-11-01", "step": "month"})
    assert month[7] == "2 days lack values"
    shown = page(client, f"/grid/{gappy.pk}/?view=year&date=2026-11-09")
    assert shown.rows[-1] == ["November 2026", "35", "2 days lack values"]


def test_a_month_of_which_nothing_came_is_in_the_file(client: Client, gappy: MeteringPoint) -> None:
    Holding.objects.update(valid_from=date(2026, 10, 1))
    query = WEEK | {"points": str(gappy.pk), "first": "2026-09-01", "step": "month"}
    assert [[row[3], row[4], row[7]] for row in table_of(client, query)] == [
        ["2026-10-01", "", "31 days lack values"],
        ["2026-11-01", "35,000", f"Only 1–12{NBSP}Nov{NBSP}2026, 11 days lack values"],
    ]


def test_a_month_is_one_row_however_long_the_file_and_however_often_they_moved(
    client: Client, firm: Customer, points: list[MeteringPoint]
) -> None:
    Holding.objects.filter(metering_point=points[0]).update(valid_to=MONDAY)
    factories.holding(firm, points[0], since=MONDAY + timedelta(days=2))
    query = WEEK | {"points": str(points[0].pk), "first": "2025-06-15", "step": "month"}
    rows = table_of(client, query)
    assert [row[3] for row in rows] == [
        f"{year}-{month:02}-01"
        for year, month in [*((2025, month) for month in range(6, 13)), *((2026, month) for month in range(1, 12))]
    ]
    assert rows[0][7] == f"Only 15–30{NBSP}Jun{NBSP}2025, 16 days lack values"
    # Tuesday was not theirs.
    assert (rows[-1][4], rows[-1][7]) == ("72,120", f"Only 1–12{NBSP}Nov{NBSP}2026, 8 days lack values")


def test_many_days_are_left_to_a_worker_however_few_rows_they_make(
    client: Client, points: list[MeteringPoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MOST_DAYS_AT_ONCE", 7)
    _, text = made(client, WEEK | {"points": "all", "step": "month"})
    assert (ExportJob.objects.get().state, len(text.splitlines())) == ("done", 1 + 3)


def test_one_installation_of_many_years_shows_how_far_it_is(points: list[MeteringPoint], firm: Customer) -> None:
    from metering.forms import Download
    from metering.periods import Span
    from metering.queries import installations_of

    told: list[tuple[int, int]] = []
    download = Download(Span(date(2025, 1, 1), date(2026, 6, 30)), None, "quarter", "csv")
    [one] = [one for one in installations_of(firm, MONDAY) if one.point == points[0]]
    list(exporting.rows(download, [one], MONDAY, lambda done, total: told.append((done, total))))
    assert told == [(0, 546), (181, 546), (365, 546)]


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
    assert len(text.splitlines()) == 1 + 8 * 24
