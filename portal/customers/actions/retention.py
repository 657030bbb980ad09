"""Deleting what people wrote who asked for access, and where invitations went, when its time is over."""

from datetime import datetime

from django.db import transaction

from portal.audit import actions as audit
from portal.customers.models import AccessRequest, Authorization, Invitation


@transaction.atomic
def forget_old(*, now: datetime) -> int:
    """Delete decided requests and invitations that have outlived their use; returns how many.

    An authorization that nobody accepted goes with its invitation: without it, nothing tells whom it was meant for.
    """
    old = Invitation.objects.outlived(now)
    unanswered = list(old.filter(accepted_at=None, authorization__isnull=False).values_list("authorization", flat=True))
    counts = {"invitations": old.count(), "requests": AccessRequest.objects.outlived(now).count()}
    old.delete()
    Authorization.objects.filter(pk__in=unanswered, user=None, holder=None).delete()
    AccessRequest.objects.outlived(now).delete()
    if total := sum(counts.values()):
        audit.record(verb="customers.requests_forgotten", by=None, data=counts)
    return total
