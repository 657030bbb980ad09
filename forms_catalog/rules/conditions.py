"""When a question is asked: "own = yes and mast = no, or kind = pine". Pure.

`and` binds closer than `or`, as people read it; there are no brackets. The Norwegian words are understood too.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

OR = re.compile(r"\s*,?\s+(?:or|eller)\s+", re.IGNORECASE)
AND = re.compile(r"\s*,?\s+(?:and|og)\s+", re.IGNORECASE)
TERM = re.compile(r"([a-z][a-z0-9_]*)\s*(!=|=)\s*([\w-]+)")
NORWEGIAN = {"ja": "yes", "nei": "no"}


class Unreadable(ValueError):
    """A condition that is none; the message is the part that was not understood."""


@dataclass(frozen=True)
class Term:
    """`field` has (`is_equal`) or has not the value."""

    field: str
    value: str
    is_equal: bool = True

    def holds(self, answers: Mapping[str, str]) -> bool:
        """A question that was not asked has no answer, and then nothing holds of it."""
        given = answers.get(self.field, "")
        return bool(given) and (given == self.value) == self.is_equal


# Any of the groups, all of each group. Nothing at all always holds.
Condition = tuple[tuple[Term, ...], ...]


def parse(text: str) -> Condition:
    """Read a condition. Raises Unreadable."""
    if not text.strip():
        return ()
    return tuple(tuple(_term(part) for part in AND.split(group)) for group in OR.split(text.strip()))


def _term(text: str) -> Term:
    match = TERM.fullmatch(text.strip())
    if match is None:
        raise Unreadable(text.strip()[:60])
    field, sign, value = match.groups()
    return Term(field, NORWEGIAN.get(value.lower(), value), sign == "=")


def holds(condition: Condition, answers: Mapping[str, str]) -> bool:
    return not condition or any(all(term.holds(answers) for term in group) for group in condition)


def within(condition: Condition, names: Collection[str], answers: Mapping[str, str]) -> Condition | None:
    """Return what is left to decide among the questions `names`, the others being answered.

    () when it holds already, None when it cannot hold any more.
    """
    if not condition:
        return ()
    open_groups = []
    for group in condition:
        if all(term.field in names or term.holds(answers) for term in group):
            left = tuple(term for term in group if term.field in names)
            if not left:
                return ()
            open_groups.append(left)
    return tuple(open_groups) or None
