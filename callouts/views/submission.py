"""Looking a draft over, sending it in, and the confirmation."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from callouts import actions
from callouts.content import DraftContent, content_of, facts_of
from callouts.forms.small import SubmitForm
from callouts.models import CallOffLine
from callouts.rules.problems import Problem, problems_with
from callouts.rules.remarks import remarks_on
from callouts.views.own import locked, own_call_off, own_submitted
from callouts.wording import line_name, sections_of
from portal.customers.access import CustomerRequest, customer_required
from portal.customers.models import Role
from portal.customers.queries import today
from portal.ui import formatting


@customer_required()
@require_safe
def review(request: CustomerRequest, pk: int) -> HttpResponse:
    """Check your answers; readers may look, too."""
    call_off = own_call_off(request, pk)
    if not call_off.is_draft:
        return locked(request, call_off)
    content = content_of(call_off)
    known = facts_of(content, on=today())
    problems = [in_words(each, content) for each in problems_with(known)]
    lines = list(CallOffLine.objects.filter(call_off=call_off).select_related("unit"))
    context = {
        "draft": call_off,
        # Not "sections": the shell's navigation has that name.
        "parts": sections_of(call_off, lines),
        "problems": problems,
        "remarks": [in_words(each, content) for each in remarks_on(known)],
        "submission_key": uuid.uuid4(),
        "may_write": request.role.includes(Role.ORDERER),
    }
    return render(request, "callouts/review.html", context)


def in_words(problem: Problem, content: DraftContent) -> str:
    """Name the line, where there are several."""
    if problem.line is None or len(content.lines) < 2:
        return problem.message
    return f"{line_name(content, problem.line)}: {problem.message}"


@customer_required(role=Role.ORDERER)
@require_POST
def submit(request: CustomerRequest, pk: int) -> HttpResponse:
    """Send in. Pressed twice, or in two tabs, it is one call-off with one number."""
    call_off = own_call_off(request, pk)
    form = SubmitForm(request.POST)
    if not form.is_valid():
        return redirect("callouts:review", call_off.pk)
    try:
        sent = actions.submit(call_off=call_off, by=request.user, on_behalf=request.on_behalf, **form.cleaned_data)
    except actions.AlreadySubmitted as done:
        return locked(request, done.call_off)
    except actions.DraftChanged as conflict:
        name = conflict.call_off.changed_by
        text = _("%(name)s changed the draft after you opened this page. Look it over once more.") % {"name": name}
        messages.warning(request, text)
        return redirect("callouts:review", call_off.pk)
    except actions.NotReady:
        messages.warning(request, _("Something is missing. See what is marked."))
        return redirect("callouts:review", call_off.pk)
    return redirect("callouts:submitted", sent.number)


@customer_required()
@require_safe
def submitted(request: CustomerRequest, number: int) -> HttpResponse:
    """The green confirmation."""
    call_off = own_submitted(request, number)
    # Colleagues may read the page, but phone and address are those of the person who sent it in.
    is_mine = call_off.submitted_by_id == request.user.pk
    told = [message.recipient for message in actions.messages_about(call_off)] if is_mine else []
    shown = [recipient if "@" in recipient else formatting.phone(recipient) for recipient in told if recipient]
    return render(request, "callouts/submitted.html", {"call_off": call_off, "recipients": ", ".join(shown)})
