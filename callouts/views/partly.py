"""A page of which only some can be saved: what is right is, and the rest is said."""

import re

from django.contrib import messages
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from callouts import actions
from callouts.content import LINE_FIELDS
from callouts.forms.call_off import CallOffForm
from callouts.models import CallOffFile
from callouts.rules.files import MOST_FILES
from callouts.views.own import too_many_drafts
from callouts.views.sheet import Sheet
from portal.customers.access import CustomerRequest

KIND_OF_FILE = re.compile(r"kind-(\d{1,18})", re.ASCII)
# What the page asks for and no call-off holds.
UNHELD = frozenset({"q", "category", "file_kind", "version", "line", "start_key"})


def tell_unsaved(request: CustomerRequest, form: CallOffForm, *, line_goes: bool) -> None:
    """Say of each field with an error what was typed and why it was not saved. `line_goes`: the page's line is taken
    off, and nobody needs to know of its fields.
    """
    passed_over = UNHELD | (set(LINE_FIELDS) if line_goes else set())
    for name, errors in form.errors.items():
        if name not in form.fields or name in passed_over:
            continue
        typed = "" if name == "files" else Truncator(str(form[name].value() or "")).chars(40)
        values = {"field": form.fields[name].label, "typed": typed, "why": " ".join(map(str, errors))}
        text = _("Not saved: %(field)s “%(typed)s”. %(why)s") if typed else _("Not saved: %(field)s. %(why)s")
        messages.warning(request, text % values)


def check_files(sheet: Sheet, *, are_asked_for: bool) -> None:
    """Say so at the field when there would be too many files, or when there are none and they are `are_asked_for`."""
    form = sheet.form
    if "files" in form.errors:
        return
    there, chosen = 0, form.cleaned_data["files"]
    if are_asked_for and not chosen:
        form.add_error("files", form.fields["files"].error_messages["required"])
    if sheet.draft:
        there, chosen = sheet.draft.files.count(), actions.new_files(sheet.draft, chosen)
    if there + len(chosen) > MOST_FILES:
        _too_many(sheet, there)


def tell_no_room(sheet: Sheet, refusal: actions.TooManyFiles | actions.TooManyDrafts) -> str:
    """Say on the form why nothing was saved, and return it: a colleague may have added files since we looked."""
    if isinstance(refusal, actions.TooManyFiles):
        return _too_many(sheet, sheet.draft.files.count() if sheet.draft else 0)
    said = too_many_drafts()
    sheet.form.add_error(None, said)
    return said


def _too_many(sheet: Sheet, there: int) -> str:
    text = _("A call-off has at most %(most)s files; there are %(there)s already. Choose again.")
    said = text % {"most": MOST_FILES, "there": there}
    sheet.form.add_error("files", said)
    return said


def kinds_posted(request: CustomerRequest) -> dict[int, str]:
    """Return what the page says that the draft's files (ids) are."""
    posted = [(KIND_OF_FILE.fullmatch(name), value) for name, value in request.POST.items()]
    return {int(match[1]): value for match, value in posted if match and value in CallOffFile.Kind.values}
