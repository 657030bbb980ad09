"""The tenant told to PostgreSQL ends with the transaction, so a pooled connection carries nothing to its next user."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from pytest_django import DjangoDbBlocker

from portal.tenancy.backend.base import DatabaseWrapper
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories

TOLD = "SELECT pg_backend_pid(), current_setting('app.tenant_id', true)"


@pytest.fixture
def pooled(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[DatabaseWrapper]:
    """A connection through a pool of one, so that the next user gets the same server process."""
    with django_db_blocker.unblock():
        settings = {**connection.settings_dict, "CONN_MAX_AGE": 0}
        settings["OPTIONS"] = {**settings["OPTIONS"], "pool": {"min_size": 1, "max_size": 1}}
        wrapper = DatabaseWrapper(settings, alias="pooled")
        yield wrapper
        wrapper.close()
        wrapper.close_pool()


def told(wrapper: DatabaseWrapper) -> tuple[int, str | None]:
    with wrapper.cursor() as cursor:
        cursor.execute(TOLD)
        process, setting = cursor.fetchone()
    return process, setting or None


def test_a_pooled_connection_leaks_no_tenant_to_its_next_user(pooled: DatabaseWrapper) -> None:
    tenant = factories.tenant("fjord")
    pooled.set_autocommit(False)
    with tenant_scope(tenant):
        first, setting = told(pooled)
    assert setting == str(tenant.pk)
    pooled.commit()
    pooled.set_autocommit(True)
    pooled.close()
    assert told(pooled) == (first, None)


def test_a_connection_lost_mid_request_leaks_nothing_either(pooled: DatabaseWrapper) -> None:
    tenant = factories.tenant("fjord")
    pooled.set_autocommit(False)
    with tenant_scope(tenant):
        first, _ = told(pooled)
    pooled.close()
    second, setting = told(pooled)
    assert (second, setting) == (first, None)


def test_the_setting_is_sent_once_for_many_queries(tenant: Tenant) -> None:
    from django.test.utils import CaptureQueriesContext

    from portal.customers.models import Customer

    Customer.objects.count()
    with CaptureQueriesContext(connection) as queries:
        Customer.objects.count()
        Customer.objects.count()
    assert len(queries) == 2


def test_a_production_process_refuses_a_role_that_can_bypass_row_level_security(
    db: None, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.tenancy import checks

    settings.MODE = "production"  # type: ignore[attr-defined]
    checks.refuse_unsafe_role()
    monkeypatch.setattr(checks, "UNSAFE_ROLE", "SELECT 'owner', true, true")
    with pytest.raises(SystemExit, match=r"tenancy\.E001.*\n.*tenancy\.E002"):
        checks.refuse_unsafe_role()


def test_a_superuser_is_found_out(test_database: object) -> None:
    """The check's own query, asked as the owner of the tables."""
    import psycopg

    from portal.tenancy.checks import UNSAFE_ROLE

    with psycopg.connect(factories.owner_dsn()) as owner:
        row = owner.execute(UNSAFE_ROLE.replace("%", "%%")).fetchone()
    assert row is not None
    assert row[1:] == (False, True)


def test_a_missing_variable_stops_the_start_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    from portal import environment

    monkeypatch.delenv("NO_SUCH_VARIABLE", raising=False)
    with pytest.raises(ImproperlyConfigured, match="Set NO_SUCH_VARIABLE"):
        environment.text("NO_SUCH_VARIABLE")
