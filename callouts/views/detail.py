"""A call-off as it was sent in: on a page, as a PDF, and as the beginning of a new one."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from callouts import actions, wording
from callouts.content import content_of
from callouts.forms.small import CopyForm
from callouts.models import CallOff
from callouts.renewal import renewed
from callouts.views.own import address_of, own_submitted
from portal.customers.access import CustomerRequest, customer_required
from portal.customers.models import Customer, Role
from portal.documents.pdf import pdf_response, render_pdf


@customer_required()
@require_safe
def call_off(request: CustomerRequest, number: int) -> HttpResponse:
    """One call-off with everything as it was sent in, its files and how it went."""
    sent = own_submitted(request, number)
    context = facts_about(sent) | {
        "files": sent.files.select_related("stored"),
        "steps": steps_of(sent),
        "may_write": request.role.includes(Role.ORDERER),
        "copy_key": uuid.uuid4(),
    }
    return render(request, "callouts/call_off.html", context)


def facts_about(sent: CallOff) -> dict[str, object]:
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
    """Answer with a call-off as a PDF."""
    context = facts_about(sent) | {"customer": customer, "steps": steps_of(sent), "files": sent.files.all()}
    return pdf_response(render_pdf("callouts/call_off_pdf.html", context), name=sent.shown_number)


@customer_required(role=Role.ORDERER)
@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: CustomerRequest, number: int) -> HttpResponse:
    """Ask which files shall come along and say what cannot, and make a draft of it."""
    sent = own_submitted(request, number)
    form = CopyForm(request.POST if request.method == "POST" else None, call_off=sent, initial=first_choice(sent))
    if request.method == "POST" and form.is_valid():
        draft, left_out = actions.copy_to_draft(
            call_off=sent,
            files=[file.pk for file in form.cleaned_data["files"]],
            by=request.user,
            start_key=form.cleaned_data["start_key"],
        )
        text = _("A new draft is made from %(number)s. It is not sent in yet.") % {"number": sent.shown_number}
        messages.success(request, text)
        for reason in left_out:
            messages.warning(request, reason)
        return redirect(address_of(draft))
    context = {"call_off": sent, "form": form, "title": wording.title_of(sent, sent.first_line)}
    context["left_out"] = renewed(content_of(sent)).left_out
    return render(request, "callouts/copy.html", context, status=422 if form.is_bound else 200)


def first_choice(sent: CallOff) -> dict[str, object]:
    """Begin with data sheets and forms, which last; a photo is of one load."""
    lasting = [file.pk for file in sent.files.all() if file.kind in {"data_sheet", "nofo"}]
    return {"start_key": uuid.uuid4(), "files": lasting}
