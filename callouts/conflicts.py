"""Two people with one draft: what differs between what is saved and what is on the page."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from callouts.content import CALL_OFF_FIELDS, LINE_FIELDS, DraftContent, LineContent
from callouts.forms.call_off import CallOffForm
from callouts.models import CallOff, CallOffLine
from portal.ui import formatting


@dataclass(frozen=True)
class Difference:
    label: str
    saved: str
    written: str


def between(saved: DraftContent, written: DraftContent) -> list[Difference]:
    """Return the fields that differ, with both values as people read them. Lines are told apart by their keys."""
    found = _differing(CallOff, CALL_OFF_FIELDS, saved, written)
    several = len(written.lines) > 1
    theirs = {line.key: line for line in saved.lines}
    for number, line in enumerate(written.lines, start=1):
        name = _("Line %(number)s") % {"number": number} if several else ""
        found += _differing(CallOffLine, LINE_FIELDS, theirs.get(line.key, LineContent()), line, name)
    return found


def _differing(model: Any, names: tuple[str, ...], saved: Any, written: Any, line: str = "") -> list[Difference]:
    pairs = ((name, getattr(saved, name), getattr(written, name)) for name in names)
    return [
        Difference(_label(model, name, line), _shown(model, name, theirs), _shown(model, name, mine))
        for name, theirs, mine in pairs
        if theirs != mine
    ]


def _label(model: Any, name: str, line: str) -> str:
    # By the name it has on the page, where it stands there.
    shown = CallOffForm.base_fields.get(name)
    label = str(shown.label) if shown else capfirst(str(model._meta.get_field(name).verbose_name))
    return ", ".join(filter(None, [line, label]))


def _shown(model: Any, name: str, value: Any) -> str:
    if value in (None, ""):
        return formatting.MISSING
    choices = dict(model._meta.get_field(name).choices or ())
    if isinstance(value, Decimal):
        return formatting.exact(value)
    if isinstance(value, date):
        return formatting.day(value)
    return str(choices.get(value, value))
