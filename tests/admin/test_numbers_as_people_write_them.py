"""Staff write phones, organisation numbers and metering points as they are shown, and find them so."""

from typing import Any

import pytest
from django.test import Client

from metering.models import MeteringPoint
from portal.customers import gsrn
from portal.customers.models import Customer
from portal.tenancy.models import Tenant
from portal.ui import formatting
from tests import factories

MEMBERS = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
FIRM = {"number": "1", "kind": "business", "name": "Firm AS", "email": "", "address": "", "postal_code": "", "city": ""}
GSRN = gsrn.make(7)


def test_a_customers_numbers(tenant: Tenant, administrator: Client) -> None:
    written: dict[str, Any] = {**MEMBERS, **FIRM, "phone": "912 34 567", "org_no": "315 260 183"}
    assert administrator.post("/admin/customers/customer/add/", written).status_code == 302
    firm = Customer.objects.get(number="1")
    assert (firm.phone, firm.org_no) == ("+4791234567", "315260183")
    page = administrator.get(f"/admin/customers/customer/{firm.pk}/change/").content.decode()
    assert 'value="912\N{NO-BREAK SPACE}34\N{NO-BREAK SPACE}567"' in page
    assert 'value="315\N{NO-BREAK SPACE}260\N{NO-BREAK SPACE}183"' in page


@pytest.mark.parametrize("wrong", [{"org_no": "31526018"}, {"org_no": "315 260 184"}, {"phone": "912 34 56"}])
def test_what_is_no_number_is_refused(tenant: Tenant, administrator: Client, wrong: dict[str, str]) -> None:
    answer = administrator.post("/admin/customers/customer/add/", {**MEMBERS, **FIRM, **wrong})
    assert [*answer.context["adminform"].form.errors] == [*wrong]


def test_a_number_that_is_stored_hinders_no_other_change(tenant: Tenant, administrator: Client) -> None:
    firm = factories.customer(name="Firm AS", number="1", org_no="315260184")
    change = f"/admin/customers/customer/{firm.pk}/change/"
    written = {**MEMBERS, **FIRM, "city": "Solvika", "phone": ""}
    for another in ("315 260 185", "31526018"):
        answer = administrator.post(change, {**written, "org_no": another})
        assert [*answer.context["adminform"].form.errors] == ["org_no"]
    assert administrator.post(change, {**written, "org_no": "315 260 184"}).status_code == 302
    firm.refresh_from_db()
    assert (firm.city, firm.org_no) == ("Solvika", "315260184")


def test_a_metering_points_number(tenant: Tenant, administrator: Client) -> None:
    holdings = {"holdings-TOTAL_FORMS": "0", "holdings-INITIAL_FORMS": "0"}
    written = {**holdings, "gsrn": formatting.gsrn(GSRN)}
    assert administrator.post("/admin/metering/meteringpoint/add/", written).status_code == 302
    assert MeteringPoint.objects.get().gsrn == GSRN
    found = administrator.get("/admin/metering/meteringpoint/", {"q": formatting.gsrn(GSRN)})
    assert [point.gsrn for point in found.context["cl"].result_list] == [GSRN]


def test_a_number_is_found_as_it_is_shown(tenant: Tenant, administrator: Client) -> None:
    factories.customer(name="Found AS", org_no="315260183")
    for typed in ("315 260 183", "315\N{NO-BREAK SPACE}260\N{NO-BREAK SPACE}183", "315260183"):
        found = administrator.get("/admin/customers/customer/", {"q": typed}).context["cl"].result_list
        assert [row.name for row in found] == ["Found AS"]
