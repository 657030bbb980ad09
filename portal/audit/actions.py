"""Writing the audit log, in the transaction of the thing it tells of."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models

from portal.admin_site import Change
from portal.audit.models import Entry

_marks: ContextVar[dict[str, Any]] = ContextVar("audit_marks", default={})  # noqa: B039  (never changed in place)


@contextmanager
def marking() -> Iterator[None]:
    """Bound what `mark` does to the block: a request."""
    token = _marks.set({})
    try:
        yield
    finally:
        _marks.reset(token)


def mark(**data: Any) -> None:
    """Add to the details of every entry that follows in the request, such as that staff act for a customer."""
    _marks.set({**_marks.get(), **data})


def record(
    *,
    verb: str,
    by: models.Model | None,
    obj: models.Model | None = None,
    customer: models.Model | None = None,
    data: dict[str, Any] | None = None,
) -> Entry:
    """Add an entry. `verb` is `<app>.<past tense>` ("orders.sent"); `by` is the user, None for the system
    itself; `customer` the Customer it was done for.
    """
    return Entry.objects.create(
        verb=verb,
        by_id=by.pk if by else None,
        customer_id=customer.pk if customer else None,
        object_type=obj._meta.label_lower if obj else "",
        object_id=obj.pk if obj else None,
        data={**(data or {}), **_marks.get()},
    )


def record_change(change: Change) -> None:
    """Add an entry for what staff did in admin: which fields, not what was in them."""
    record(
        verb=f"admin.{change.what}",
        by=change.by,
        obj=change.obj,
        customer=_customer_of(change),
        data={"object": str(change.obj), "changes": change.fields},
    )


def _customer_of(change: Change) -> models.Model | None:
    if change.obj._meta.label == "customers.Customer":
        return None if change.what == "deleted" else change.obj
    return getattr(change.obj, "customer", None)


def record_tenant_created(tenant: models.Model) -> None:
    """Begin a new tenant's log. Tenants are made from the command line, so there is no `by`."""
    record(verb="tenancy.tenant_created", by=None, obj=tenant)
