"""Empties a demo tenant, locked and append-only rows too, so that it can be loaded again."""

from django.db import connection

from portal.files.actions import remove_all_content
from portal.tenancy.scope import current_tenant_id

TENANT_TABLES = """
    SELECT c.oid::regclass::text,
           EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal)
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = current_schema()::regnamespace
       AND c.relforcerowsecurity
     ORDER BY 1
"""


def wipe_current_tenant() -> None:
    """Delete every row and file of the open scope's tenant; row-level security keeps all others out of reach.

    Needs the owner of the tables, who may put aside for this transaction the triggers that keep sent rows as they
    are. Foreign keys are deferred, so the order does not matter.
    """
    remove_all_content()
    with connection.cursor() as cursor:
        cursor.execute(TENANT_TABLES)
        tables: list[tuple[str, bool]] = cursor.fetchall()
        guarded = [table for table, has_triggers in tables if has_triggers]
        for table in guarded:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for table, _ in tables:
            # The name is the catalogue's, quoted by regclass.
            cursor.execute(f"DELETE FROM {table} WHERE tenant_id = %s", [current_tenant_id()])  # noqa: S608
        # Checks the keys now: a table with checks waiting cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in guarded:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
