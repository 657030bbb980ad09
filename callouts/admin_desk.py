"""A call-off on one page in admin: all that was sent in, and everything staff do with it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from callouts import actions, wording
from callouts.forms.staff import StatusForm
from callouts.models import CallOff, CallOffFile
from callouts.views.detail import printed, steps_of
from callouts.views.own import with_lines
from portal.audit import actions as audit
from portal.customers.queries import today
from portal.files.views import file_response
from portal.tenancy.admin import TenantModelAdmin


class CallOffDesk(TenantModelAdmin[CallOff]):
    """The page of one call-off, and what its forms lead to. Drafts are the customer's own until they are sent in."""

    def get_urls(self) -> list[URLPattern]:
        def at(where: str, view: Any, name: str) -> URLPattern:
            found: URLPattern = path(
                f"<int:pk>/{where}", self.admin_site.admin_view(view), name=f"callouts_calloff_{name}"
            )
            return found

        return [
            at("status/", require_POST(self.status), "status"),
            at("pdf/", require_safe(self.pdf), "pdf"),
            at("files/<int:file_id>/", require_safe(self.file), "file"),
            *super().get_urls(),
        ]

    def sent_in(self, request: HttpRequest, pk: int, *, to: str = "change") -> CallOff:
        """Return a call-off that is sent in, locked where it is to be changed. Raises PermissionDenied and Http404."""
        may = self.has_change_permission if to == "change" else self.has_view_permission
        if not may(request):
            raise PermissionDenied
        found = CallOff.objects.submitted().select_related("customer", "submitted_by")
        if request.method == "POST":
            found = found.select_for_update(of=("self",))
        return get_object_or_404(with_lines(found), pk=pk)

    def change_view(
        self, request: Any, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the page. Whose call-off staff look at is written down."""
        call_off = self.sent_in(request, int(object_id) if object_id.isdecimal() else 0, to="view")
        audit.record(verb="callouts.read", by=request.user, obj=call_off, customer=call_off.customer)
        return self.page(request, call_off)

    def page(self, request: Any, call_off: CallOff, **forms: Any) -> HttpResponse:
        """Draw the page; `forms` are those that came back with errors."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": call_off.shown_number,
            "may_change": self.has_change_permission(request, call_off),
            **what_it_is(call_off),
            "status_form": StatusForm(call_off=call_off),
            **forms,
        }
        code = 422 if any(form.errors for form in forms.values()) else 200
        return TemplateResponse(request, "admin/callouts/call_off.html", context, status=code)

    def status(self, request: Any, pk: int) -> HttpResponse:
        call_off = self.sent_in(request, pk)
        form = StatusForm(request.POST, call_off=call_off)
        if not form.is_valid():
            return self.page(request, call_off, status_form=form)
        given = form.cleaned_data
        actions.change_status(
            call_off=call_off, new=given["status"], reason=given["reason"], tells=given["tells"], by=request.user
        )
        self.message_user(request, _("The status is saved."), messages.SUCCESS)
        return self.back(call_off)

    def back(self, call_off: CallOff) -> HttpResponse:
        return redirect("admin:callouts_calloff_change", call_off.pk)

    def pdf(self, request: HttpRequest, pk: int) -> HttpResponse:
        call_off = self.sent_in(request, pk, to="view")
        return printed(call_off, call_off.customer)

    def file(self, request: HttpRequest, pk: int, file_id: int) -> HttpResponseBase:
        """A file the customer sent along, not before it is scanned."""
        call_off = self.sent_in(request, pk, to="view")
        return self.served(request, get_object_or_404(call_off.files, pk=file_id))

    def served(self, request: HttpRequest, file: CallOffFile) -> HttpResponseBase:
        """Answer with a file, and write down who opened it."""
        call_off = file.call_off
        data = {"file": file.name, "call_off": call_off.shown_number}
        audit.record(verb="callouts.file_read", by=request.user, obj=file, customer=call_off.customer, data=data)  # type: ignore[arg-type]  # staff are signed in
        return file_response(file.stored)


def what_it_is(call_off: CallOff) -> dict[str, Any]:
    """Return all that there is to see of a call-off."""
    lines = list(call_off.lines.all())
    producer = call_off.producer
    return {
        "call_off": call_off,
        "parts": wording.sections_of(call_off, lines),
        "declared": [
            (number, line, answers)
            for number, line in enumerate(lines, start=1)
            if (answers := wording.declaration_answers(call_off, line))
        ],
        "producer_waits": producer is not None and not producer.is_accepted,
        "may_declare": producer is not None and producer.may_be_declared_for(today()),
        "files": call_off.files.select_related("stored"),
        "steps": steps_of(call_off),
        "told": actions.messages_of(call_off),
    }
