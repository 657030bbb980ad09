"""What an hour was before it was corrected: the file says what the page does, however many days were corrected."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from metering import exporting
from metering.forms import Download
from metering.models import MeteringPoint
from metering.periods import Span
from metering.queries import installations_of
from portal.customers.models import Customer
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.metering import factories
from tests.metering.pages import page
from tests.metering.test_downloads import MONDAY, URL, table_of, text_of

pytestmark = pytest.mark.usefixtures("friday_noon")

BEFORE = 9
# What came first was registered when it came.
LATER = "2030-11-11T07:00:00+01:00"


@pytest.fixture
def home(tenant: Tenant) -> tuple[Client, Customer, MeteringPoint]:
    user, customer = core.user(language="en"), core.customer()
    core.membership(user, customer)
    point = factories.point(1)
    factories.holding(customer, point)
    return core.client_for(user, tenant=tenant), customer, point


def asked(point: MeteringPoint, step: str, last: date = MONDAY) -> dict[str, str]:
    return {"first": str(MONDAY), "last": str(last), "step": step, "format": "csv", "points": str(point.pk)}


def test_the_file_says_what_the_page_does(home: tuple[Client, Customer, MeteringPoint]) -> None:
    client, _, point = home
    factories.readings(point, MONDAY, [2000, 2000, None, *[1000] * 21], quality=[0, 0, 0, 1, *[0] * 20])
    factories.correct(point, MONDAY, [1250, 2000, 3000, *[1000] * 21], at=LATER)
    rows = table_of(client, asked(point, "hour"))
    # What was filled in is no correction.
    assert [[row[5], row[8], row[BEFORE]] for row in rows[:5]] == [
        ["1,250", "", "2,000"],
        ["2,000", "", ""],
        ["3,000", "", ""],
        ["1,000", "was estimated", ""],
        ["1,000", "", ""],
    ]
    shown = page(client, f"/grid/{point.pk}/?view=day&date={MONDAY}")
    assert [row[2] for row in shown.rows[:5]] == ["corrected, was 2.00", "", "", "was estimated", ""]
    head = text_of(client.post(URL, asked(point, "hour"))).splitlines()[0]
    assert head.split(";")[BEFORE] == "Before correction, kWh"


def test_of_quarters_whose_day_was_measured_by_the_hour_nobody_knows_what_they_were(
    home: tuple[Client, Customer, MeteringPoint],
) -> None:
    client, _, point = home
    factories.readings(point, MONDAY, [1000] * 24)
    factories.correct(point, MONDAY, [300] * 96, at=LATER, minutes=15)
    assert {row[BEFORE] for row in table_of(client, asked(point, "quarter"))} == {""}
    assert {row[BEFORE] for row in table_of(client, asked(point, "hour"))} == {"1,000"}


@pytest.mark.parametrize("step", ["day", "month"])
def test_days_and_months_have_no_such_column(home: tuple[Client, Customer, MeteringPoint], step: str) -> None:
    client, _, point = home
    factories.readings(point, MONDAY, [1000] * 24)
    factories.correct(point, MONDAY, [1250, *[1000] * 23], at=LATER)
    [row] = table_of(client, asked(point, step))
    assert len(row) == BEFORE - 1


def test_many_corrected_days_cost_no_more_queries_than_one(home: tuple[Client, Customer, MeteringPoint]) -> None:
    _, customer, point = home
    days = [MONDAY - timedelta(days=back) for back in range(9)]
    for day in days:
        factories.readings(point, day, 1000)
    [one] = installations_of(customer, date(2026, 11, 13))
    span = Span(days[-1], days[0])
    counts = []
    for corrected in (days[:1], days[1:]):
        for day in corrected:
            factories.correct(point, day, [1250, *[1000] * 23], at=f"2030-11-{day.day:02}T07:00:00+01:00")
        with CaptureQueriesContext(connection) as queries:
            rows = list(exporting.rows(Download(span, None, "hour", "csv"), [one], date(2026, 11, 13)))
        counts.append(len(queries))
        assert sum(row[BEFORE] == 1000 for row in rows) == (1 if len(counts) == 1 else 9)
    assert counts[0] == counts[1]
