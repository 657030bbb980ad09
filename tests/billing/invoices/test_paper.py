"""The invoice on paper: everything that is needed to pay it, on as many pages as it takes."""

from datetime import date

import pytest
from django.core.files.storage import default_storage

from billing.actions.invoicing.rendering import render
from billing.models import Invoice, InvoiceSettings
from portal.customers.models import Customer
from portal.files.models import StoredFile
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.billing import factories as billing
from tests.billing.invoices import makers
from tests.billing.invoices.paper import facts_of, pages_of, place_of, text_of
from tests.metering import factories as meters

pytestmark = pytest.mark.usefixtures("friday_noon")


@pytest.fixture
def customer(tenant: Tenant) -> Customer:
    InvoiceSettings.objects.create(
        account=makers.ACCOUNT, org_no="315000009", address="Kaia 1", postal_code="3970", city="Eidnes"
    )
    return core.customer(
        number="20417", name="Bratland Entreprenør AS", address="Industriveien 4", postal_code="3970", city="Eidnes"
    )


def drawn(invoice: Invoice) -> StoredFile:
    stored = render(invoice.pk)
    assert stored
    return stored


def content_of(stored: StoredFile) -> bytes:
    with default_storage.open(stored.location) as file:
        return bytes(file.read())


def test_an_invoice_has_all_that_is_needed_to_pay_it(customer: Customer) -> None:
    point = billing.point(address="Industriveien 4", meter_number="69706314")
    meters.holding(customer, point)
    billing.readings(point, date(2026, 10, 1), date(2026, 10, 31))
    stored = drawn(makers.invoice(customer, metering_point=point.gsrn, subject="Nettleie", reference="PO-77"))
    text = text_of(stored)
    for wanted in (
        "Bratland Entreprenør AS", "Industriveien 4", "3970 Eidnes", "Org.nr. 315 000 009 MVA", "1001", "PO-77",
        "2. nov. 2026", "23. nov. 2026", "1234 56 78911", "250,00 kr", "Mva. 25 % av 200,00 kr", "50,00 kr",
        "6970 6314", "Betalingsinformasjon", "KID", "kWh per døgn",
    ):  # fmt: skip
        assert wanted in text, wanted
    content = content_of(stored)
    assert pages_of(content) == 1
    # As PDF/UA asks.
    facts = facts_of(content)
    assert (facts["Tagged"], facts["Title"]) == ("yes", "Faktura oktober 2026 – 1001")


def test_sixty_lines_go_over_pages_with_the_heading_on_each(customer: Customer) -> None:
    stored = drawn(makers.invoice(customer, **makers.many_lines(60)))
    content, text = content_of(stored), text_of(stored)
    assert 2 <= pages_of(content) <= 3
    pages = text.split("\f")
    assert all("Beskrivelse" in page for page in pages[:2])
    assert [number for number in range(1, 61) if f"Vare nummer {number} " not in text] == []
    last = pages[pages_of(content) - 1]
    assert "Betalingsinformasjon" in last
    assert f"Side 2 av {pages_of(content)}" in text


def test_a_credit_note_of_one_line_asks_for_nothing(customer: Customer) -> None:
    makers.invoice(customer)
    stored = drawn(makers.invoice(customer, "2001", kind="credit_note", corrects="1001", due=None, kid=""))
    text = text_of(stored)
    assert pages_of(content_of(stored)) == 1
    assert "Denne kreditnotaen krediterer faktura 1001." in text
    assert "Betalingsinformasjon" not in text
    assert stored.name == "kreditnota-2001.pdf"


def test_the_address_stands_where_windows_of_envelopes_show_it(customer: Customer) -> None:
    name = "Ingrid Solbakken og Per Kristian Bjørnstad-Halvorsen Fjelltun"
    Customer.objects.filter(pk=customer.pk).update(name=name, postal_code="1489")
    content = content_of(drawn(makers.invoice(customer, subject="Nettleie")))
    for word in ("Ingrid", "Fjelltun", "Industriveien", "1489"):
        left, top, right, bottom = place_of(content, word)
        assert left >= 23.9, word
        assert right <= 110, word
        assert top >= 55, word
        assert bottom <= 85, word


@pytest.mark.parametrize("count", [23, 24, 25])
def test_the_sums_are_not_torn_apart_between_pages(customer: Customer, count: int) -> None:
    pages = text_of(drawn(makers.invoice(customer, **makers.many_lines(count)))).split("\f")
    sums = [page for page in pages if "Å betale" in page]
    assert len(sums) == 1
    assert "Sum uten mva." in sums[0]
    assert f"Vare nummer {count} " in sums[0]
