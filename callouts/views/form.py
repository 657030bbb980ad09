"""Filling in the form: search, save, lines, files, and on to looking it over."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from callouts import actions, conflicts
from callouts.content import DraftContent, LineContent, content_of, problems_of
from callouts.forms.call_off import OTHER, CallOffForm, initial_of
from callouts.models import CallOff, CallOffSettings, CallOffTemplate
from callouts.queries import known_addresses, producers_of
from callouts.renewal import renewed
from callouts.rules import facts
from callouts.rules.problems import MOST_LINES
from callouts.stored_content import loaded
from callouts.views.own import address_of, cannot_write, locked, own_call_off
from callouts.views.partly import check_files, kinds_posted, tell_no_room, tell_unsaved
from callouts.views.producers import EMPTY_FORM
from callouts.views.sheet import Sheet, draw, progress_of
from portal.customers.access import CustomerRequest, customer_required
from portal.customers.models import Role
from portal.customers.queries import today
from portal.tenancy.text import key_in
from portal.ui import formatting

# The buttons of the page. Those with an argument write it after a colon: "line:<key>".
SEARCH, MORE, AUTOSAVE, SAVE, REVIEW = "search", "more", "autosave", "save", "review"
LINE, ADD, REMOVE, ATTACH, DETACH = "line", "add", "remove", "attach", "detach"
ASK, TEMPLATE, PRODUCER = "ask", "template", "producer"
# A number that cannot be read on one line does not lock the others.
GOES_ON = frozenset({LINE, ADD, REMOVE, ATTACH, DETACH})


@dataclass(frozen=True)
class Pressed:
    """Which button was pressed, and what for."""

    name: str
    argument: str = ""

    @classmethod
    def read(cls, request: CustomerRequest) -> "Pressed":
        name, _colon, argument = request.POST.get("action", SAVE).partition(":")
        return cls(name, argument)

    @property
    def key(self) -> uuid.UUID | None:
        """Return the key of the line it is about."""
        return as_key(self.argument)


def as_key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@customer_required()
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: CustomerRequest) -> HttpResponse:
    """An empty form, one filled in from a template, or (`?producer=`) with a producer just registered. Nothing is
    stored until it is saved for the first time.
    """
    if not request.role.includes(Role.ORDERER):
        return cannot_write(request)
    if request.method == "POST":
        return answer(request, None)
    content = begun(request)
    initial = initial_of(content, content.line) | {"start_key": uuid.uuid4()} | registered_producer(request)
    form = CallOffForm(initial=initial, customer=request.customer, stored=content)
    if not form.knows_addresses:
        form.initial["pickup_place"] = OTHER
    return draw(request, Sheet(form, content, content.line.key))


@customer_required(role=Role.ORDERER)
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: CustomerRequest, pk: int) -> HttpResponse:
    """A draft, to go on with; `?line=` says with which of its lines, `?producer=` with a producer just registered."""
    call_off = own_call_off(request, pk)
    if not call_off.is_draft:
        return locked(request, call_off)
    if request.method == "POST":
        return answer(request, call_off)
    content = content_of(call_off)
    line = content.line_at(as_key(request.GET.get("line", "")))
    initial = initial_of(content, line) | registered_producer(request)
    form = CallOffForm(initial=initial, customer=request.customer, stored=content)
    return draw(request, Sheet(form, content, line.key, call_off))


def registered_producer(request: CustomerRequest) -> dict[str, int]:
    """Return the choice of the producer that somebody left the form to register, for them to save."""
    key = key_in(request.GET.get("producer", ""))
    return {"producer": key} if key else {}


def begun(request: CustomerRequest) -> DraftContent:
    """Return what an empty form begins with: the template that was chosen, else what is likely."""
    wanted = key_in(request.GET.get("template", ""))
    template = CallOffTemplate.objects.of(request.customer).filter(pk=wanted).first() if wanted else None
    if template is None:
        return suggested(request)
    renewal = renewed(loaded(template.content, customer=request.customer))
    for text in renewal.left_out:
        messages.warning(request, text)
    return renewal.content


def suggested(request: CustomerRequest) -> DraftContent:
    """Return what is likely: what the customer has only one of, and the person who writes, unless it is staff."""
    producers = producers_of(request.customer)
    addresses = known_addresses(request.customer)
    services = CallOffSettings.current().services
    return DraftContent(
        service=facts.WASTE if facts.WASTE in services or not services else services[0],
        producer=producers[0] if len(producers) == 1 else None,
        transport=facts.BY_US,
        pickup_address=addresses[0] if len(addresses) == 1 else "",
        contact_name="" if request.on_behalf else request.user.name,
        contact_phone="" if request.on_behalf else request.user.phone,
        lines=(LineContent(declared_by=facts.BY_CUSTOMER),),
    )


def answer(request: CustomerRequest, call_off: CallOff | None) -> HttpResponse:
    """Do what the pressed button says. All but searching save first, so that nothing written is lost."""
    pressed = Pressed.read(request)
    stored = content_of(call_off) if call_off else None
    form = CallOffForm(request.POST, request.FILES, customer=request.customer, stored=stored)
    form.is_valid()
    sheet = Sheet(form, form.content(), form.line_key, call_off)
    if pressed.name in {SEARCH, MORE}:
        unchecked = CallOffForm(initial=request.POST.dict(), customer=request.customer, stored=stored)
        return draw(request, replace(sheet, form=unchecked, shows_more=pressed.name == MORE))
    if pressed.name == AUTOSAVE:
        return autosave(request, sheet)
    check_files(sheet, are_asked_for=pressed.name == ATTACH)
    if form.errors and (pressed.name not in GOES_ON or "files" in form.errors):
        return look_over(request, sheet, pressed) if pressed.name == REVIEW else draw(request, sheet, status=422)
    return go_on(request, sheet, pressed)


def go_on(request: CustomerRequest, sheet: Sheet, pressed: Pressed) -> HttpResponse:
    """Save what is right of a page, and do what the button says besides."""
    if pressed.name in {REVIEW, ASK, PRODUCER} and is_untouched(request, sheet):
        return AFTER[pressed.name](request, sheet, pressed)
    try:
        saved = save(request, sheet)
    except actions.DraftChanged as conflict:
        return draw(request, conflicting(sheet, conflict.call_off), status=409)
    except actions.AlreadySubmitted as done:
        return locked(request, done.call_off)
    except (actions.TooManyFiles, actions.TooManyDrafts) as refusal:
        tell_no_room(sheet, refusal)
        return draw(request, sheet, status=422)
    if sheet.form.errors and pressed.name == ATTACH:
        # What is wrong stays on the page to be mended; the files need not be chosen again.
        return draw(request, replace(sheet, draft=saved), status=422)
    tell_unsaved(request, sheet.form, line_goes=pressed.name == REMOVE and pressed.key == sheet.line_key)
    return AFTER.get(pressed.name, after_saving)(request, replace(sheet, draft=saved), pressed)


def is_untouched(request: CustomerRequest, sheet: Sheet) -> bool:
    """Whether nothing has been written on an empty form yet: then there is nothing to save. To choose among the kinds
    of service is to look around, not to write.
    """
    is_new = sheet.draft is None and not sheet.form.cleaned_data.get("files")
    return is_new and sheet.content == replace(suggested(request), service=sheet.content.service).tidied()


@transaction.atomic
def save(request: CustomerRequest, sheet: Sheet, content: DraftContent | None = None) -> CallOff:
    """Save the page's content (or `content`) and the files that were chosen: all of it, or nothing."""
    form, by = sheet.form, request.user
    content = content or sheet.content
    if sheet.draft:
        version = form.cleaned_data.get("version") or 0
        saved = actions.save_draft(call_off=sheet.draft, content=content, version=version, by=by)
    else:
        start_key = form.cleaned_data.get("start_key") or uuid.uuid4()
        saved = actions.start_draft(customer=request.customer, content=content, by=by, start_key=start_key)
    if uploads := form.cleaned_data.get("files"):
        kind = form.cleaned_data.get("file_kind") or ""
        saved = actions.attach(call_off=saved, uploads=uploads, kind=kind, by=by)
    if kinds := kinds_posted(request):
        saved = actions.set_kinds(call_off=saved, kinds=kinds, by=by)
    return saved


def autosave(request: CustomerRequest, sheet: Sheet) -> JsonResponse:
    """Save what is right of a page that somebody is writing on, and tell its script how it went.

    `version` and `action` are for its next time, `said` for the person, `parts` (HTML) and `declaration` for the page;
    409 when somebody else saved meanwhile, or there is no room.
    """
    if is_untouched(request, sheet):
        return JsonResponse({"said": ""})
    try:
        saved = save(request, sheet)
    except actions.DraftChanged as conflict:
        name = conflict.call_off.changed_by
        text = _("%(name)s has saved this draft meanwhile. Press “Save draft” to see what differs.") % {"name": name}
        return JsonResponse({"said": text}, status=409)
    except actions.AlreadySubmitted as done:
        text = _("%(number)s is sent in, and locked.") % {"number": done.call_off.shown_number}
        return JsonResponse({"said": text}, status=409)
    except (actions.TooManyFiles, actions.TooManyDrafts) as refusal:
        return JsonResponse({"said": tell_no_room(sheet, refusal)}, status=409)
    said = _("The draft was saved %(clock)s.") % {"clock": formatting.clock(saved.changed_at)}
    wrong = [str(sheet.form.fields[name].label) for name in sheet.form.errors if name in sheet.form.fields]
    if wrong:
        said += " " + _("Not saved yet: %(fields)s.") % {"fields": ", ".join(wrong)}
    address = reverse("callouts:draft", args=[saved.pk])
    progress = progress_of(sheet, problems_of(sheet.content, on=today()))
    return JsonResponse(
        {
            "version": saved.version,
            "action": address,
            "said": said,
            "is_whole": not wrong,
            "parts": render_to_string("callouts/_part_list.html", progress),
            "declaration": progress["declaration"],
        }
    )


def look_over(request: CustomerRequest, sheet: Sheet, _pressed: Pressed) -> HttpResponse:
    """Go on to the check-your-answers page, or say all that is in the way: what cannot be read, and what is missing."""
    problems = problems_of(sheet.content, on=today())
    if not problems and not sheet.form.errors and sheet.draft:
        return redirect("callouts:review", sheet.draft.pk)
    shown = sheet.form.show(problems, sheet.content)
    return draw(request, replace(sheet, problems=shown), status=422)


def conflicting(sheet: Sheet, theirs: CallOff) -> Sheet:
    """Keep what was written on the page, beside what somebody else saved meanwhile."""
    saved = content_of(theirs)
    mine = sheet.form.content(over=saved)
    return replace(sheet, content=mine, draft=theirs, differences=conflicts.between(saved, mine))


# What follows on saving; each gets the sheet with the saved draft ---------------------------------------


def _draft_of(sheet: Sheet) -> CallOff:
    assert sheet.draft  # noqa: S101  (it was saved just now)
    return sheet.draft


def after_saving(request: CustomerRequest, sheet: Sheet, _pressed: Pressed) -> HttpResponse:
    messages.success(request, _("The draft is saved."))
    several = len(sheet.content.lines) > 1
    return redirect(address_of(_draft_of(sheet), sheet.line_key if several else None))


def open_line(_request: CustomerRequest, sheet: Sheet, pressed: Pressed) -> HttpResponse:
    return redirect(address_of(_draft_of(sheet), pressed.key))


def add_line(request: CustomerRequest, sheet: Sheet, _pressed: Pressed) -> HttpResponse:
    """Add an empty line and open it."""
    draft = _draft_of(sheet)
    content = content_of(draft)
    if len(content.lines) >= MOST_LINES:
        messages.warning(request, _("A call-off has at most %(most)s lines.") % {"most": MOST_LINES})
        return redirect(address_of(draft, sheet.line_key))
    line = LineContent(declared_by=facts.BY_CUSTOMER)
    actions.save_draft(call_off=draft, content=content.with_line(line), version=draft.version, by=request.user)
    return redirect(address_of(draft, line.key))


def remove_line(request: CustomerRequest, sheet: Sheet, pressed: Pressed) -> HttpResponse:
    draft = _draft_of(sheet)
    content = content_of(draft)
    if pressed.key:
        content = content.without_line(pressed.key)
        actions.save_draft(call_off=draft, content=content, version=draft.version, by=request.user)
        messages.success(request, _("The line is removed."))
    return redirect(address_of(draft, content.line_at(sheet.line_key).key))


def attached(request: CustomerRequest, sheet: Sheet, _pressed: Pressed) -> HttpResponse:
    """The files are stored already; go back to where they are listed."""
    if sheet.form.cleaned_data.get("files"):
        messages.success(request, _("The files are uploaded."))
    return redirect(to_files(sheet))


def to_files(sheet: Sheet) -> str:
    """Return the address of the list of files, at the line that is on the page."""
    return f"{address_of(_draft_of(sheet), sheet.line_key).removesuffix('#part-2')}#part-5"


def detach(request: CustomerRequest, sheet: Sheet, pressed: Pressed) -> HttpResponse:
    if file_id := key_in(pressed.argument):
        actions.detach(call_off=_draft_of(sheet), file_id=file_id, by=request.user)
        messages.success(request, _("The file is removed."))
    return redirect(to_files(sheet))


def ask(_request: CustomerRequest, sheet: Sheet, _pressed: Pressed) -> HttpResponse:
    return redirect(with_draft("callouts:ask", sheet))


def keep_as_template(_request: CustomerRequest, sheet: Sheet, _pressed: Pressed) -> HttpResponse:
    return redirect("callouts:draft_template", _draft_of(sheet).pk)


def register_producer(_request: CustomerRequest, sheet: Sheet, _pressed: Pressed) -> HttpResponse:
    if sheet.draft is None:
        return redirect(reverse("callouts:new_producer", query={"draft": EMPTY_FORM}))
    return redirect(with_draft("callouts:new_producer", sheet))


def with_draft(name: str, sheet: Sheet) -> str:
    """Return the address of a page that leads back to the draft."""
    return f"{reverse(name)}?draft={sheet.draft.pk}" if sheet.draft else reverse(name)


AFTER: dict[str, Callable[[CustomerRequest, Sheet, Pressed], HttpResponse]] = {
    REVIEW: look_over,
    LINE: open_line,
    ADD: add_line,
    REMOVE: remove_line,
    ATTACH: attached,
    DETACH: detach,
    ASK: ask,
    TEMPLATE: keep_as_template,
    PRODUCER: register_producer,
}
