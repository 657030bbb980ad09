"""Makes a company's data many times as much, by copying its rows in the database.

Two ways of growing: the company gets more customers, each with sites, orders, call-offs, metering points and readings;
and a customer gets a longer history of its own. Copies keep what the originals say, and get keys of their own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

# Parents first. Who signs in, what staff set up and what is published stays as it is.
OF_A_COMPANY = (
    "customers_customer",
    "orders_location",
    "orders_placement",
    "orders_order",
    "orders_orderline",
    "callouts_wasteproducer",
    "callouts_calloff",
    "callouts_calloffline",
    "callouts_statuschange",
    "callouts_loadcarrier",
    "callouts_wastefraction",
    "callouts_fractionword",
    "metering_meteringpoint",
    "metering_holding",
    "metering_readingday",
    "metering_readingmonth",
    "billing_settledmonth",
    "billing_invoice",
    "billing_invoiceline",
    "billing_payment",
    "notifications_message",
    "audit_entry",
    "forms_catalog_enquiry",
    "forms_catalog_enquirymessage",
)
OF_A_HISTORY = (
    "orders_order",
    "orders_orderline",
    "callouts_calloff",
    "callouts_calloffline",
    "callouts_statuschange",
    "billing_invoice",
    "billing_invoiceline",
    "billing_payment",
    "notifications_message",
    "audit_entry",
    "forms_catalog_enquiry",
    "forms_catalog_enquirymessage",
)


@dataclass(frozen=True)
class Way:
    """How copies are told from originals, and from those of the other way: by their keys, numbers and texts."""

    tables: Sequence[str]
    stride: int
    numbers_from: int
    mark: str


WAYS = {
    "company": Way(OF_A_COMPANY, 10**9, 0, "~"),
    "history": Way(OF_A_HISTORY, 10**12, 500_000_000, "^"),
}
ORIGINALS_BELOW = 10**9
POINTS = "metering_meteringpoint"
# A word in ten is found in the copies as well: a big catalogue has other wares, not a hundred times the same.
WORD_KEPT_EVERY = 10


@dataclass(frozen=True)
class Columns:
    """A table's columns: (name, type, longest text), which of them are unique, and what they point at."""

    all: Sequence[tuple[str, str, int | None]]
    unique: frozenset[str]
    targets: dict[str, str]


def grow(superuser: str, name: str, slug: str, copies: range) -> None:
    """Add the numbered copies of a tenant's rows.

    `name` is "company" or "history". Foreign keys and triggers are put aside, which takes a superuser's address.
    """
    way = WAYS[name]
    with psycopg.connect(superuser) as connection:
        connection.execute("SET session_replication_role = replica")
        tenant = _value(connection, "SELECT id FROM tenancy_tenant WHERE slug = %s", slug)
        for table in way.tables:
            _copy(connection, table, tenant, way, copies)
    with psycopg.connect(superuser, autocommit=True) as connection:
        for table in way.tables:
            connection.execute(sql.SQL("VACUUM ANALYZE {}").format(sql.Identifier(table)))


def _value(connection: Any, query: str, *given: object) -> int:
    return int(connection.execute(query, given).fetchone()[0])


def _copy(connection: Any, table: str, tenant: int, way: Way, copies: range) -> None:
    columns = _columns(connection, table)
    values = [_copied_value(table, column, columns, way) for column in columns.all]
    connection.execute(
        sql.SQL(
            "INSERT INTO {table} ({names}) SELECT {values} FROM {table}, generate_series({first}::bigint, {last}) AS k"
        ).format(
            table=sql.Identifier(table),
            names=sql.SQL(", ").join(sql.Identifier(name) for name, _, _ in columns.all),
            values=sql.SQL(", ").join(values),
            first=sql.Literal(copies.start),
            last=sql.Literal(copies.stop - 1),
        )
        + sql.SQL(" WHERE tenant_id = {} AND {} < {}").format(
            sql.Literal(tenant), sql.Identifier(_key(columns)), sql.Literal(ORIGINALS_BELOW)
        )
    )


def _key(columns: Columns) -> str:
    """Return the column that tells copies from originals: its own key, or of sums that of what they are of."""
    return "id" if "id" in {name for name, _, _ in columns.all} else "metering_point_id"


def _copied_value(table: str, column: tuple[str, str, int | None], columns: Columns, way: Way) -> sql.Composable:
    """Return the SQL of a column's value in copy `k`."""
    name = column[0]
    value, step = sql.Identifier(name), sql.Literal(way.stride)
    if name == "id" or columns.targets.get(name) in way.tables:
        return sql.SQL("{} + k * {}").format(value, step)
    if name == "gsrn":
        # Eighteen digits; nobody checks the last one here.
        return sql.SQL("'7' || lpad((id + k * 1000000)::text, 17, '0')")
    if (table, name) == ("callouts_fractionword", "word"):
        kept = sql.Literal(WORD_KEPT_EVERY)
        return sql.SQL("CASE WHEN k % {} = 0 THEN {} ELSE left({}, 50) || k END").format(kept, value, value)
    if name not in columns.unique or columns.targets.get(name):
        return value
    return _made_unique(value, column, way)


def _made_unique(value: sql.Identifier, column: tuple[str, str, int | None], way: Way) -> sql.Composable:
    _, kind, longest = column
    if kind == "uuid":
        return sql.SQL("CASE WHEN {} IS NULL THEN NULL ELSE gen_random_uuid() END").format(value)
    if kind in {"integer", "bigint"}:
        return sql.SQL("{} + k * 1000000 + {}").format(value, sql.Literal(way.numbers_from))
    if kind in {"character varying", "text"}:
        room = sql.Literal((longest or 200) - 5)
        form = "CASE WHEN {v} = '' THEN '' ELSE left({v}, {room}) || {mark} || k END"
        return sql.SQL(form).format(v=value, room=room, mark=sql.Literal(way.mark))
    return value


def _columns(connection: Any, table: str) -> Columns:
    found = connection.execute(
        """SELECT column_name, data_type, character_maximum_length FROM information_schema.columns
            WHERE table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position""",
        [table],
    ).fetchall()
    unique = connection.execute(
        """SELECT DISTINCT attname FROM pg_index
             JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
            WHERE indrelid = %s::regclass AND indisunique""",
        [table],
    ).fetchall()
    targets = connection.execute(
        # Of a key that carries the tenant, the other column.
        """SELECT attname, confrelid::regclass::text FROM pg_constraint
             JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[array_length(conkey, 1)]
            WHERE conrelid = %s::regclass AND contype = 'f'""",
        [table],
    ).fetchall()
    shared = {"tenant_id", "position", "direction", "day", "month"}
    # Days of readings have no foreign key, but a point all the same.
    return Columns(found, frozenset(_first(unique)) - shared, {"metering_point_id": POINTS, **dict(targets)})


def _first(rows: Iterable[Any]) -> list[str]:
    return [row[0] for row in rows]
