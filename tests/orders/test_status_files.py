"""`import_order_status`: what dispatch's own system says, as CSV or JSON lines; the same again changes nothing."""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from orders.actions import change_job
from orders.models import OrderLine, Status, StatusChange
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests.orders import makers
from tests.orders.makers import FRIDAY, MONDAY

HEAD = "job,status,at,reason,day\n"
TUESDAY = date(2026, 11, 17)


@pytest.fixture
def job(tenant: Tenant) -> OrderLine:
    found = makers.past_order(makers.site(), FRIDAY)
    Message.objects.all().delete()
    return found


def run(tenant: Tenant, path: Path, content: str | bytes, *options: str) -> dict[str, Any]:
    """Take a file in; return the report, with the exit code as `code`."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    out, code = io.StringIO(), 0
    try:
        call_command("import_order_status", str(path), "--tenant", tenant.slug, "--json", *options, stdout=out)
    except SystemExit as stop:
        code = int(str(stop.code))
    return json.loads(out.getvalue()) | {"code": code}


def counts(report: dict[str, Any]) -> tuple[int, int, int, int]:
    return report["changed"], report["unchanged"], len(report["rejected"]), report["code"]


def test_a_day_of_statuses_is_taken_in_once(tenant: Tenant, job: OrderLine, tmp_path: Path) -> None:
    file = HEAD + "".join(
        f"{job.code},{status},{at},{reason},\n"
        for status, at, reason in [
            ("scheduled", "2026-11-11T15:00", ""),
            ("on_the_way", "2026-11-12T08:00", ""),
            ("attempted", "2026-11-12T07:30:00Z", "Porten var låst."),
        ]
    )
    assert counts(run(tenant, tmp_path / "a.csv", file)) == (3, 0, 0, 0)
    job.refresh_from_db()
    assert (job.status, job.status_reason) == (Status.ATTEMPTED, "Porten var låst.")
    assert counts(run(tenant, tmp_path / "a.csv", file)) == (0, 3, 0, 0)
    assert (StatusChange.objects.count(), Message.objects.count()) == (3, 1)


def test_json_lines_and_semicolons_say_the_same(tenant: Tenant, job: OrderLine, tmp_path: Path) -> None:
    line = json.dumps({"job": job.code, "status": "on_the_way", "at": "2026-11-12T09:00:00+01:00"})
    assert counts(run(tenant, tmp_path / "a.jsonl", f"{line}\n\n{line}\n")) == (1, 1, 0, 0)
    assert counts(run(tenant, tmp_path / "b.csv", f"status;job\nDone;{job.order.number}\n")) == (1, 0, 0, 0)
    assert OrderLine.objects.get().status == Status.DONE


def test_a_finished_job_never_goes_back_and_old_news_is_left_alone(
    tenant: Tenant, job: OrderLine, tmp_path: Path
) -> None:
    first = f"{HEAD}{job.code},on_the_way,2026-11-12T08:00,,\n"
    run(tenant, tmp_path / "a.csv", first)
    assert counts(run(tenant, tmp_path / "b.csv", f"{HEAD}{job.code},scheduled,2026-11-12T07:00,,\n")) == (0, 1, 0, 0)
    run(tenant, tmp_path / "c.csv", f"{HEAD}{job.code},done,2026-11-12T08:30,,\n")
    report = run(tenant, tmp_path / "d.csv", f"{HEAD}{job.code},scheduled,2026-11-12T09:00,,\n")
    assert counts(report) == (0, 0, 1, 1)
    assert (report["rejected"][0]["line"], report["rejected"][0]["key"]) == (2, job.code)
    assert counts(run(tenant, tmp_path / "a.csv", first)) == (0, 1, 0, 0)
    assert OrderLine.objects.get().status == Status.DONE


def test_a_job_is_moved(tenant: Tenant, job: OrderLine, tmp_path: Path) -> None:
    run(tenant, tmp_path / "a.csv", f"{HEAD}{job.code},scheduled,,Bilen er på verksted.,16.11.2026\n")
    job.refresh_from_db()
    assert (job.wanted_on, job.order.revision) == (MONDAY, 2)
    assert Message.objects.get().event == "orders.moved"


def test_a_dry_run_changes_nothing(tenant: Tenant, job: OrderLine, tmp_path: Path) -> None:
    report = run(tenant, tmp_path / "a.csv", f"{HEAD}{job.code},done,,,\n", "--dry-run")
    assert (counts(report), report["dry_run"]) == ((1, 0, 0, 0), True)
    assert OrderLine.objects.get().status == Status.RECEIVED
    assert not StatusChange.objects.exists()


@pytest.mark.parametrize(
    "line",
    [
        "999999-1,done,,,",
        "{code},received,,,",
        "{code},attempted,,,",
        "{code},done,yesterday,,",
        "{number}-7,done,,,",
        "{number}-,done,,,",
        "-1,done,,,",
        "{code},done,,,31.2.2026",
        "{code},attempted,," + "x" * 201 + ",",
        "{code},done",
        "{code},done,,,,,",
    ],
)
def test_a_wrong_line_is_rejected_and_the_others_are_taken_in(
    tenant: Tenant, job: OrderLine, tmp_path: Path, line: str
) -> None:
    wrong = line.format(code=job.code, number=job.order.number)
    report = run(tenant, tmp_path / "a.csv", f"{HEAD}{wrong}\n{job.code},on_the_way,,,\n")
    assert counts(report) == (1, 0, 1, 1)
    assert report["rejected"][0]["line"] == 2
    assert OrderLine.objects.get().status == Status.ON_THE_WAY


@pytest.mark.parametrize(
    "content",
    [
        "",
        HEAD,
        "nonsense\n",
        b"\x89PNG\r\n\x1a\n\x00",
        '{"job": 1',
        '{"status": "done"}',
        '{"job": [], "status": "done"}',
        '{"job": "1-1", "status": "done", "colour": "red"}',
    ],
)
def test_what_cannot_be_read_is_one_rejection(tenant: Tenant, tmp_path: Path, content: str | bytes) -> None:
    assert counts(run(tenant, tmp_path / "a", content)) == (0, 0, 1, 1)


def test_a_file_that_is_not_there_is_wrong_usage(tenant: Tenant) -> None:
    with pytest.raises(CommandError) as stop:
        call_command("import_order_status", "/nowhere.csv", "--tenant", tenant.slug)
    assert stop.value.returncode == 2


@pytest.mark.parametrize(
    ("at", "day"),
    [("0001-01-01T00:00:00", ""), ("9999-12-31T23:59:59-12:00", ""), ("", "01.01.0001"), ("", "31.12.2150")],
)
@pytest.mark.parametrize("is_json", [False, True])
def test_a_time_or_day_that_cannot_be_meant_is_rejected(
    tenant: Tenant, job: OrderLine, tmp_path: Path, at: str, day: str, is_json: bool
) -> None:
    good, wrong = {"job": job.code, "status": "on_the_way"}, {"job": job.code, "status": "done", "at": at, "day": day}
    if is_json:
        content = f"{json.dumps(wrong)}\n{json.dumps(good)}\n"
    else:
        content = f"{HEAD}{job.code},done,{at},,{day}\n{job.code},on_the_way,,,\n"
    report = run(tenant, tmp_path / "a", content)
    assert counts(report) == (1, 0, 1, 1)
    assert report["rejected"][0]["reason"].startswith("at:" if at else "day:")
    assert OrderLine.objects.get().status == Status.ON_THE_WAY


def test_news_from_before_the_customers_change_does_not_override_it(tenant: Tenant, tmp_path: Path) -> None:
    site = makers.site()
    job = makers.sent(site, wanted_on=MONDAY).lines.get()
    run(tenant, tmp_path / "a.csv", f"{HEAD}{job.code},scheduled,2026-11-12T08:00,,\n")
    changed = makers.wish(site.unit, wanted_on=TUESDAY)
    change_job(job=job, by=site.person, wish=changed, revision=1)
    stale = run(tenant, tmp_path / "b.csv", f"{HEAD}{job.code},scheduled,2026-11-12T09:00,,16.11.2026\n")
    assert counts(stale) == (0, 1, 0, 0)
    job.refresh_from_db()
    assert (job.status, job.wanted_on) == (Status.RECEIVED, TUESDAY)
    assert counts(run(tenant, tmp_path / "c.csv", f"{HEAD}{job.code},scheduled,2026-11-12T09:12,,\n")) == (1, 0, 0, 0)


def test_what_dispatch_moved_is_as_old_as_its_word(tenant: Tenant, job: OrderLine, tmp_path: Path) -> None:
    run(tenant, tmp_path / "a.csv", f"{HEAD}{job.code},scheduled,2026-11-12T08:00,,16.11.2026\n")
    assert counts(run(tenant, tmp_path / "b.csv", f"{HEAD}{job.code},on_the_way,2026-11-12T08:30,,\n")) == (1, 0, 0, 0)
