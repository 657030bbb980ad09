"""Large files are read and stored part by part: neither their length nor the PDFs in them fill the memory."""

import base64
import io
import json

import pytest

from billing.actions.invoicing import importing
from billing.actions.invoicing.importing import import_invoices
from billing.actions.invoicing.storing import Outcome
from billing.models import Invoice
from portal.customers.models import Customer
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.billing.invoices import makers


class Watched(io.BytesIO):
    """A file that notes how many invoices were stored when each of its lines was read."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.stored: list[int] = []

    def readline(self, size: int | None = -1, /) -> bytes:
        self.stored.append(Invoice.objects.count())
        return super().readline(size)


@pytest.fixture
def customer(tenant: Tenant) -> Customer:
    return core.customer(number="20417")


def test_what_is_read_is_stored_before_the_rest_is_read(customer: Customer) -> None:
    lines = [json.dumps(makers.said(customer, str(number))) for number in range(1, 1203)]
    file = Watched("\n".join(lines).encode())
    report = import_invoices(file=file, name="f.jsonl", by=None, tells=False)
    assert report.counts == {Outcome.NEW: 1202}
    assert (file.stored[499], file.stored[500], file.stored[1000]) == (0, 500, 1000)


def test_large_pdfs_make_smaller_parts(customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "LARGEST_CHUNK", 2 * len(makers.PDF))
    encoded = base64.b64encode(makers.PDF).decode()
    lines = [json.dumps(makers.said(customer, str(number), pdf_base64=encoded)) for number in range(1, 6)]
    file = Watched("\n".join(lines).encode())
    report = import_invoices(file=file, name="f.jsonl", by=None, tells=False)
    assert report.counts == {Outcome.NEW: 5}
    assert file.stored[:5] == [0, 0, 2, 2, 4]


def test_a_line_without_an_end_is_not_read_to_its_end(customer: Customer) -> None:
    good = json.dumps(makers.said(customer)).encode()
    report = import_invoices(
        file=io.BytesIO(good + b"\n" + b"x" * (17 * 1024 * 1024)), name="f.jsonl", by=None, tells=False
    )
    assert (report.as_json()["accepted"], makers.codes(report)) == (1, ["line"])
