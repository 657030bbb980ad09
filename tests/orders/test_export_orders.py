"""`export_orders`: whole orders since a moment, in windows that neither overlap nor leave anything out."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from orders.actions import set_status
from orders.models import Location, Status
from portal.customers.models import Customer
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from portal.tenancy.windows import settled_until
from tests.orders import makers
from tests.orders.makers import MONDAY, NOW

HOUR = timedelta(hours=1)


def run(tenant: Tenant, since: str, *options: str) -> tuple[str, str]:
    """Return what is written, and where the next export begins."""
    out, told = io.StringIO(), io.StringIO()
    call_command("export_orders", "--tenant", tenant.slug, "--since", since, *options, stdout=out, stderr=told)
    return out.getvalue(), told.getvalue().strip().removeprefix("Next: --since ")


def orders(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_each_change_comes_once_when_the_cursor_is_followed(tenant: Tenant) -> None:
    site = makers.site()
    first = makers.sent(site)
    with time_machine.travel(NOW + HOUR, tick=False):
        written, cursor = run(tenant, "2026-11-12")
        assert [order["number"] for order in orders(written)] == [first.number]
        assert orders(written)[0]["jobs"][0]["status"] == "received"
        assert run(tenant, cursor) == ("", cursor)
        second = makers.sent(site, wanted_on=MONDAY)
    with time_machine.travel(NOW + 2 * HOUR, tick=False):
        set_status(job=first.lines.get(), status=Status.DONE, by=None)
    with time_machine.travel(NOW + 3 * HOUR, tick=False):
        written, _cursor = run(tenant, cursor)
        assert [order["number"] for order in orders(written)] == [first.number, second.number]
        assert orders(written)[0]["jobs"][0]["status"] == "done"


def test_as_csv_a_job_is_a_row_and_no_formula(tenant: Tenant) -> None:
    site = makers.site()
    Customer.objects.filter(pk=site.customer.pk).update(name="=1+1 AS")
    Location.objects.filter(pk=site.location.pk).update(address="@Skoleveien 8")
    order = makers.sent(site, driver_note='=HYPERLINK("x")\r=1+1', contact_phone="+4791234567")
    with time_machine.travel(NOW + HOUR, tick=False):
        written, _cursor = run(tenant, "2026-11-12T00:00:00+01:00", "--format", "csv")
    [row] = csv.DictReader(io.StringIO(written))
    assert (row["number"], row["customer_number"], row["position"]) == (str(order.number), site.customer.number, "1")
    assert row["driver_note"] == '\'=HYPERLINK("x")\n=1+1'
    assert "\r" not in written
    assert '"=1' not in written
    assert row["customer_name"] == "'=1+1 AS"
    assert row["address"].startswith("'@Skoleveien 8")
    assert row["contact_phone"] == "+4791234567"


def test_other_companies_orders_are_not_in_it(tenant: Tenant, other_tenant: Tenant) -> None:
    with tenant_scope(other_tenant):
        makers.sent(makers.site())
    with time_machine.travel(NOW + HOUR, tick=False):
        assert run(tenant, "2026-11-01")[0] == ""


def test_a_moment_that_is_none_is_wrong_usage(tenant: Tenant) -> None:
    with pytest.raises(CommandError) as stop:
        run(tenant, "last Tuesday")
    assert stop.value.returncode == 2


@pytest.fixture
def another_connection(committed_tenant: Tenant, django_db_blocker: DjangoDbBlocker) -> Iterator[Any]:
    other = connection.copy()
    yield other
    other.close()


def test_a_window_ends_before_what_is_being_written(another_connection: Any) -> None:
    """A row that is written and not yet committed belongs to the next window."""
    with time_machine.travel(NOW + timedelta(days=3650), tick=False):
        now = settled_until()
        another_connection.set_autocommit(False)
        with another_connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id(), now()")
            began = cursor.fetchone()[1]
        assert settled_until() <= began < now
        another_connection.rollback()
