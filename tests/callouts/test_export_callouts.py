"""`export_callouts`: whole call-offs since a moment, in windows that neither overlap nor leave anything out."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from callouts import actions
from callouts.rules import status
from portal.customers.models import Role
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories
from tests.callouts import makers
from tests.callouts.conftest import Desk
from tests.callouts.test_revisions import revise

NOW, HOUR = datetime(2026, 11, 12, 8, 0, tzinfo=UTC), timedelta(hours=1)


def run(tenant: Tenant, since: str, *options: str) -> tuple[str, str]:
    """Return what is written, and where the next export begins."""
    out, told = io.StringIO(), io.StringIO()
    call_command("export_callouts", "--tenant", tenant.slug, "--since", since, *options, stdout=out, stderr=told)
    return out.getvalue(), told.getvalue().strip().removeprefix("Next: --since ")


def call_offs(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_each_change_comes_once_when_the_cursor_is_followed(desk: Desk) -> None:
    with time_machine.travel(NOW, tick=False):
        first, second = makers.submitted(desk.customer, desk.user), makers.submitted(desk.customer, desk.user)
        makers.draft(desk.customer, desk.user)
    with time_machine.travel(NOW + HOUR, tick=False):
        written, cursor = run(desk.tenant, "2026-11-12")
        assert [each["number"] for each in call_offs(written)] == [first.shown_number, second.shown_number]
        assert run(desk.tenant, cursor) == ("", cursor)
    agent = factories.staff()
    with time_machine.travel(NOW + 2 * HOUR, tick=False):
        actions.change_status(call_off=second, new=status.PLANNED, by=agent)
    with time_machine.travel(NOW + 3 * HOUR, tick=False):
        written, cursor = run(desk.tenant, cursor)
        assert [(each["number"], each["status"]) for each in call_offs(written)] == [(second.shown_number, "planned")]
        revise(first, agent, quantity=Decimal("1450.5"))
    with time_machine.travel(NOW + 4 * HOUR, tick=False):
        [again] = call_offs(run(desk.tenant, cursor)[0])
        assert (again["revision"], again["lines"][0]["quantity"], again["lines"][0]["unit"]) == (1, "1450.5", "KGM")


def test_as_csv_a_line_is_a_row_and_no_formula(desk: Desk) -> None:
    # A spreadsheet takes a bare carriage return for the end of a row, and what follows for a cell.
    makers.submitted(desk.customer, desk.user, note='=HYPERLINK("x")', contact_name="Siri\r=HYPERLINK(1)")
    written, _cursor = run(desk.tenant, "2020-01-01T00:00:00+01:00", "--format", "csv")
    assert "\r" not in written
    [row] = csv.DictReader(io.StringIO(written))
    assert row["contact_name"] == "Siri\n=HYPERLINK(1)"
    assert (row["customer_number"], row["position"], row["package_type"]) == (desk.customer.number, "1", "WA")
    assert row["producer_org_no"] == "314159268"
    assert not row["note"].startswith("=")


def test_another_companys_are_not_in_it(desk: Desk, other_tenant: Tenant) -> None:
    with tenant_scope(other_tenant):
        makers.load_catalogue()
        person, customer = factories.member(Role.OWNER)
        makers.producer(customer)
        makers.submitted(customer, person)
    assert run(desk.tenant, "2020-01-01")[0] == ""


@pytest.mark.parametrize("since", ["yesterday", "13.11.2026", ""])
def test_what_is_no_moment_is_wrong_usage(desk: Desk, since: str) -> None:
    with pytest.raises(CommandError) as stopped:
        run(desk.tenant, since)
    assert stopped.value.returncode == 2


def test_many_cost_no_more_queries(desk: Desk, django_assert_num_queries: Any) -> None:
    from callouts.exporting import call_offs_changed

    for _ in range(3):
        makers.submitted(desk.customer, desk.user)
    with django_assert_num_queries(3):
        assert len(list(call_offs_changed(datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)))) == 3
