"""Writing down what staff look at: names, phones and words of people."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse

from portal.audit import actions


class WritesDownReads:
    """Mixin of an admin class whose rows tell of people: whose page staff look at is written down as `read_verb`."""

    read_verb: ClassVar[str]

    def read_of(self, obj: Any) -> tuple[models.Model, models.Model | None, dict[str, Any]]:
        """Return what the entry is about, the customer, and what it says besides."""
        return obj, obj.customer, {}

    def write_down(self, request: HttpRequest, obj: Any, **data: Any) -> None:
        """Write down that something of the row was looked at; `data` says what, when it was not its page.

        Raises PermissionDenied for who may not look at it.
        """
        admin: Any = self
        if not admin.has_view_permission(request):
            raise PermissionDenied
        about, customer, named = self.read_of(obj)
        by: Any = request.user
        actions.record(verb=self.read_verb, by=by, obj=about, customer=customer, data={**named, **data})

    def change_view(
        self, request: Any, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response: HttpResponse = super().change_view(request, object_id, form_url, extra_context)  # type: ignore[misc]
        shown = (getattr(response, "context_data", None) or {}).get("original")
        if request.method == "GET" and shown is not None:
            self.write_down(request, shown)
        return response
