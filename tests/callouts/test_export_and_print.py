"""The history as CSV and Excel, and one call-off as a PDF."""

import csv
import io
import re
import zlib
from contextlib import suppress

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from portal.customers.models import Role
from portal.customers.queries import today
from portal.documents.jobs import exporter_of
from portal.exports.models import ExportJob
from tests import factories
from tests.callouts import makers
from tests.callouts.conftest import Desk


def rows(desk: Desk, query: str = "") -> list[dict[str, str]]:
    answer = desk.client.get(f"/callouts/history/export/csv/?{query}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    text = b"".join(answer).decode("utf-8-sig")  # type: ignore[call-overload]  # a streamed answer
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_each_line_is_a_row_as_people_write_it(desk: Desk) -> None:
    makers.submitted(desk.customer, desk.user, quantity="1600.5", note="Ring ved ankomst")
    [row] = rows(desk)
    assert row["Avrop"] == "A-20001"
    assert (row["Mengde"], row["Enhet"], row["EAL-kode"]) == ("1600,5", "kg", "13 02 05*")
    assert (row["Deklarasjon"], row["Informasjon"]) == ("123.456.789", "Ring ved ankomst")


def test_the_file_is_named_in_the_readers_language(desk: Desk) -> None:
    desk.client.cookies["language"] = "en"
    answer = desk.client.get("/callouts/history/export/csv/")
    answer.close()
    assert answer.headers["Content-Disposition"] == f'attachment; filename="call-offs-{today()}.csv"'


def test_a_formula_in_what_people_type_stays_text(desk: Desk) -> None:
    makers.submitted(desk.customer, desk.user, invoice_reference="=HYPERLINK(1)")
    assert rows(desk)[0]["Referanse på fakturaen"] == "'=HYPERLINK(1)"


def test_the_filters_of_the_list_hold(desk: Desk) -> None:
    makers.submitted(desk.customer, desk.user)
    makers.submitted(desk.customer, desk.user, invoice_reference="PO 1")
    makers.draft(desk.customer, desk.user)
    assert [row["Referanse på fakturaen"] for row in rows(desk, "q=po+1")] == ["PO 1"]
    assert len(rows(desk)) == 2


def test_nobody_elses_are_in_it(desk: Desk) -> None:
    person, customer = factories.member(Role.OWNER)
    makers.producer(customer)
    makers.submitted(customer, person)
    assert rows(desk) == []


def test_excel_holds_the_same(desk: Desk) -> None:
    makers.submitted(desk.customer, desk.user)
    content = b"".join(desk.client.get("/callouts/history/export/xlsx/"))  # type: ignore[call-overload]
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert next(cell.value for cell in sheet[2]) == "A-20001"


def test_many_are_left_to_a_worker_who_makes_the_same(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callouts.views.history.MOST_AT_ONCE", 1)
    for reference in ("PO 1", "PO 2", "AO 3"):
        makers.submitted(desk.customer, desk.user, invoice_reference=reference)
    person, stranger = factories.member(Role.OWNER)
    makers.producer(stranger)
    makers.submitted(stranger, person, invoice_reference="PO 4")
    # A link marked as a download would save the page that asks.
    assert 'export/csv/?q=po">' in desk.client.get("/callouts/history/?q=po").content.decode()
    page = desk.client.get("/callouts/history/export/csv/?q=po")
    assert (page.status_code, ExportJob.objects.count()) == (200, 0)
    answer = desk.client.post("/callouts/history/export/csv/?q=po")
    job = ExportJob.objects.get()
    assert answer.headers["Location"] == reverse("exports:job", args=[job.key])
    assert job.customer == desk.customer
    columns, found = exporter_of(job.exporter)(job.params, lambda done, total: None)
    place = [str(column.heading) for column in columns].index("Referanse på fakturaen")
    assert sorted(str(row[place]) for row in found) == ["PO 1", "PO 2"]


@pytest.mark.parametrize("name", ["pdf", "exe", "csv2"])
def test_there_is_no_other_format(desk: Desk, name: str) -> None:
    assert desk.client.get(f"/callouts/history/export/{name}/").status_code == 404


def unpacked(content: bytes) -> bytes:
    """Return what the document's packed streams hold."""
    streams = re.findall(rb"stream\n(.*?)\nendstream", content, re.DOTALL)
    found = [content]
    for stream in streams:
        with suppress(zlib.error):
            found.append(zlib.decompress(stream))
    return b"\n".join(found)


def test_a_call_off_is_printed_as_a_tagged_pdf(desk: Desk) -> None:
    sent = makers.submitted(desk.customer, desk.user)
    answer = desk.client.get(f"/callouts/history/A-{sent.number}/pdf/")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert f"{sent.shown_number}.pdf" in answer.headers["Content-Disposition"]
    assert answer.content.startswith(b"%PDF-1.7")
    assert b"pdfuaid:part" in unpacked(answer.content)
    person, _ = factories.member(Role.OWNER)
    assert factories.client_for(person, tenant=desk.tenant).get(answer.wsgi_request.path).status_code == 404
