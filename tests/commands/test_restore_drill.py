"""The drill says that a copy is good, and finds what is wrong with one that is not."""

import io
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from portal.runtime import services, testing
from portal.tenancy.management.commands import restore_drill
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests.conftest import WORKER

# What a careless restore or a careless hand may leave behind, and what must be said of it.
DAMAGES = {
    "ALTER TABLE orders_order DISABLE ROW LEVEL SECURITY": "not protected in the copy: orders_order",
    "ALTER TABLE orders_basket NO FORCE ROW LEVEL SECURITY": "not protected in the copy: orders_basket",
    "DROP POLICY tenant ON callouts_calloff": "policies, missing or different in the copy: callouts_calloff tenant",
    "CREATE POLICY all_of_it ON customers_customer USING (true)": (
        "policies, only in the copy: customers_customer all_of_it"
    ),
    "REVOKE INSERT ON content_news FROM skranke_app": (
        "rights, missing or different in the copy: content_news skranke_app"
    ),
    "GRANT UPDATE ON tenancy_tenanthost TO skranke_app": "rights, only in the copy: tenancy_tenanthost skranke_app",
    # Few tables point at this one: of more than ten differences only the first are named.
    "ALTER TABLE outages_outage DROP CONSTRAINT outages_outage_in_tenant CASCADE": (
        "constraints, missing or different in the copy: outages_outage outages_outage_in_tenant"
    ),
    "DELETE FROM django_migrations WHERE app = 'sessions'": "migrations, missing or different in the copy: sessions",
}


def drill(*arguments: str) -> tuple[int, str, str]:
    """Run the command as an operator does, outside any tenant; returns exit code, output and errors."""
    out, err = io.StringIO(), io.StringIO()
    with tenant_scope(None):
        try:
            call_command("restore_drill", *arguments, stdout=out, stderr=err)
        except SystemExit as ended:
            return int(str(ended.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


@pytest.fixture
def copy(tenant: Tenant, other_tenant: Tenant) -> Iterator[testing.TestDatabase]:
    """Another database with the same tables, as if it had been restored."""
    database = testing.create_test_database(f"drill{WORKER}")
    yield database
    testing.drop_test_database(database)


@pytest.mark.skipif(not services.addresses().superuser_url, reason="only our own server gives us its administrator")
def test_a_back_up_is_made_restored_compared_and_cleared_away(tenant: Tenant, other_tenant: Tenant) -> None:
    code, out, err = drill()
    assert (code, err) == (0, "")
    assert "companies in" in out
    assert "the copy is good" in out
    with psycopg.connect(services.addresses().owner_url) as server:
        left = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, 'skranke_restore_drill')")
        assert left.fetchall() == []


def test_every_damage_to_a_copy_is_found(copy: testing.TestDatabase) -> None:
    with psycopg.connect(copy.owner_url, autocommit=True) as owner:
        for damage in DAMAGES:
            owner.execute(damage)  # type: ignore[call-overload]  # constants of ours
    code, _, err = drill("--restored", copy.name)
    assert code == 1
    assert [words for words in DAMAGES.values() if words not in err] == []


def test_a_copy_without_the_live_ones_companies_is_not_good(copy: testing.TestDatabase) -> None:
    code, _, err = drill("--restored", copy.name)
    assert (code, "rows in tenancy_tenant: " in err) == (1, True)


def test_it_connects_as_the_program_does_with_the_options_of_its_address(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {**connection.settings_dict["OPTIONS"], "application_name": "drilling", "pool": {"max_size": 8}}
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", given)
    with restore_drill._connected() as live:
        shown = live.execute(
            "SELECT current_setting('application_name'), current_setting('idle_in_transaction_session_timeout')"
        )
        assert shown.fetchone() == ("drilling", "0")


def test_a_dump_that_is_not_there_is_wrong_usage(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refused:
        drill("--dump", str(tmp_path / "none"))
    assert refused.value.returncode == 2
