"""What the audit log holds of a person, for them to take along. It stays when they close their account: it is the proof
of who did what, and names them by number only.
"""

from typing import Any

from django.db import models
from django.db.models import Q

from portal.audit.models import Entry

# What the log says of a person's own sign-ins; other details may be about others.
OF_THEMSELVES = {"method", "ip", "browser", "system", "why"}


def export(user: models.Model) -> list[dict[str, Any]]:
    """Return what the person did, and what was done with their account, oldest first."""
    own = Q(by_id=user.pk) | Q(object_type=user._meta.label_lower, object_id=user.pk)
    entries = Entry.objects.filter(own).select_related("customer").order_by("at", "pk")
    return [
        {"at": entry.at.isoformat(), "what": entry.verb, "customer": entry.customer.number if entry.customer else None}
        | {name: value for name, value in entry.data.items() if name in OF_THEMSELVES}
        for entry in entries
    ]
