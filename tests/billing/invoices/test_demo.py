"""The made-up invoices: more than a year of them, in every state, and each right."""

from datetime import date
from random import Random

import pytest

from billing import demo as billing_demo
from billing import invoice_demo
from billing.models import Invoice
from billing.rules.invoicing import kid
from billing.rules.invoicing.standing import Status
from metering import demo as metering_demo
from portal.tenancy.models import Tenant
from tests import factories as core

pytestmark = pytest.mark.usefixtures("saturday_morning")
# A year whose taxes and thresholds are all known.
TODAY = date(2026, 11, 20)


@pytest.fixture
def built(tenant: Tenant) -> Tenant:
    for number, kind in ((1, "private"), (2, "housing_cooperative"), (3, "business")):
        core.customer(number=f"50{number}", kind=kind, address=f"Veien {number}")
    metering_demo.build(tenant, rng=Random(7), today=TODAY)
    billing_demo.build(tenant, rng=Random(7), today=TODAY)
    invoice_demo.build(tenant, rng=Random(7), today=TODAY)
    return tenant


def test_there_is_more_than_a_year_of_grid_and_waste_in_many_states(built: Tenant) -> None:
    invoices = list(Invoice.objects.all())
    assert all(kid.is_valid(one.kid) for one in invoices if not one.is_credit_note)
    assert len({one.month for one in invoices if one.gsrn}) >= 12
    assert len({one.month for one in invoices if not one.gsrn}) >= 12
    found = {one.standing.status_on(TODAY) for one in invoices}
    assert found >= {Status.PAID, Status.OVERDUE, Status.COLLECTION, Status.CREDITED, Status.CREDIT_NOTE}
    assert not Invoice.objects.filter(announced_at=None).exists()
