"""The overview as CSV and Excel: all that the filters show, on all pages."""

import csv
import io
from typing import Any

import pytest
from openpyxl import load_workbook

from orders.jobs import JobType
from orders.models import Status
from portal.customers.models import Role
from portal.tenancy.models import Tenant
from tests import factories
from tests.orders import makers
from tests.orders.makers import FRIDAY, NOW

HEADINGS = [
    "Ordredato", "Ordrenummer", "Tjeneste", "Antall enheter", "Utstyrstype", "Enhet", "Avfallstype", "Adresse",
    "Utføres", "Status", "Årsak", "Ordrereferanse", "Bestilt av",
]  # fmt: skip


def download(site: makers.Site, tenant: Tenant, kind: str, **query: str) -> bytes:
    client = factories.client_for(site.person, tenant=tenant)
    answer: Any = client.get(f"/orders/overview/export.{kind}", query)
    assert answer.status_code == 200
    assert f".{kind}" in answer["Content-Disposition"]
    content = b"".join(answer)
    answer.close()
    return content


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_csv_has_every_job_of_every_page(tenant: Tenant) -> None:
    site = makers.site(Role.READER)
    job = makers.past_order(
        site, FRIDAY, invoice_reference="4417 Øst", status=Status.ATTEMPTED, status_reason="Porten var låst."
    )
    for _ in range(30):
        makers.past_order(site, NOW.date(), job_type=JobType.DELIVERY, quantity=2)
    heading, first, *rest = rows(download(site, tenant, "csv"))
    assert heading == HEADINGS
    assert first[1:] == [
        str(job.order.number), "Tøm", "1", "Åpen container 22\xa0m³", site.unit.number, "Restavfall", job.address,
        "2026-11-13", "Ikke utført", "Porten var låst.", "4417 Øst", site.person.name,
    ]  # fmt: skip
    assert len(rest) == 30


def test_excel_has_numbers_and_days(tenant: Tenant) -> None:
    site = makers.site()
    job = makers.past_order(site, FRIDAY)
    sheet: Any = load_workbook(io.BytesIO(download(site, tenant, "xlsx"))).active
    heading, row = sheet.iter_rows(values_only=True)
    assert list(heading) == HEADINGS
    assert (row[1], row[8].date()) == (job.order.number, FRIDAY)


def test_the_filters_hold_for_the_file_too(tenant: Tenant) -> None:
    site, theirs = makers.site(), makers.site()
    wanted = makers.past_order(site, FRIDAY, invoice_reference="PO 7")
    makers.past_order(site, FRIDAY, invoice_reference="PO 8")
    makers.past_order(theirs, FRIDAY, invoice_reference="PO 7")
    assert [row[1] for row in rows(download(site, tenant, "csv", q="po 7"))[1:]] == [str(wanted.order.number)]


def test_what_looks_like_a_formula_is_none(tenant: Tenant) -> None:
    site = makers.site()
    makers.past_order(site, FRIDAY, invoice_reference="=1+1")
    assert rows(download(site, tenant, "csv"))[1][11] == "'=1+1"


@pytest.mark.parametrize("kind", ["pdf", "exe"])
def test_other_kinds_do_not_exist(tenant: Tenant, kind: str) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    assert client.get(f"/orders/overview/export.{kind}").status_code == 404


def test_a_period_that_makes_no_sense_leads_back_to_the_page_that_says_so(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    answer = client.get("/orders/overview/export.csv", {"first": "tomorrow"}, follow=True)
    assert answer.status_code == 422
    assert "Skriv en dato" in answer.content.decode()
