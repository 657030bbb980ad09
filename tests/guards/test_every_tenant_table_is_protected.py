"""Every table with tenant_id is behind row-level security, and the role that runs the program cannot get past it."""

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, models, transaction

from portal.audit import actions as audit
from portal.audit.models import Entry
from portal.tenancy.checks import role_problems
from portal.tenancy.models import Tenant, TenantModel

# Tables with tenant_id that have no policy, and why.
WITHOUT_POLICY = {
    "tenancy_tenanthost": "read to find the tenant, before a scope is open; the runtime role cannot write it"
}

TABLES = """
    SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,
           (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid),
           (SELECT a.attnotnull FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id')
      FROM pg_class c
     WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
       AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id')
"""
RIGHTS = """
    SELECT c.relname, r.right_ FROM pg_class c
     CROSS JOIN (VALUES ('TRUNCATE'), ('REFERENCES'), ('TRIGGER')) r (right_)
     WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
       AND has_table_privilege(current_user, c.oid, r.right_)
"""
LIBRARY_TABLES = {
    "account_emailaddress",
    "account_emailconfirmation",
    "django_admin_log",
    "django_session",
    "mfa_authenticator",
    "usersessions_usersession",
}


def rows(sql: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def test_every_table_with_a_tenant_has_forced_row_level_security_and_one_policy(db: None) -> None:
    unprotected = [row for row in rows(TABLES) if row[1:] != (True, True, 1, True)]
    assert {row[0] for row in unprotected} == set(WITHOUT_POLICY)


def test_the_tables_of_the_sign_in_libraries_carry_a_tenant(db: None) -> None:
    assert {row[0] for row in rows(TABLES)} >= LIBRARY_TABLES


def test_every_policy_compares_with_the_transactions_tenant_both_ways(db: None) -> None:
    policies = rows(
        """SELECT tablename, qual = with_check, qual LIKE '%tenant_id = ( SELECT%current_setting(''app.tenant_id''%'
             FROM pg_policies WHERE tablename <> 'tenancy_tenant'"""
    )
    assert [row for row in policies if row[1:] != (True, True)] == []


def test_the_runtime_role_is_bound_by_row_level_security(db: None) -> None:
    assert role_problems() == []


def test_the_runtime_role_has_no_right_that_policies_do_not_bind(db: None) -> None:
    assert rows(RIGHTS) == []


def test_the_runtime_role_cannot_change_the_schema(db: None) -> None:
    assert rows("SELECT has_schema_privilege(current_user, 'public', 'CREATE')") == [(False,)]


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET verb = 'x'", "DELETE FROM audit_entry"])
def test_the_audit_log_is_only_added_to(tenant: Tenant, statement: str) -> None:
    audit.record(verb="test.done", by=None)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        rows(statement)
    assert Entry.objects.filter(verb="test.done").exists()


def test_every_function_of_ours_says_where_it_looks(db: None) -> None:
    """Otherwise a temporary table or function of whoever calls stands in for ours."""
    functions = rows(
        """SELECT p.proname, p.proconfig FROM pg_proc p
            WHERE p.pronamespace = 'public'::regnamespace
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"""
    )
    assert len(functions) >= 3
    assert [row for row in functions if row[1] != ["search_path=pg_catalog, public, pg_temp"]] == []


def test_every_foreign_key_between_tenant_tables_has_one_that_includes_the_tenant(db: None) -> None:
    """A plain foreign-key check sees other tenants' rows."""
    missing = rows(
        """WITH keys AS (
             SELECT conrelid, confrelid, conkey,
                    (SELECT array_agg(attname::text ORDER BY attname) FROM pg_attribute
                      WHERE attrelid = conrelid AND attnum = ANY (conkey)) AS columns
               FROM pg_constraint WHERE contype = 'f' AND conparentid = 0)
           SELECT k.conrelid::regclass::text, k.columns FROM keys k
            WHERE cardinality(k.columns) = 1 AND k.columns <> ARRAY['tenant_id']
              AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = k.confrelid AND attname = 'tenant_id')
              AND NOT EXISTS (SELECT FROM keys t WHERE t.conrelid = k.conrelid AND t.confrelid = k.confrelid
                                 AND t.columns @> k.columns AND 'tenant_id' = ANY (t.columns))"""
    )
    assert missing == []


def tenant_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if issubclass(model, TenantModel)]


@pytest.mark.parametrize("model", tenant_models(), ids=lambda model: model._meta.label)
def test_uniqueness_always_includes_the_tenant(model: type[models.Model]) -> None:
    """A unique check sees other tenants' rows: it would tell of them, and stop one tenant because of another."""
    loose = [
        constraint.name
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
        and "tenant" not in constraint.fields
        and not any(isinstance(e, models.F) and e.name == "tenant" for e in constraint.expressions)
        # A key to one of the tenant's own rows can only meet its own kind.
        and not any(model._meta.get_field(name).is_relation for name in constraint.fields)
    ]
    fields = [f.name for f in model._meta.local_fields if f.unique and not f.primary_key and not f.is_relation]
    assert (loose, fields) == ([], [])
