"""Leaving what waits for staff."""

from typing import Any

from django.db import models, transaction
from django.utils import timezone

from portal.audit import actions as audit


@transaction.atomic
def leave(row: Any, *, by: models.Model, verb: str, customer: models.Model | None = None) -> bool:
    """Let a Leavable row wait for staff no more, and write down that they did so. Returns False where it does not wait
    (any more).
    """
    found = type(row).objects.needing_staff().select_for_update(of=("self",)).filter(pk=row.pk).first()
    if found is None:
        return False
    found.left_at, found.left_by_id = timezone.now(), by.pk
    found.save(update_fields=["left_at", "left_by"])
    audit.record(verb=verb, by=by, obj=found, customer=customer)
    return True
