"""The form (Foreta avrop) and the drafts (Påbegynte avrop)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from callouts import actions, conflicts
from callouts.content import DraftContent, LineContent, content_of, problems_of
from callouts.forms import OTHER, CallOffForm, initial_of
from callouts.models import CallOff, WasteProducer
from callouts.parts import parts_of
from callouts.queries import find_fractions, known_addresses
from callouts.rules import facts
from callouts.rules.problems import Problem
from callouts.wording import codes_of, title_of
from portal.customers.access import CustomerRequest, customer_required
from portal.customers.models import Role
from portal.customers.queries import today

SEARCH, REVIEW = "search", "review"


@dataclass(frozen=True)
class Sheet:
    """What the form page shows: the draft it belongs to (None before the first save), the form, what it holds."""

    form: CallOffForm
    content: DraftContent
    draft: CallOff | None = None
    problems: Sequence[Problem] | None = None
    differences: Sequence[conflicts.Difference] = ()


@customer_required()
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: CustomerRequest) -> HttpResponse:
    """An empty form. Nothing is stored until it is saved for the first time."""
    if not request.role.includes(Role.ORDERER):
        return cannot_write(request)
    if request.method == "POST":
        return answer(request, None)
    content = suggested(request)
    initial = initial_of(content) | {"start_key": uuid.uuid4()}
    if len(known_addresses(request.customer)) == 0:
        initial["pickup_place"] = OTHER
    return draw(request, Sheet(CallOffForm(initial=initial, customer=request.customer), content))


@customer_required(role=Role.ORDERER)
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: CustomerRequest, pk: int) -> HttpResponse:
    """A draft, to go on with."""
    call_off = own_call_off(request, pk)
    if not call_off.is_draft:
        return locked(request, call_off)
    if request.method == "POST":
        return answer(request, call_off)
    content = content_of(call_off)
    form = CallOffForm(initial=initial_of(content), customer=request.customer, stored=content)
    return draw(request, Sheet(form, content, call_off))


def cannot_write(request: CustomerRequest) -> HttpResponse:
    """Say who may make call-offs: for a reader this is the portal's first page."""
    if request.method == "POST":
        raise PermissionDenied
    return render(request, "callouts/reader.html")


def own_call_off(request: CustomerRequest, pk: int) -> CallOff:
    """Return one of the customer's; for a POST it is locked, so that it is not deleted or sent in under our hands."""
    found = CallOff.objects.of(request.customer).select_related("changed_by", "customer")
    return get_object_or_404(found.select_for_update(of=("self",)) if request.method == "POST" else found, pk=pk)


def suggested(request: CustomerRequest) -> DraftContent:
    """Return what an empty form begins with: what the customer has only one of, and the person who writes."""
    producers = list(WasteProducer.objects.of(request.customer).in_use()[:2])
    addresses = known_addresses(request.customer)
    return DraftContent(
        service=facts.WASTE,
        producer=producers[0] if len(producers) == 1 else None,
        transport=facts.BY_US,
        pickup_address=addresses[0] if len(addresses) == 1 else "",
        contact_name=request.user.name,
        contact_phone=request.user.phone,
        lines=(LineContent(declared_by=facts.BY_CUSTOMER),),
    )


def answer(request: CustomerRequest, call_off: CallOff | None) -> HttpResponse:
    """Search, save, or save and go on to look it over: the button that was pressed says which."""
    stored = content_of(call_off) if call_off else None
    form = CallOffForm(request.POST, customer=request.customer, stored=stored)
    is_valid = form.is_valid()
    sheet = Sheet(form, form.content(), call_off)
    if request.POST.get("action") == SEARCH:
        unchecked = CallOffForm(initial=request.POST.dict(), customer=request.customer, stored=stored)
        return draw(request, replace(sheet, form=unchecked))
    if not is_valid:
        return draw(request, sheet, status=422)
    try:
        saved = save(request, form, call_off)
    except actions.DraftChanged as conflict:
        return draw(request, conflicting(sheet, conflict.call_off), status=409)
    except actions.AlreadySubmitted as done:
        return locked(request, done.call_off)
    if request.POST.get("action") == REVIEW:
        return look_over(request, replace(sheet, draft=saved))
    messages.success(request, _("The draft is saved."))
    return redirect("callouts:draft", saved.pk)


def save(request: CustomerRequest, form: CallOffForm, call_off: CallOff | None) -> CallOff:
    content, by = form.content(), request.user
    if call_off:
        version = form.cleaned_data["version"] or 0
        return actions.save_draft(call_off=call_off, content=content, version=version, by=by)
    start_key = form.cleaned_data["start_key"] or uuid.uuid4()
    return actions.start_draft(customer=request.customer, content=content, by=by, start_key=start_key)


def look_over(request: CustomerRequest, sheet: Sheet) -> HttpResponse:
    """Go on to the check-your-answers page, or say what is in the way."""
    problems = problems_of(sheet.content, on=today())
    if not problems and sheet.draft:
        return redirect("callouts:review", sheet.draft.pk)
    sheet.form.show(problems)
    return draw(request, replace(sheet, problems=problems), status=422)


def conflicting(sheet: Sheet, theirs: CallOff) -> Sheet:
    """Keep what was written on the page, beside what somebody else saved meanwhile."""
    return replace(sheet, draft=theirs, differences=conflicts.between(content_of(theirs), sheet.content))


def locked(request: HttpRequest, call_off: CallOff) -> HttpResponse:
    """Lead to a call-off that turned out to be sent in."""
    text = _("%(number)s is already sent in by %(name)s, and locked.")
    messages.info(request, text % {"number": call_off.shown_number, "name": call_off.submitted_by_name})
    return redirect("callouts:call_off", call_off.number)


def draw(request: CustomerRequest, sheet: Sheet, *, status: int = 200) -> HttpResponse:
    """Draw the form page, or, for htmx, the fractions found."""
    form, content, call_off = sheet.form, sheet.content, sheet.draft
    hits = find_fractions(str(form["q"].value() or ""), content.line.fraction)
    context: dict[str, object] = {"form": form, "hits": hits, "draft": call_off}
    if request.htmx:
        return render(request, "callouts/_hits.html", context)
    problems = list(problems_of(content, on=today()) if sheet.problems is None else sheet.problems)
    wrong = form.errors.keys() if form.is_bound else ()
    context |= {
        "action": reverse("callouts:draft", args=[call_off.pk]) if call_off else reverse("callouts:new"),
        "parts": parts_of(content, problems, wrong, checked=sheet.problems is not None),
        "producer": content.producer,
        "may_declare": content.producer is not None and content.producer.may_be_declared_for(today()),
        "differences": sheet.differences,
        "is_conflict": status == 409,
    }
    return render(request, "callouts/form.html", context, status=status)


@dataclass(frozen=True)
class DraftRow:
    """A draft as the list shows it."""

    draft: CallOff

    @property
    def title(self) -> str:
        return title_of(self.draft, self.draft.first_line)

    @property
    def codes(self) -> str:
        return codes_of(self.draft.first_line) if self.draft.first_line else ""

    @property
    def dialog(self) -> str:
        return f"delete-{self.draft.pk}"


@customer_required()
@require_safe
def drafts(request: CustomerRequest) -> HttpResponse:
    """All drafts of the customer, the last changed first."""
    found = CallOff.objects.of(request.customer).drafts().last_changed_first()
    rows = [DraftRow(each) for each in found.select_related("changed_by").prefetch_related("lines")]
    return render(request, "callouts/drafts.html", {"rows": rows, "may_write": request.role.includes(Role.ORDERER)})


@customer_required(role=Role.ORDERER)
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: CustomerRequest, pk: int) -> HttpResponse:
    """Ask, and delete a draft."""
    call_off = own_call_off(request, pk)
    if not call_off.is_draft:
        return locked(request, call_off)
    if request.method == "POST":
        actions.delete_draft(call_off=call_off, by=request.user)
        messages.success(request, _("The draft is deleted."))
        return redirect("callouts:drafts")
    title = title_of(call_off, call_off.first_line)
    return render(request, "callouts/delete.html", {"draft": call_off, "title": title})
