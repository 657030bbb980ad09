"""PostgreSQL with the tenant of the open scope set for row-level security.

The setting is local to the transaction (`set_config(…, true)`): a session-wide one would leak to whoever gets
the pooled connection next, and PgBouncer's transaction mode hands connections round in the same way.
"""

from typing import Any, Final

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

from portal.tenancy.scope import open_scope


class OutsideTransaction(RuntimeError):
    """A query ran in a tenant scope but outside a transaction, where row-level security would hide every row."""

    def __init__(self) -> None:
        super().__init__("A query in a tenant scope needs a transaction: use tenant_transaction() or atomic().")


UNKNOWN: Final = -1


class DatabaseWrapper(base.DatabaseWrapper):
    """Keeps `app.tenant_id` equal to the scope's tenant before every statement, and empty outside a scope."""

    # What the open transaction has been told: a tenant's id, None for no tenant, UNKNOWN after a rollback to a
    # savepoint, which also rolls the setting back to whatever it was then.
    _told: int | None = None

    def create_cursor(self, name: str | None = None) -> Any:
        self._tell_tenant()
        return super().create_cursor(name)

    def _tell_tenant(self) -> None:
        tenant = open_scope()
        wanted = tenant.pk if tenant else None
        if self._told == wanted:
            return
        if self.get_autocommit():
            raise OutsideTransaction
        # In a failed transaction only a rollback can follow, and it must not be stopped by us.
        if self.connection.info.transaction_status == TransactionStatus.INERROR:
            return
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.tenant_id', %s, true)", ["" if wanted is None else str(wanted)])
        self._told = wanted

    def init_connection_state(self) -> None:
        self._told = None
        super().init_connection_state()

    def _set_autocommit(self, autocommit: bool) -> None:  # noqa: FBT001  (the base class calls it)
        super()._set_autocommit(autocommit)  # type: ignore[misc]
        self._told = None

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._told = None

    def _rollback(self) -> None:
        super()._rollback()  # type: ignore[misc]
        self._told = None

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        self._told = UNKNOWN
