"""manage.py import_outages: CSV and JSON from the operations centre, each outage once."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from outages import importing
from outages.models import Notice, Outage, OutageUpdate
from portal.customers import gsrn
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests.clients.service import Says, running_service
from tests.outages import makers

pytestmark = pytest.mark.usefixtures("saturday_morning")
OSLO = ZoneInfo("Europe/Oslo")
FIRST = {
    "id": "F-17",
    "kind": "outage",
    "where": "Solvika",
    "starts": "2026-11-16T09:30",
    "streets": ["1489 Torget 1-9"],
    "cause": "tree",
    "message": "Vi er på vei.",
}


def run(source: Any, *options: str) -> tuple[dict[str, Any], int]:
    """Return the report as JSON and the exit code."""
    out, code = io.StringIO(), 0
    try:
        call_command("import_outages", str(source), *options, tenant="fjord", json=True, stdout=out)
    except SystemExit as ended:
        code = int(str(ended.code))
    return json.loads(out.getvalue()), code


def counts(report: dict[str, Any]) -> tuple[int, ...]:
    return tuple(report[name] for name in ("new", "changed", "unchanged", "stale"))


@pytest.fixture
def file(tmp_path: Path) -> Any:
    def write(*outages: dict[str, Any], name: str = "outages.json") -> Path:
        path = tmp_path / name
        path.write_text(json.dumps({"outages": list(outages)}), encoding="utf-8")
        return path

    return write


def test_an_outage_is_taken_in_once_and_changed_when_it_is_other(tenant: Tenant, file: Any) -> None:
    assert (counts(run(file(FIRST))[0]), run(file(FIRST))[1]) == ((1, 0, 0, 0), 0)
    assert counts(run(file(FIRST))[0]) == (0, 0, 1, 0)
    assert counts(run(file({**FIRST, "cause": "cable", "restored": "2026-11-16T10:30"}))[0]) == (0, 1, 0, 0)
    outage = Outage.objects.get()
    assert (outage.cause, outage.message, outage.streets) == ("cable", {"nb": "Vi er på vei."}, ["1489 Torget 1-9"])
    assert outage.starts_at == datetime(2026, 11, 16, 8, 30, tzinfo=UTC)
    assert outage.version == 2


def test_a_csv_file_says_the_same(tenant: Tenant, tmp_path: Path) -> None:
    path = tmp_path / "outages.csv"
    path.write_text(
        "id;kind;where;cause;starts;expected;postal_codes;streets;message\n"
        "F-17;outage;Solvika;tree;2026-11-16T09:30;;1490|1491;1489 Torget 1-9|1489 Åsen;Vi er på vei.\n"
        "P-3;planned;Granvik;renewal;2030-11-18T09:00;2030-11-18T11:00;1502;;\n",
        encoding="cp1252",
    )
    report, code = run(path)
    assert (counts(report), code) == ((2, 0, 0, 0), 0)
    cut = Outage.objects.get(external_id="F-17")
    assert (cut.postal_codes, cut.streets) == (["1490", "1491"], ["1489 Torget 1-9", "1489 Åsen"])
    assert Outage.objects.get(external_id="P-3").kind == "planned"


def test_what_is_left_out_is_left_alone(tenant: Tenant, file: Any) -> None:
    run(file(FIRST))
    short = {name: FIRST[name] for name in ("id", "kind", "where", "starts")}
    assert counts(run(file(short))[0]) == (0, 0, 1, 0)
    assert Outage.objects.get().cause == "tree"


def test_an_older_word_does_not_replace_a_newer_one(tenant: Tenant, file: Any) -> None:
    run(file({**FIRST, "changed": "2026-11-16T12:00:00Z", "cause": "cable"}))
    assert counts(run(file({**FIRST, "changed": "2026-11-16T11:00:00Z"}))[0]) == (0, 0, 0, 1)
    assert Outage.objects.get().cause == "cable"
    assert counts(run(file({**FIRST, "changed": "2026-11-16T13:00:00Z"}))[0]) == (0, 1, 0, 0)


def test_updates_are_added_to_the_timeline_once(tenant: Tenant, file: Any) -> None:
    said = [
        {"at": "2026-11-16T09:45", "text": {"nb": "Feilen er funnet.", "en": "Found."}, "expected": "2026-11-16T13:00"}
    ]
    run(file({**FIRST, "updates": said}))
    run(file({**FIRST, "updates": said}))
    assert OutageUpdate.objects.get().text == {"nb": "Feilen er funnet.", "en": "Found."}
    assert Outage.objects.get().expected_at == datetime(2026, 11, 16, 12, tzinfo=UTC)


def test_what_the_row_expects_stands_over_its_older_updates(tenant: Tenant, file: Any) -> None:
    said = [{"at": "2026-11-16T09:45", "text": "Feilen er funnet.", "expected": "2026-11-16T13:00"}]
    row = {**FIRST, "expected": "2026-11-16T15:00", "updates": said}
    assert counts(run(file(row))[0]) == (1, 0, 0, 0)
    assert Outage.objects.get().expected_at == datetime(2026, 11, 16, 14, tzinfo=UTC)
    assert counts(run(file(row))[0]) == (0, 0, 1, 0)
    later = [*said, {"at": "2026-11-16T10:45", "text": "Snart ferdig.", "expected": "2026-11-16T12:00"}]
    assert counts(run(file({**row, "updates": later}))[0]) == (0, 1, 0, 0)
    assert Outage.objects.get().expected_at == datetime(2026, 11, 16, 14, tzinfo=UTC)


def test_a_row_that_expects_nothing_has_what_was_said_last(tenant: Tenant, file: Any) -> None:
    said = [{"at": "2026-11-16T09:45", "text": "Feilen er funnet.", "expected": "2026-11-16T13:00"}]
    row = {**FIRST, "expected": None, "updates": said}
    for report in ((1, 0, 0, 0), (0, 0, 1, 0)):
        assert counts(run(file(row))[0]) == report
        assert Outage.objects.get().expected_at == datetime(2026, 11, 16, 12, tzinfo=UTC)


def test_customers_are_told_only_when_asked_for(tenant: Tenant, file: Any) -> None:
    makers.home(1, address="Torget 3")
    assert run(file(FIRST))[0]["told"] == 0
    assert run(file(FIRST), "--tell")[0]["told"] == 1
    assert run(file(FIRST), "--tell")[0]["told"] == 0
    assert Notice.objects.count() == 1


def test_a_dry_run_writes_nothing_and_reports_the_same(tenant: Tenant, file: Any) -> None:
    report, _ = run(file(FIRST), "--dry-run")
    assert (counts(report), report["dry_run"], Outage.objects.count()) == ((1, 0, 0, 0), True, 0)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"id": ""}, "id: Missing."),
    ({"kind": "storm"}, "kind: Must be one of"),
    ({"cause": "magic"}, "cause: Must be one of"),
    ({"starts": ""}, "starts: Missing."),
    ({"starts": "i går"}, "starts: 'i går' is no time"),
    ({"starts": "2026-13-40T09:00"}, "is no time"),
    ({"starts": 5}, "is no time"),
    ({"starts": "2026-03-29T02:30"}, "the clock is put forward"),
    ({"expected": "2026-11-16T09:00"}, "cannot be back before it went"),
    ({"restored": "2026-11-16T09:00"}, "cannot be back before it went"),
    ({"kind": "planned"}, "Planned work needs an end."),
    ({"streets": []}, "Say who is affected"),
    ({"streets": "1489 Torget"}, "streets: Must be a list"),
    ({"streets": ["Torget 1"]}, "is no postal code with a street"),
    ({"postal_codes": ["148"]}, "is no postal code"),
    ({"gsrns": ["12"]}, "is no metering point ID"),
    ({"streets": [], "gsrns": ["707057500012345670"]}, "Say who is affected"),
    ({"where": "x" * 121}, "where: At most 120 characters"),
    ({"where": "a\0b"}, "is no text."),
    ({"where": "a\ud800b"}, "half a character is no text."),
    ({"message": {"de": "Hallo"}}, "message: Must be a text"),
    ({"message": 7}, "message: Must be a text"),
    ({"expected": "9999-12-31T23:59:59Z"}, "expected: '9999-12-31T23:59:59Z' is not within ten years"),
    ({"restored": "0001-01-01T00:00:00"}, "restored: '0001-01-01T00:00:00' is not within ten years"),
    ({"starts": "0001-01-01T00:00:00+14:00"}, "is not within ten years"),
    ({"starts": "9999-12-31T23:59:59-14:00"}, "is not within ten years"),
    ({"cancelled": "9999-12-31T23:59:59"}, "cancelled: '9999"),
    ({"changed": "2062-01-01T00:00:00Z"}, "changed: '2062"),
    ({"updates": [{"at": "0001-01-01T00:00:00", "text": "x"}]}, "is not within ten years"),
    ({"updates": [{"at": "2026-11-16T09:45", "text": "x", "expected": "9999-12-31T23:59:59Z"}]}, "ten years"),
    ({"updates": "x"}, "updates: Must be a list"),
    ({"updates": [{"at": "2026-11-16T09:45"}]}, "Each needs at and text"),
    ({"updates": [{"at": "2026-11-16T09:00", "text": "x"}]}, "cannot be older than the outage"),
    ({"updates": [{"at": "2026-11-16T10:00", "text": "x"}] * 2}, "Two have the same time."),
    ({"colour": "red"}, "Unknown: colour."),
]


@pytest.mark.parametrize(("fields", "reason"), WRONG, ids=[reason for _, reason in WRONG])
def test_what_is_wrong_is_rejected_with_the_reason_and_the_rest_is_in(
    tenant: Tenant, file: Any, fields: dict[str, Any], reason: str
) -> None:
    good = {**FIRST, "id": "F-18", "where": "Granvik"}
    report, code = run(file({**FIRST, **fields}, good))
    assert (report["new"], code) == (1, 1)
    assert reason in report["rejected"][0]["reason"]
    assert report["rejected"][0]["line"] == 1
    assert Outage.objects.get().area_name == "Granvik"


def test_a_misprinted_metering_point_is_left_out_and_the_outage_is_in(tenant: Tenant, file: Any) -> None:
    right, wrong = gsrn.make(7), "707057500012345670"
    report, code = run(file({**FIRST, "gsrns": [wrong, right]}))
    assert (counts(report), report["rejected"], code) == ((1, 0, 0, 0), [], 1)
    assert [(each["line"], each["external_id"]) for each in report["left_out"]] == [(1, "F-17")]
    assert wrong in report["left_out"][0]["reason"]
    assert right not in report["left_out"][0]["reason"]
    assert Outage.objects.get().gsrns == [right]


def test_the_power_is_back_whatever_stands_among_the_metering_points(tenant: Tenant, file: Any) -> None:
    """Also where all that says whom it touches was taken in before numbers were checked."""
    wrong = "707057500012345670"
    makers.outage(external_id="F-17", starts_at=datetime(2026, 11, 16, 8, 30, tzinfo=UTC), streets=[], gsrns=[wrong])
    row = {**FIRST, "streets": [], "gsrns": [wrong], "restored": "2026-11-16T10:30"}
    report, _ = run(file(row))
    assert (counts(report), report["rejected"], len(report["left_out"])) == ((0, 1, 0, 0), [], 1)
    outage = Outage.objects.get()
    assert (outage.restored_at, outage.gsrns) == (datetime(2026, 11, 16, 9, 30, tzinfo=UTC), [wrong])


def test_what_is_left_out_is_said_to_who_runs_the_command(tenant: Tenant, file: Any) -> None:
    said = io.StringIO()
    with pytest.raises(SystemExit):
        path = file({**FIRST, "gsrns": ["707057500012345670"]})
        call_command("import_outages", str(path), tenant="fjord", stdout=said)
    assert "line 1, F-17: gsrns: Left out, the check digit does not fit: 707057500012345670." in said.getvalue()


def test_the_same_id_twice_in_a_file_is_rejected(tenant: Tenant, file: Any) -> None:
    report, code = run(file(FIRST, FIRST))
    assert (report["new"], code, report["rejected"][0]["line"]) == (1, 1, 2)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[1, 2",
        b'{"outages": 5}',
        b"[[[[" * 20_000,
        b"\x89PNG\r\n\x1a\n\0\0",
        b"a;b;c\n1;2;3",
        b"id;kind;where\n1;outage;x",
        b"id;kind;where;starts;id\n",
        b'id;kind;where;starts\n"F-1;outage;x;y',
        b"id;kind;where;starts\nF-1;outage\n",
    ],
)
def test_a_file_that_cannot_be_read_is_one_rejection(tenant: Tenant, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "outages"
    path.write_bytes(content)
    report, code = run(path)
    assert (len(report["rejected"]), code, Outage.objects.exists()) == (1, 1, False)


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"id,kind,where,starts\n{text}".encode()))
def test_nothing_that_a_file_holds_is_a_crash(data: bytes) -> None:
    importing.read(data, OSLO, "nb")


@settings(max_examples=80, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*importing.COLUMNS, "updates", "at"]), inner)
        ),
        max_leaves=12,
    )
)
def test_nor_is_any_json(data: Any) -> None:
    importing.read(json.dumps([data]).encode(), OSLO, "nb")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-10-25T02:30", "2026-10-25T00:30:00+00:00"),
        ("2026-10-25T02:30:00+01:00", "2026-10-25T01:30:00+00:00"),
        ("2026-03-29T03:00", "2026-03-29T01:00:00+00:00"),
        ("2026-03-29 01:59", "2026-03-29T00:59:00+00:00"),
    ],
)
def test_times_without_an_offset_are_the_companys_own(written: str, expected: str) -> None:
    reading = importing.read(json.dumps([{**FIRST, "starts": written}]).encode(), OSLO, "nb")
    assert reading.rows[0].values["starts_at"].astimezone(UTC).isoformat() == expected


def test_the_file_may_come_from_an_address(tenant: Tenant) -> None:
    with running_service(Says(body=json.dumps([FIRST]).encode())) as service:
        report, code = run(service.url)
    assert (counts(report), code) == ((1, 0, 0, 0), 0)


def test_an_address_that_does_not_answer_and_a_file_that_is_not_there_are_wrong_usage(tenant: Tenant) -> None:
    for source in ("http://127.0.0.1:9/outages.json", "/nowhere/outages.json"):
        with pytest.raises(CommandError) as error:
            run(source)
        assert error.value.returncode == 2


def test_another_companys_outage_with_the_same_id_is_another(tenant: Tenant, other_tenant: Tenant, file: Any) -> None:
    with tenant_scope(other_tenant):
        makers.outage(external_id="F-17", area_name="Theirs")
    assert counts(run(file(FIRST))[0]) == (1, 0, 0, 0)
    with tenant_scope(other_tenant):
        assert Outage.objects.get().area_name == "Theirs"
