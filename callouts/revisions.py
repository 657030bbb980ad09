"""What a correction changed, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from callouts import wording
from callouts.models import CallOff, CallOffLine, Revision
from callouts.standing import versions_of
from portal.ui import formatting


@dataclass(frozen=True)
class Change:
    """One thing that reads otherwise than before; a dash for what was or became empty."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Correction:
    """A revision with what it changed."""

    revision: Revision
    changes: list[Change]


def corrections_of(call_off: CallOff) -> list[Correction]:
    """Return the corrections of a call-off as it was sent in, the last first."""
    versions = versions_of(call_off)
    found = [
        Correction(revision, changes_between(before, after))
        for revision, before, after in zip(call_off.revisions.all(), versions, versions[1:], strict=False)
    ]
    return found[::-1]


def changes_between(before: CallOff, after: CallOff) -> list[Change]:
    """Return what reads otherwise: of the call-off, then line by line; lines are told apart by their keys."""
    old, new = list(before.lines.all()), list(after.lines.all())
    found = _differing(_own_rows(before), _own_rows(after))
    theirs = {line.key: line for line in old}
    several = max(len(old), len(new)) > 1
    for number, line in enumerate(new, start=1):
        name = _("Line %(number)s") % {"number": number} if several else ""
        if line.key in theirs:
            rows = wording.line_rows(before, theirs[line.key]), wording.line_rows(after, line)
            found += _differing(*rows, prefix=name)
        else:
            found.append(Change(name or _("Line %(number)s") % {"number": number}, formatting.MISSING, _brief(line)))
    kept = {line.key for line in new}
    gone = [(number, line) for number, line in enumerate(old, start=1) if line.key not in kept]
    return found + [
        Change(_("Line %(number)s, removed") % {"number": number}, _brief(line), formatting.MISSING)
        for number, line in gone
    ]


def _own_rows(call_off: CallOff) -> dict[str, str]:
    sections = wording.sections_of(call_off, list(call_off.lines.all()))
    return {label: value for section in sections if not section.line for label, value in section.rows}


def _brief(line: CallOffLine) -> str:
    return ", ".join(filter(None, [line.fraction_name or line.note, wording.quantity_of(line)]))


def _differing(before: dict[str, str], after: dict[str, str], *, prefix: str = "") -> list[Change]:
    labels = dict.fromkeys([*before, *after])
    pairs = ((label, before.get(label, ""), after.get(label, "")) for label in labels)
    return [
        Change(", ".join(filter(None, [prefix, label])), old or formatting.MISSING, new or formatting.MISSING)
        for label, old, new in pairs
        # Line breaks were once kept as browsers send them.
        if old.splitlines() != new.splitlines()
    ]
