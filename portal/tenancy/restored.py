"""Tells whether a restored database is the one that was backed up: rows, tables, protection, and companies kept apart.

Everything is asked as the program's own role, in the live database and in the copy: what it may not see there, it may
not see in the copy either.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import psycopg
from psycopg import sql

Connection = psycopg.Connection[Any]

# PostgreSQL writes the casts and brackets of a condition in another way once it has been dumped and read again.
CASTS = re.compile(r"::[a-z ]+(\(\d+\))?(\[\])?|[()]")
# What must be the same in both, row by row. Partitions come and go by the month, so they are not named one by one.
SHAPES = {
    "tables and their owners": """
        SELECT relname, relkind::text, relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner)
          FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'S')
           AND NOT relispartition""",
    "policies": """
        SELECT tablename, policyname, cmd, roles::text, qual, with_check FROM pg_policies
         WHERE tablename IN (SELECT relname FROM pg_class WHERE NOT relispartition)""",
    "rights": """
        SELECT relname, pg_get_userbyid(grantee), privilege_type FROM pg_class, aclexplode(relacl)
         WHERE relnamespace = 'public'::regnamespace AND NOT relispartition AND grantee <> 0""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(c.oid) FROM pg_constraint c
          JOIN pg_class t ON t.oid = conrelid
         WHERE connamespace = 'public'::regnamespace AND NOT relispartition AND conparentid = 0""",
    "indexes": """
        SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
           AND tablename IN (SELECT relname FROM pg_class WHERE NOT relispartition)""",
    "triggers": """
        SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(g.oid) FROM pg_trigger g
          JOIN pg_class t ON t.oid = tgrelid WHERE NOT tgisinternal AND NOT relispartition""",
    "functions": """
        SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace""",
    "migrations": "SELECT app, name FROM django_migrations",
}
UNPROTECTED = """
    SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
     WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND has_table_privilege(c.oid, 'SELECT')
       AND NOT (relrowsecurity AND relforcerowsecurity
                AND EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid))
       AND relname <> 'tenancy_tenanthost'"""
ROLE = "SELECT rolname FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)"
READABLE = """
    SELECT c.relname,
           EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'tenant_id') AND relrowsecurity
      FROM pg_class c WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace
       AND has_table_privilege(c.oid, 'SELECT') ORDER BY relname"""

EVERY_ROW = sql.SQL("true")


@dataclass
class Findings:
    """What was compared, in words, and what was wrong; a copy is good when nothing was."""

    compared: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Counts:
    """How many rows the program sees: by table, and in a company's tables by (table, company)."""

    plain: dict[str, int]
    by_tenant: dict[tuple[str, str], int]

    @property
    def total(self) -> int:
        return sum(self.by_name().values())

    def by_name(self) -> dict[str, int]:
        return self.plain | {f"{table} of {slug}": number for (table, slug), number in self.by_tenant.items()}


def compare(live: Connection, copy: Connection, *, same_moment: bool) -> Findings:
    """Compare two databases, both connected as the program's role, each in a transaction.

    With `same_moment` every number of rows must be the same; else the copy may be older, and only a table that is
    empty in it and not in the live one is wrong.
    """
    found = Findings()
    for what, query in SHAPES.items():
        _compare_shape(found, what, _shape(live, query), _shape(copy, query))
    before, after = count(live), count(copy)
    _compare_counts(found, before, after, same_moment=same_moment)
    _check_apart(found, copy, after)
    return found


def _rows(connection: Connection, query: str) -> set[tuple[Any, ...]]:
    return set(connection.execute(query).fetchall())


def _shape(connection: Connection, query: str) -> set[tuple[Any, ...]]:
    return {
        tuple(CASTS.sub("", value) if isinstance(value, str) else value for value in row)
        for row in _rows(connection, query)
    }


def _compare_shape(found: Findings, what: str, live: set[tuple[Any, ...]], copy: set[tuple[Any, ...]]) -> None:
    found.compared.append(f"{len(live)} {what}")
    for words, rows in (("missing or different in the copy", live - copy), ("only in the copy", copy - live)):
        found.wrong += [f"{what}, {words}: {' '.join(map(str, row[:2]))}" for row in sorted(rows, key=str)[:10]]


def tenants(connection: Connection) -> Sequence[tuple[int, str]]:
    return connection.execute("SELECT id, slug FROM tenancy_tenant ORDER BY slug").fetchall()


def count(connection: Connection) -> Counts:
    tables = connection.execute(READABLE).fetchall()
    _become(connection, "")
    plain = {table: _count(connection, table) for table, of_a_tenant in tables if not of_a_tenant}
    by_tenant: dict[tuple[str, str], int] = {}
    for pk, slug in tenants(connection):
        _become(connection, str(pk))
        by_tenant |= {(table, slug): _count(connection, table) for table, of_a_tenant in tables if of_a_tenant}
    return Counts(plain, by_tenant)


def _become(connection: Connection, tenant: str) -> None:
    connection.execute("SELECT set_config('app.tenant_id', %s, true)", [tenant])


def _count(connection: Connection, table: str, where: sql.Composable = EVERY_ROW) -> int:
    query = sql.SQL("SELECT count(*) FROM {} WHERE {}").format(sql.Identifier(table), where)
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def _compare_counts(found: Findings, live: Counts, copy: Counts, *, same_moment: bool) -> None:
    found.compared.append(f"{copy.total:,} rows in the copy, {live.total:,} in the live one")
    restored = copy.by_name()
    for name, number in live.by_name().items():
        there = restored.get(name, 0)
        if there != number and (same_moment or (number and not there)):
            found.wrong.append(f"rows in {name}: {number} in the live one, {there} in the copy")


def _check_apart(found: Findings, copy: Connection, counts: Counts) -> None:
    """Nobody's rows without a tenant, only its own with one, and none written into another's."""
    found.wrong += [f"the role {name} gets past row-level security" for (name,) in _rows(copy, ROLE)]
    found.wrong += [f"not protected in the copy: {table}" for (table,) in sorted(_rows(copy, UNPROTECTED))]
    tables = sorted({table for table, _ in counts.by_tenant})
    _become(copy, "")
    found.wrong += [f"rows of {table} show without a tenant" for table in tables if _count(copy, table)]
    known = tenants(copy)
    for pk, slug in known:
        _become(copy, str(pk))
        foreign = sql.SQL("tenant_id <> {}").format(sql.Literal(pk))
        found.wrong += [f"{slug} sees others' rows in {table}" for table in tables if _count(copy, table, foreign)]
    found.compared.append(f"{len(known)} companies in {len(tables)} protected tables, each by itself")
    found.wrong += _writes_across(copy, [pk for pk, _ in known])


def _writes_across(copy: Connection, keys: Sequence[int]) -> Iterator[str]:
    for mine, other in pairwise(keys):
        _become(copy, str(mine))
        try:
            with copy.transaction(force_rollback=True):
                copy.execute(
                    "INSERT INTO tenancy_numberseries (tenant_id, series, last) VALUES (%s, 'restore-drill', 0)",
                    [other],
                )
        except psycopg.errors.InsufficientPrivilege:
            continue
        yield f"as tenant {mine} a row of tenant {other} can be written"
