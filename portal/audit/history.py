"""What has happened to an object, for the page of its history in admin."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from portal.audit.models import Entry

# The newest; all there is stands in the log itself.
SHOWN = 100


def render(request: HttpRequest, given: dict[str, Any]) -> str:
    """Fill the slot "admin.history": who did what with the object, the newest first.

    Who among staff only looked at it, and the details, stand in the log itself.
    """
    thing = given["object"]
    entries = Entry.objects.filter(object_type=thing._meta.label_lower, object_id=thing.pk)
    entries = entries.exclude(verb__endswith=".read")
    found = entries.select_related("by").order_by("-at", "-pk")[: SHOWN + 1]
    return render_to_string("audit/history.html", {"entries": found[:SHOWN], "has_more": len(found) > SHOWN}, request)
