"""A call-off as it was sent in: on a page, as a PDF, and as the beginning of a new one."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from callouts import actions, wording
from callouts.forms.small import CopyForm
from callouts.models import CallOff, ChangeRequest
from callouts.renewal import renewed
from callouts.revisions import corrections_of
from callouts.rules import status
from callouts.standing import standing, standing_content
from callouts.views.own import address_of, own_submitted, too_many_drafts
from portal.customers.access import CustomerRequest, customer_required
from portal.customers.models import Customer, Role
from portal.documents.pdf import pdf_response, render_pdf
from portal.files.views import file_response
from portal.ui import formatting

SENT = "sent"


@customer_required()
@require_safe
def call_off(request: CustomerRequest, number: int) -> HttpResponse:
    """One call-off as it stands, with its files and papers, how it went, and what was corrected. With ?as=sent it is
    as it was sent in.
    """
    sent = own_submitted(request, number)
    is_original = request.GET.get("as") == SENT
    context = facts_about(sent if is_original else standing(sent)) | {
        "is_original": is_original,
        "corrections": corrections_of(sent),
        "asked": (asked := list(sent.change_requests.select_related("asked_by"))),
        "why_not": why_no_request(sent, asked),
        "documents": sent.documents.given().select_related("stored"),
        "files": sent.files.select_related("stored"),
        "steps": steps_of(sent),
        "may_write": request.role.includes(Role.ORDERER),
    }
    # The files have a list of their own there.
    context["parts"] = wording.without(context["parts"], {_("Files")})
    return render(request, "callouts/call_off.html", context)


def why_no_request(sent: CallOff, asked: list[ChangeRequest]) -> str:
    """Return why no change can be asked for now, "" where one can."""
    if sent.status not in status.OPEN:
        done = {"status": sent.get_status_display(), "day": formatting.day(formatting.local_day(moment_of(sent)))}
        return _("It can be changed or cancelled until it is carried out. %(status)s %(day)s.") % done
    if any(each.is_waiting for each in asked):
        return _("You can ask for more when this is answered.")
    return ""


def moment_of(sent: CallOff) -> datetime:
    """Return when it came to where it stands."""
    return sent.status_changed_at or sent.submitted_at or timezone.now()


def facts_about(sent: CallOff) -> dict[str, Any]:
    lines = list(sent.lines.all())
    return {
        "call_off": sent,
        "title": wording.title_of(sent, sent.first_line),
        "others": wording.others_of(sent),
        "codes": wording.codes_of(lines[0]) if lines else "",
        "parts": wording.sections_of(sent, lines),
    }


def steps_of(sent: CallOff) -> list[object]:
    """Return the changes of status, the last first."""
    return list(sent.status_changes.order_by("-at", "-pk"))


@customer_required()
@require_safe
def pdf(request: CustomerRequest, number: int) -> HttpResponse:
    """The same to print."""
    return printed(own_submitted(request, number), request.customer)


def printed(sent: CallOff, customer: Customer) -> HttpResponse:
    """Answer with a call-off as a PDF: as it stands, and what was corrected."""
    context = facts_about(standing(sent)) | {
        "customer": customer,
        "steps": steps_of(sent),
        "corrections": corrections_of(sent),
    }
    return pdf_response(render_pdf("callouts/call_off_pdf.html", context), name=sent.shown_number)


@customer_required()
@require_safe
def document(request: CustomerRequest, number: int, document_id: int) -> HttpResponseBase:
    """A paper that came back, unless it was taken back."""
    documents = own_submitted(request, number).documents.given()
    return file_response(get_object_or_404(documents, pk=document_id).stored)


@customer_required(role=Role.ORDERER)
@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: CustomerRequest, number: int) -> HttpResponse:
    """Ask which files shall come along and say what cannot, and make a draft of it."""
    sent = own_submitted(request, number)
    form = CopyForm(request.POST if request.method == "POST" else None, call_off=sent, initial=first_choice(sent))
    if request.method == "POST" and form.is_valid():
        try:
            draft, left_out = actions.copy_to_draft(
                call_off=sent,
                files=[file.pk for file in form.cleaned_data["files"]],
                by=request.user,
                start_key=form.cleaned_data["start_key"],
            )
        except actions.TooManyDrafts:
            messages.warning(request, too_many_drafts())
            return redirect("callouts:call_off", number)
        text = _("A new draft is made from %(number)s. It is not sent in yet.") % {"number": sent.shown_number}
        messages.success(request, text)
        for reason in left_out:
            messages.warning(request, reason)
        return redirect(address_of(draft))
    context = {"call_off": sent, "form": form, "title": wording.title_of(sent, standing(sent).first_line)}
    context["left_out"] = renewed(standing_content(sent)).left_out
    return render(request, "callouts/copy.html", context, status=422 if form.is_bound else 200)


def first_choice(sent: CallOff) -> dict[str, object]:
    """Begin with data sheets and forms, which last; a photo is of one load."""
    lasting = [file.pk for file in sent.files.all() if file.kind in {"data_sheet", "nofo"}]
    return {"start_key": uuid.uuid4(), "files": lasting}
