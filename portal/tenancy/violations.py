"""What the database would refuse, in plain words at the field to look at: Django tells the name of the constraint."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext


def in_plain_words(row: models.Model, constraint: CheckConstraint, exclude: set[str]) -> ValidationError:
    """Return the error of a row that a check refuses; above the form where the field is one of `exclude`.

    The row's `in_words` maps the name of a constraint to (field, sentence); of two times that stand the wrong way round
    it can be said without.
    """
    known: dict[str, tuple[str, Any]] = getattr(row, "in_words", {})
    field, sentence = known.get(constraint.name) or _guess(row, constraint)
    return ValidationError({field if field and field not in exclude else NON_FIELD_ERRORS: [sentence]})


def _guess(row: models.Model, constraint: CheckConstraint) -> tuple[str, Any]:
    own = constraint.violation_error_message
    is_own = own != constraint.default_violation_error_message
    for name, comparison, other in _compared(constraint.condition):
        last = name if comparison.startswith("gt") else other
        if isinstance(row._meta.get_field(last), models.DateField):
            return last, own if is_own else gettext("It cannot end before it begins: choose a later time.")
    return "", own if is_own else gettext("What stands here does not go together. Look at it again.")


def _compared(condition: Any) -> Iterator[tuple[str, str, str]]:
    """Yield (field, comparison, other field) wherever a condition compares two fields of the row."""
    parts: list[Any] = list(condition.children) if isinstance(condition, Q) else []
    for part in parts:
        if isinstance(part, Q):
            yield from _compared(part)
        elif isinstance(part[1], F):
            name, _, comparison = part[0].partition("__")
            yield name, comparison, part[1].name  # type: ignore[attr-defined]  # the stubs leave it out
