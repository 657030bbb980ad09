"""Two people with one draft: what differs between what is saved and what is on the page."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.text import capfirst

from callouts.content import CALL_OFF_FIELDS, LINE_FIELDS, DraftContent
from callouts.models import CallOff, CallOffLine
from portal.ui import formatting


@dataclass(frozen=True)
class Difference:
    label: str
    saved: str
    written: str


def between(saved: DraftContent, written: DraftContent) -> list[Difference]:
    """Return the fields that differ, with both values as people read them."""
    pairs: list[tuple[Any, str, Any, Any]] = [
        (CallOff, name, getattr(saved, name), getattr(written, name)) for name in CALL_OFF_FIELDS
    ]
    pairs += [(CallOffLine, name, getattr(saved.line, name), getattr(written.line, name)) for name in LINE_FIELDS]
    return [
        Difference(_label(model, name), _shown(model, name, theirs), _shown(model, name, mine))
        for model, name, theirs, mine in pairs
        if theirs != mine
    ]


def _label(model: Any, name: str) -> str:
    return capfirst(str(model._meta.get_field(name).verbose_name))


def _shown(model: Any, name: str, value: Any) -> str:
    if value in (None, ""):
        return formatting.MISSING
    choices = dict(model._meta.get_field(name).choices or ())
    if isinstance(value, Decimal):
        return formatting.exact(value)
    return str(choices.get(value, value))
