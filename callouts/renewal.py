"""What an earlier call-off gives to a new one, and what cannot come along."""

import uuid
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from callouts.content import DraftContent, LineContent


@dataclass(frozen=True)
class Renewal:
    """The content to start from, and in words what was left out."""

    content: DraftContent
    left_out: list[str]


def renewed(content: DraftContent) -> Renewal:
    """Return what a new call-off takes over from an earlier one or from a template.

    A declaration is for one delivery, so its number stays behind, as does the date; what is no longer offered is left
    out and named.
    """
    left_out: list[str] = []
    producer = content.producer
    if producer and not (producer.is_active and producer.is_accepted):
        left_out.append(_("The waste producer %(name)s is no longer in use. Choose another.") % {"name": producer.name})
        producer = None
    lines = tuple(_line(line, left_out) for line in content.lines) or (LineContent(),)
    if any(line.declaration_no for line in content.lines):
        left_out.append(_("The declaration number is left out: a declaration is for one delivery."))
    if content.wanted_on:
        left_out.append(_("The wanted date is left out."))
    new = replace(content, producer=producer, lines=lines, wanted_on=None, rented_until=None)
    return Renewal(new, left_out)


def _line(line: LineContent, left_out: list[str]) -> LineContent:
    fraction = line.fraction
    if fraction and not fraction.is_active:
        left_out.append(_("“%(name)s” is no longer offered. Choose another.") % {"name": fraction.name})
        fraction = None
    return replace(line, key=uuid.uuid4(), fraction=fraction, declaration_no="")
