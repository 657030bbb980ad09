"""The tenant scope: whose data the running code may touch, in Python and, by the backend, in PostgreSQL."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol, TypeVar

from django.db import transaction


class Scoped(Protocol):
    """What a scope is opened for: a tenant, of which only the key matters here (see tenancy.models.current_tenant)."""

    pk: Any


_current: ContextVar[Scoped | None] = ContextVar("tenant", default=None)
# What has been read once of the tenant in this request or task; None where nothing is remembered.
_remembered: ContextVar[dict[Hashable, Any] | None] = ContextVar("remembered", default=None)
T = TypeVar("T")


class NoTenantScope(RuntimeError):
    """Tenant data was asked for outside `tenant_scope`."""

    def __init__(self) -> None:
        super().__init__("No tenant scope is open: wrap the code in tenant_scope() or tenant_transaction().")


def open_scope() -> Scoped | None:
    """Return what the open scope is for, or None outside one."""
    return _current.get()


def current_tenant_id() -> int:
    """Return the id of the tenant of the open scope: the default of every `tenant` field. Raises NoTenantScope."""
    scoped = open_scope()
    if scoped is None:
        raise NoTenantScope
    return int(scoped.pk)


@contextmanager
def tenant_scope(tenant: Scoped | None) -> Iterator[None]:
    """Open the scope of a tenant (None closes it for the block). Queries inside still need a transaction."""
    token = _current.set(tenant)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def tenant_transaction(tenant: Scoped) -> Iterator[None]:
    """Open the scope of a tenant and a transaction: what a request, a task or a command step runs in."""
    with tenant_scope(tenant), transaction.atomic():
        yield


@contextmanager
def remembering() -> Iterator[None]:
    """For the block, one request's or task's transaction: `once` reads nothing twice."""
    token = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(token)


def once(key: Hashable, read: Callable[[], T]) -> T:
    """Return what was read under this key before, else read it; outside `remembering` it is read each time."""
    kept = _remembered.get()
    if kept is None:
        return read()
    if key not in kept:
        kept[key] = read()
    found: T = kept[key]
    return found


def remembered(key: Hashable) -> Any:
    """Return what was read under this key before, None where nothing was."""
    return (_remembered.get() or {}).get(key)


def forget(key: Hashable) -> None:
    """Let the next `once` read it again: it was written."""
    (_remembered.get() or {}).pop(key, None)
