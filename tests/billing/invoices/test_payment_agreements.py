"""Who gets e-invoices and who pays by direct debit, from a CSV file of the billing system."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from django.test import Client

from billing.models import PaymentAgreement
from portal.audit.models import Entry
from portal.customers.models import Customer
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories as core
from tests.billing.invoices import makers
from tests.commands.conftest import Done, command

__all__ = ["command"]
HEAD = "customer;e_invoice;direct_debit"
Import = Callable[..., Done]


@pytest.fixture
def customer(tenant: Tenant) -> Customer:
    return core.customer(number="20417")


@pytest.fixture
def imported(command: Callable[..., Done], customer: Customer, tmp_path: Path) -> Import:
    def run(*lines: str, head: str = HEAD, options: tuple[str, ...] = ()) -> Done:
        file = tmp_path / "agreements.csv"
        file.write_text("\n".join([head, *lines]))
        return command("import_payment_agreements", "--tenant", "fjord", str(file), *options)

    return run


def known(customer: Customer) -> tuple[bool | None, bool | None]:
    return PaymentAgreement.objects.values_list("e_invoice", "direct_debit").get(customer=customer)


def test_agreements_are_new_changed_and_unchanged(imported: Import, customer: Customer) -> None:
    done = imported("20417;yes;no")
    assert (done.code, known(customer)) == (0, (True, False))
    assert "1 new, 0 changed, 0 unchanged, 0 rejected." in done.out
    assert "0 new, 0 changed, 1 unchanged" in imported("20417;ja;nei").out
    assert "0 new, 1 changed, 0 unchanged" in imported("20417;yes;yes").out
    assert known(customer) == (True, True)
    assert Entry.objects.filter(verb="billing.payment_agreements_imported").count() == 3


def test_a_column_that_is_left_out_is_left_alone_and_an_empty_cell_is_not_known(
    imported: Import, customer: Customer
) -> None:
    imported("20417;yes;yes")
    imported("20417,no", head="customer,direct_debit")
    assert known(customer) == (True, False)
    imported("20417;;yes")
    assert known(customer) == (None, True)


def test_what_is_confirmed_is_known_as_of_then(imported: Import, customer: Customer) -> None:
    with time_machine.travel("2026-10-01 12:00:00+02:00", tick=False):
        imported("20417;yes;yes")
    with time_machine.travel("2026-11-13 12:00:00+01:00", tick=False):
        imported("20417;yes;yes")
    assert PaymentAgreement.objects.get().updated_at.isoformat() == "2026-11-13T11:00:00+00:00"


@pytest.mark.parametrize("line", ["9999;yes;no", "20417;perhaps;no", ";yes;no", "20417;yes", "20417;yes;no;more"])
def test_a_wrong_line_is_told_and_the_others_taken_in(imported: Import, line: str) -> None:
    other = core.customer(number="20418")
    done = imported(line, "20418;yes;no", options=("--json",))
    assert done.code == 1
    assert [one["line"] for one in json.loads(done.out)["rejected"]] == [2]
    assert list(PaymentAgreement.objects.values_list("customer", flat=True)) == [other.pk]


def test_a_customer_twice_or_an_unknown_column_is_told(imported: Import) -> None:
    assert imported("20417;yes;no", "20417;no;no").code == 1
    assert imported("20417;yes", head="customer;surprise").code == 1


def test_a_dry_run_changes_nothing(imported: Import) -> None:
    assert "1 new" in imported("20417;yes;no", options=("--dry-run",)).out
    assert not PaymentAgreement.objects.exists()


def test_another_tenants_customer_of_the_number_is_another(
    imported: Import, customer: Customer, other_tenant: Tenant
) -> None:
    with tenant_scope(other_tenant):
        core.customer(number="77")
    assert imported("77;yes;yes").code == 1
    with tenant_scope(other_tenant):
        assert not PaymentAgreement.objects.exists()


def test_thousands_are_taken_in_by_parts(
    imported: Import, django_assert_max_num_queries: Callable[..., object]
) -> None:
    Customer.objects.bulk_create(
        Customer(number=f"M{number}", kind="private", name="En av mange") for number in range(2500)
    )
    with django_assert_max_num_queries(40):  # type: ignore[attr-defined]
        done = imported(*(f"M{number};yes;no" for number in range(2500)))
    assert "2500 new" in done.out


def test_the_page_says_what_is_known(
    imported: Import, customer: Customer, tenant: Tenant, client_for: Callable[..., Client]
) -> None:
    user = core.user(language="en")
    core.membership(user, customer)
    makers.invoice(customer)
    imported("20417;yes;no")
    page = client_for(user, tenant=tenant).get("/invoices/").content.decode()
    assert "<span>E-invoice</span><strong>Yes</strong>" in page
    assert "<span>Direct debit</span><strong>No</strong>" in page
