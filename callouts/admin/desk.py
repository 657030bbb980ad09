"""A call-off on one page in admin: all that was sent in, and everything staff do with it."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from callouts import actions, wording
from callouts.forms.revision import RevisionForm
from callouts.forms.staff import AnswerForm, DocumentsForm, StatusForm
from callouts.models import CallOff, CallOffDocument, CallOffFile, CallOffLine
from callouts.revisions import corrections_of
from callouts.standing import standing
from callouts.views.detail import printed, steps_of
from callouts.views.own import with_lines
from portal.audit import actions as audit
from portal.customers.queries import today
from portal.files.views import file_response
from portal.tenancy.admin import TenantModelAdmin
from portal.tenancy.text import key_in


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
            at("revise/", require_http_methods(["GET", "HEAD", "POST"])(self.revise), "revise"),
            at("requests/<int:request_id>/", require_POST(self.answer_request), "answer"),
            at("files/<int:file_id>/", require_safe(self.file), "file"),
            at("documents/", require_POST(self.add_documents), "documents"),
            at("documents/<int:document_id>/", require_safe(self.document), "document"),
            at("documents/<int:document_id>/withdraw/", require_POST(self.withdraw_document), "withdraw_document"),
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
        """Show the page, whose forms have addresses of their own. Whose call-off staff look at is written down."""
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        call_off = self.sent_in(request, key_in(object_id), to="view")
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
            "documents_form": DocumentsForm(),
            "answer_form": AnswerForm(),
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
        data = {"file": f"{call_off.shown_number}.pdf"}
        audit.record(verb="callouts.read", by=request.user, obj=call_off, customer=call_off.customer, data=data)  # type: ignore[arg-type]  # staff are signed in
        return printed(call_off, call_off.customer)

    def file(self, request: HttpRequest, pk: int, file_id: int) -> HttpResponseBase:
        """A file the customer sent along, not before it is scanned."""
        call_off = self.sent_in(request, pk, to="view")
        return self.served(request, get_object_or_404(call_off.files, pk=file_id))

    def answer_request(self, request: Any, pk: int, request_id: int) -> HttpResponse:
        call_off = self.sent_in(request, pk)
        asked = get_object_or_404(call_off.change_requests, pk=request_id)
        form = AnswerForm(request.POST)
        if not form.is_valid():
            return self.page(request, call_off, answer_form=form)
        accepted = form.cleaned_data["decision"] == AnswerForm.ACCEPT
        try:
            actions.answer_request(
                request=asked, accepted=accepted, answer=form.cleaned_data["answer"], by=request.user
            )
        except (actions.AlreadyAnswered, actions.StatusRefused):
            self.message_user(request, _("It is answered or withdrawn meanwhile. Look once more."), messages.WARNING)
        else:
            self.message_user(request, _("Answered. The customer is told."), messages.SUCCESS)
        return self.back(call_off)

    def add_documents(self, request: Any, pk: int) -> HttpResponse:
        call_off = self.sent_in(request, pk)
        form = DocumentsForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(request, call_off, documents_form=form)
        given = form.cleaned_data
        added = actions.add_documents(
            call_off=call_off, uploads=given["documents"], kind=given["kind"], note=given["note"], by=request.user
        )
        if added:
            self.message_user(request, _("Added. The customer is told."), messages.SUCCESS)
        else:
            self.message_user(request, _("It is there already, and the customer was told."), messages.WARNING)
        return self.back(call_off)

    def document(self, request: HttpRequest, pk: int, document_id: int) -> HttpResponseBase:
        call_off = self.sent_in(request, pk, to="view")
        return self.served(request, get_object_or_404(call_off.documents, pk=document_id))

    def withdraw_document(self, request: Any, pk: int, document_id: int) -> HttpResponse:
        call_off = self.sent_in(request, pk)
        document = get_object_or_404(call_off.documents, pk=document_id)
        actions.withdraw_document(document=document, by=request.user)
        text = _("%(name)s is taken back: the customer does not see it any more.") % {"name": document.name}
        self.message_user(request, text, messages.SUCCESS)
        return self.back(call_off)

    def revise(self, request: Any, pk: int) -> HttpResponse:
        """Correct what was sent in, beside the original."""
        call_off = self.sent_in(request, pk)
        form = self.revision_form(call_off, request.POST if request.method == "POST" else None)
        if form.is_bound and form.is_valid() and self.is_revised(request, call_off, form):
            self.message_user(request, _("The call-off is corrected, and the customer is told."), messages.SUCCESS)
            return self.back(call_off)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Correct call-off %(number)s") % {"number": call_off.shown_number},
            "call_off": call_off,
            "form": form,
        }
        code = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/callouts/revise.html", context, status=code)

    def revision_form(self, call_off: CallOff, data: Any) -> RevisionForm:
        fraction: Any = CallOffLine._meta.get_field("fraction")
        widget = AutocompleteSelect(fraction, self.admin_site)
        return RevisionForm(data, call_off=standing(call_off), seen=len(call_off.revisions.all()), widget=widget)

    def is_revised(self, request: Any, call_off: CallOff, form: RevisionForm) -> bool:
        """Save what was filled in; where it cannot be, say so on the form."""
        try:
            actions.revise(
                call_off=call_off,
                content=form.content(),
                reason=form.cleaned_data["reason"],
                seen=form.cleaned_data["seen"],
                by=request.user,
            )
        except actions.RevisedMeanwhile:
            form.add_error(None, _("Somebody else has corrected it meanwhile. Open the page anew, and look once more."))
        except actions.NothingChanged:
            form.add_error(None, _("Nothing is changed yet."))
        except actions.NotReady as error:
            form.show(error.problems)
        else:
            return True
        return False

    def served(self, request: HttpRequest, file: CallOffFile | CallOffDocument) -> HttpResponseBase:
        """Answer with a file, and write down who opened it."""
        call_off = file.call_off
        data = {"file": file.name, "call_off": call_off.shown_number}
        audit.record(verb="callouts.file_read", by=request.user, obj=file, customer=call_off.customer, data=data)  # type: ignore[arg-type]  # staff are signed in
        return file_response(file.stored)


def what_it_is(sent: CallOff) -> dict[str, Any]:
    """Return all that there is to see of a call-off: as it stands, and how it came to."""
    call_off = standing(sent)
    lines = list(call_off.lines.all())
    producer = call_off.producer
    return {
        "call_off": call_off,
        "corrections": corrections_of(sent),
        "as_sent_in": wording.sections_of(sent, list(sent.lines.all())) if call_off is not sent else [],
        "asked": call_off.change_requests.select_related("asked_by", "answered_by"),
        "documents": call_off.documents.select_related("stored", "added_by"),
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
