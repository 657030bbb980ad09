"""Inspection reports: taken in by command, read, answered, closed; nobody else's."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from forms_catalog.models import Deviation, DeviationPicture, InspectionReport
from portal.accounts.models import User
from portal.customers.models import Customer, Role
from portal.files.models import FileSettings, StoredFile
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories as core
from tests.forms_catalog.makers import photo

LIST = "/contact/inspections/"
GSRN = "707057500000000018"
Who = tuple[Client, User, Customer]


@pytest.fixture
def who(tenant: Tenant) -> Who:
    user, customer = core.user(language="en"), core.customer()
    core.membership(user, customer, Role.OWNER)
    return core.client_for(user, tenant=tenant), user, customer


def entry(customer: Customer, /, **changes: Any) -> dict[str, Any]:
    deviations = [
        {"no": 1, "title": "Loose socket", "text": "In the hall.", "deadline": "2099-03-01"},
        {"no": 2, "title": "Burnt fuse box", "severity": "dangerous", "deadline": "2001-01-01"},
    ]
    fields = {"id": "T-1", "customer": customer.number, "gsrn": GSRN, "address": "Torget 3", "inspected": "2026-10-01"}
    return {**fields, "inspector": "Kari", "summary": "Two things.", "deviations": deviations, **changes}


def take_in(folder: Path, reports: object, *options: str, tenant: str = "fjord") -> tuple[int, dict[str, Any]]:
    """Run the command; return its exit code and what it said."""
    path, out = folder / "reports.json", StringIO()
    path.write_text(reports if isinstance(reports, str) else json.dumps(reports))
    code = 0
    try:
        call_command("import_inspection_reports", str(path), "--tenant", tenant, "--json", *options, stdout=out)
    except SystemExit as stop:
        code = int(stop.code or 0)
    return code, json.loads(out.getvalue())


@pytest.fixture
def report(who: Who, tmp_path: Path) -> InspectionReport:
    assert take_in(tmp_path, [entry(who[2])])[0] == 0
    return InspectionReport.objects.get()


def test_a_report_is_taken_in_once_and_changed_by_a_later_file(who: Who, tmp_path: Path) -> None:
    customer = who[2]
    code, said = take_in(tmp_path, {"reports": [entry(customer)]}, "--tell")
    assert (code, said["new"], said["rejected"]) == (0, 1, [])
    assert Message.objects.count() == 1
    assert take_in(tmp_path, [entry(customer)], "--tell")[1]["unchanged"] == 1
    Deviation.objects.filter(number=1).update(state=Deviation.State.REPORTED, answer="Done.")
    later = entry(customer, summary="One thing.", deviations=[{"no": 2, "title": "Burnt fuse box", "closed": True}])
    assert take_in(tmp_path, [later], "--tell")[1]["changed"] == 1
    assert list(Deviation.objects.values_list("number", "state")) == [(1, "reported"), (2, "closed")]
    assert Message.objects.count() == 1


def test_a_dry_run_keeps_nothing(who: Who, tmp_path: Path) -> None:
    assert take_in(tmp_path, [entry(who[2])], "--dry-run")[1]["new"] == 1
    assert not InspectionReport.objects.exists()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": ""}, "id: Missing"),
        ({"customer": "no such"}, "There is no customer"),
        ({"inspected": "yesterday"}, "is no day"),
        ({"inspected": None}, "inspected: Missing"),
        ({"gsrn": "123"}, "no metering point ID"),
        ({"colour": "red"}, "Unknown: colour"),
        ({"pdf": "../../etc/passwd"}, "There is no file"),
        ({"pdf": "reports.json"}, "is no PDF"),
        ({"deviations": {"no": 1}}, "Must be a list"),
        ({"deviations": [{"no": 1, "title": "a"}, {"no": 1, "title": "b"}]}, "the same no"),
        ({"deviations": [{"no": 0, "title": "a"}]}, "whole number"),
        ({"deviations": [{"no": 1}]}, "title: Missing"),
        ({"deviations": [{"no": 1, "title": "a", "severity": "bad"}]}, "severity"),
        ({"deviations": [{"no": 1, "title": "a", "closed": "yes"}]}, "closed"),
    ],
)
def test_what_is_wrong_is_rejected_and_the_rest_taken_in(
    who: Who, tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    code, said = take_in(tmp_path, [entry(who[2], **changes), entry(who[2], id="T-2")])
    assert (code, said["new"]) == (1, 1)
    assert reason in said["rejected"][0]["reason"]


@pytest.mark.parametrize("text", ["", "{", "7", '{"reports": 1}', "[1]"])
def test_a_file_that_is_none_is_one_rejection(who: Who, tmp_path: Path, text: str) -> None:
    code, said = take_in(tmp_path, text)
    assert (code, len(said["rejected"])) == (1, 1)


def test_a_report_does_not_change_hands(report: InspectionReport, tmp_path: Path) -> None:
    code, said = take_in(tmp_path, [entry(core.customer())])
    assert code == 1
    assert "another customer" in said["rejected"][0]["reason"]


def test_the_customer_reads_it_and_reports_it_mended(who: Who, report: InspectionReport) -> None:
    client, user, _ = who
    page = client.get(LIST).content.decode()
    assert "Torget 3" in page
    assert "2 deviations to mend" in page
    page = client.get(f"{LIST}{report.pk}/").content.decode()
    for words in ("Loose socket", "In the hall.", "The deadline has passed", "Kari"):
        assert words in page
    deviation = report.deviations.get(number=1)
    answer = client.post(f"{LIST}deviations/{deviation.pk}/", {"text": "Changed by Ola.", "pictures": [photo()]})
    assert answer.headers["Location"] == f"{LIST}{report.pk}/"
    deviation.refresh_from_db()
    assert (deviation.state, deviation.answer, deviation.answered_by) == ("reported", "Changed by Ola.", user)
    client.post(f"{LIST}deviations/{deviation.pk}/", {"text": "Again."})
    deviation.refresh_from_db()
    assert deviation.answer == "Changed by Ola."
    assert DeviationPicture.objects.count() == 1
    assert "1 deviation to mend" in client.get(LIST).content.decode()


@pytest.mark.parametrize(
    "fields",
    [
        {"text": ""},
        {"text": "x" * 4001},
        {"text": "x", "pictures": [photo() for _ in range(4)]},
        {"text": "x", "pictures": [SimpleUploadedFile("a.jpg", b"%PDF-1.7 no picture")]},
    ],
)
def test_what_cannot_be_taken_is_said(who: Who, report: InspectionReport, fields: dict[str, Any]) -> None:
    deviation = report.deviations.get(number=1)
    for file in fields.get("pictures", []):
        file.seek(0)
    assert who[0].post(f"{LIST}deviations/{deviation.pk}/", fields).status_code == 422
    deviation.refresh_from_db()
    assert deviation.is_open


def test_staff_close_it_or_send_it_back(who: Who, report: InspectionReport, tenant: Tenant) -> None:
    client, user, _ = who
    deviation = report.deviations.get(number=1)
    client.post(f"{LIST}deviations/{deviation.pk}/", {"text": "Changed by Ola."})
    desk = core.client_for(core.staff(language="en"), tenant=tenant)
    assert "Deviations reported mended" in desk.get("/admin/").content.decode()
    url = f"/admin/forms_catalog/deviation/{deviation.pk}/change/"
    assert "Changed by Ola." in desk.get(url).content.decode()
    assert "Say what is still missing." in desk.post(url, {"decision": "send_back"}).content.decode()
    assert "Decide whether it is mended." in desk.post(url, {"note": "Hm."}).content.decode()
    desk.post(url, {"decision": "send_back", "note": "Who is Ola?"})
    assert "Who is Ola?" in client.get(f"{LIST}{report.pk}/").content.decode()
    client.post(f"{LIST}deviations/{deviation.pk}/", {"text": "An electrician."})
    desk.post(url, {"decision": "close"})
    deviation.refresh_from_db()
    assert deviation.state == "closed"
    told = list(Message.objects.filter(event="inspections.decided").order_by("pk"))
    assert [message.recipient for message in told] == [user.email, user.email]
    assert "Who is Ola?" in told[0].body


def test_it_comes_on_paper(who: Who, report: InspectionReport) -> None:
    answer = who[0].get(f"{LIST}{report.pk}/report.pdf")
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")


def test_or_as_the_inspectors_have_written_it(who: Who, tmp_path: Path) -> None:
    (tmp_path / "t-9.pdf").write_bytes(b"%PDF-1.7 theirs")
    take_in(tmp_path, [entry(who[2], id="T-9", pdf="t-9.pdf")])
    report = InspectionReport.objects.get()
    answer = who[0].get(f"{LIST}{report.pk}/report.pdf")
    assert b"".join(answer) == b"%PDF-1.7 theirs"
    assert "attachment" in answer["Content-Disposition"]
    answer.close()


def test_a_corrected_document_takes_the_place_of_the_first(who: Who, tmp_path: Path) -> None:
    file = tmp_path / "t-9.pdf"
    reports = [entry(who[2], id="T-9", pdf="t-9.pdf")]
    first, corrected = b"%PDF-1.7 first", b"%PDF-1.7 new"
    for content, expected in [(first, "new"), (first, "unchanged"), (corrected, "changed")]:
        file.write_bytes(content)
        assert take_in(tmp_path, reports)[1][expected] == 1
    answer = who[0].get(f"{LIST}{InspectionReport.objects.get().pk}/report.pdf")
    assert b"".join(answer) == corrected
    assert StoredFile.objects.count() == 1
    answer.close()


def test_a_document_from_outside_waits_for_the_scan(who: Who, tmp_path: Path) -> None:
    FileSettings.objects.create(wait_without_scanner=True)
    (tmp_path / "t-9.pdf").write_bytes(b"%PDF-1.7 theirs")
    take_in(tmp_path, [entry(who[2], id="T-9", pdf="t-9.pdf")])
    assert who[0].get(f"{LIST}{InspectionReport.objects.get().pk}/report.pdf").status_code == 409


def test_reports_and_pictures_are_the_customers_own(who: Who, report: InspectionReport, tenant: Tenant) -> None:
    client, _, customer = who
    deviation = report.deviations.get(number=1)
    client.post(f"{LIST}deviations/{deviation.pk}/", {"text": "Done.", "pictures": [photo()]})
    open_one = report.deviations.get(number=2)
    stranger, _ = core.member()
    theirs = core.client_for(stranger, tenant=tenant)
    picture = DeviationPicture.objects.get()
    for path in (f"{report.pk}/", f"{report.pk}/report.pdf", f"deviations/{open_one.pk}/", f"pictures/{picture.pk}/"):
        assert theirs.get(f"{LIST}{path}").status_code == 404
    assert theirs.post(f"{LIST}deviations/{open_one.pk}/", {"text": "mine"}).status_code == 404
    assert "Torget 3" not in theirs.get(LIST).content.decode()
    reader = core.user()
    core.membership(reader, customer, Role.READER)
    assert core.client_for(reader, tenant=tenant).get(f"{LIST}deviations/{open_one.pk}/").status_code == 403


def test_another_tenant_has_none_of_them(report: InspectionReport, other_tenant: Tenant) -> None:
    with tenant_scope(other_tenant):
        assert not InspectionReport.objects.exists()
        person, _ = core.member()
        assert core.client_for(person, tenant=other_tenant).get(f"{LIST}{report.pk}/").status_code == 404


def test_customer_service_leads_there(who: Who) -> None:
    page = who[0].get("/customer-service/").content.decode()
    assert f'href="{LIST}"' in page
