"""Row-level security for tenant tables, applied by migrations.

A protected table has FORCE ROW LEVEL SECURITY (its owner is bound too), one policy on `tenant_id`, rights for the
runtime role, and a foreign key that includes `tenant_id` beside every plain one to another tenant table: plain
foreign-key checks see other tenants' rows, so without it a row could point across.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from portal.tenancy.scope import current_tenant_id

TENANT_ID = "(SELECT nullif(current_setting('app.tenant_id', true), '')::bigint)"


class HandWritten:
    """Marks a model whose migration writes the table, its keys and its protection itself."""


def protect_sql(table: str) -> list[str]:
    """Return the statements that put a table with `tenant_id` behind row-level security. Safe to run again."""
    return [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
        f'DROP POLICY IF EXISTS tenant ON "{table}"',
        f'CREATE POLICY tenant ON "{table}" USING (tenant_id = {TENANT_ID}) WITH CHECK (tenant_id = {TENANT_ID})',
        grant_sql(table, "SELECT, INSERT, UPDATE, DELETE"),
    ]


def grant_sql(table: str, rights: str) -> str:
    return f'GRANT {rights} ON "{table}" TO "{settings.DATABASE_RUNTIME_ROLE}"'


def is_tenant_model(model: type[models.Model]) -> bool:
    """Tell a TenantModel, also in the historical form migrations see: its tenant comes from the scope."""
    return any(field.default is current_tenant_id for field in model._meta.local_fields)


def constraint_sql(table: str, name: str, definition: str) -> str:
    """Add a constraint unless it is there already."""
    # The names come from our own models.
    return f"""DO $$ BEGIN
        IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = '{name}' AND conrelid = '"{table}"'::regclass) THEN
            ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition};
        END IF; END $$"""  # noqa: S608


def identity_sql(table: str) -> str:
    """Make (tenant_id, id) a key that tenant-aware foreign keys can point at."""
    return constraint_sql(table, f"{table[:50]}_in_tenant", 'UNIQUE ("tenant_id", "id")')


def foreign_key_sql(table: str, column: str, target: str) -> str:
    name = f"{table[:24]}_{column[:24]}_in_tenant"
    return constraint_sql(
        table,
        name,
        f'FOREIGN KEY ("tenant_id", "{column}") REFERENCES "{target}" ("tenant_id", "id") '
        "DEFERRABLE INITIALLY DEFERRED",
    )


class ProtectTenantTables(Operation):
    """Protect every tenant table of an app. Last operation of each migration that adds tables or foreign keys."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, app_label: str) -> None:
        self.app_label = app_label

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        tables = [m for m in to_state.apps.get_models() if m._meta.app_label == self.app_label and is_tenant_model(m)]
        tables = [m for m in tables if m._meta.managed and not issubclass(m, HandWritten)]
        for model in tables:
            for statement in [*protect_sql(model._meta.db_table), identity_sql(model._meta.db_table)]:
                schema_editor.execute(statement)
        for model in tables:
            for field in model._meta.local_fields:
                if isinstance(field, models.ForeignKey) and is_tenant_model(field.related_model):
                    target = field.related_model._meta.db_table
                    schema_editor.execute(foreign_key_sql(model._meta.db_table, field.column, target))

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """The tables go with the operations before this one, and their protection with them."""

    def describe(self) -> str:
        return f"Protect the tenant tables of {self.app_label}"

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__qualname__, [self.app_label], {})


__all__ = ["ProtectTenantTables", "foreign_key_sql", "grant_sql", "protect_sql"]
