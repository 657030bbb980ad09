"""A form as data: what staff have put together, and what a version keeps for ever. Pure.

The JSON form of a definition is a dict with `title`, `lead`, `intro`, `submit_label`, `after` (each a dict language →
text) and `fields`, a list of dicts as `FieldSpec.to_json` writes them. A field of kind "step" begins a new page of the
form, one of kind "info" is only words.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from forms_catalog.rules.conditions import Condition, holds, parse

Texts = dict[str, str]
YES, NO = "yes", "no"
DEFAULT_FILES, MOST_FILES = 3, 10
# A day may be a hundred years back or ahead; what is further is no day of the calendar any more.
MOST_DAYS = 36_500
# What a page of a form already calls something: templates would find the question instead.
RESERVED = {
    *("asked", "before", "cleaned_data", "csrfmiddlewaretoken", "data", "definition", "errors", "fields", "files"),
    *("filler", "hidden_fields", "initial", "is_bound", "left", "lines", "media", "non_field_errors", "page", "prefix"),
    *("revision", "step", "submission_key", "title", "version", "visible_fields"),
}


class Kind(TextChoices):
    TEXT = "text", _("Short text")
    LONG_TEXT = "long_text", _("Long text")
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    NUMBER = "number", _("Number")
    DATE = "date", _("Date")
    CHOICE = "choice", _("One of several")
    YES_NO = "yes_no", _("Yes or no")
    ACCOUNT = "account", _("Account number")
    ORGANISATION = "organisation", _("Organisation number")
    ADDRESS = "address", _("Address")
    METERING_POINT = "metering_point", _("Metering point")
    PICTURES = "pictures", _("Pictures")
    FILES = "files", _("Files")
    INFO = "info", _("Only words, no question")
    STEP = "step", _("A new page begins here")


WITH_CHOICES = {Kind.CHOICE, Kind.YES_NO}
WITH_FILES = {Kind.PICTURES, Kind.FILES}
NO_QUESTION = {Kind.INFO, Kind.STEP}
TEXT_KINDS = {Kind.TEXT, Kind.LONG_TEXT, Kind.ADDRESS}


@dataclass(frozen=True)
class FieldSpec:
    """One question. `minimum`/`maximum` are of a number its value, of a text its length, of a date days from today, of
    files (`maximum` only) how many; `shape` is what `checks.has_shape` takes.
    """

    name: str
    kind: Kind
    label: Texts = field(default_factory=dict)
    help: Texts = field(default_factory=dict)
    is_required: bool = True
    choices: tuple[tuple[str, Texts], ...] = ()
    show_if: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    shape: str = ""

    @property
    def most_files(self) -> int:
        return DEFAULT_FILES if self.maximum is None else int(self.maximum)

    @property
    def condition(self) -> Condition:
        return parse(self.show_if)

    @property
    def limits(self) -> list[Decimal]:
        return [limit for limit in (self.minimum, self.maximum) if limit is not None]

    @property
    def is_question(self) -> bool:
        return self.kind not in NO_QUESTION

    @property
    def values(self) -> list[str]:
        return [YES, NO] if self.kind == Kind.YES_NO else [value for value, _ in self.choices]

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "kind": self.kind.value,
            "label": self.label,
            "help": self.help,
            "required": self.is_required,
            "choices": [[value, label] for value, label in self.choices],
            "show_if": self.show_if,
            "minimum": None if self.minimum is None else str(self.minimum),
            "maximum": None if self.maximum is None else str(self.maximum),
            "shape": self.shape,
        }


def field_from_json(data: Mapping[str, Any]) -> FieldSpec:
    def limit(name: str) -> Decimal | None:
        return None if data.get(name) is None else Decimal(str(data[name]))

    return FieldSpec(
        name=data["name"],
        kind=Kind(data["kind"]),
        label=data.get("label") or {},
        help=data.get("help") or {},
        is_required=data.get("required", True),
        choices=tuple((value, label) for value, label in data.get("choices") or ()),
        show_if=data.get("show_if") or "",
        minimum=limit("minimum"),
        maximum=limit("maximum"),
        shape=data.get("shape") or "",
    )


@dataclass(frozen=True)
class Step:
    """A page of the form; `number` counts from 1."""

    number: int
    title: Texts
    fields: tuple[FieldSpec, ...]

    @property
    def names(self) -> set[str]:
        return {spec.name for spec in self.fields if spec.is_question}


@dataclass(frozen=True)
class Definition:
    title: Texts
    fields: tuple[FieldSpec, ...]
    lead: Texts = field(default_factory=dict)
    intro: Texts = field(default_factory=dict)
    submit_label: Texts = field(default_factory=dict)
    after: Texts = field(default_factory=dict)
    urgent_if: str = ""

    def is_urgent(self, answers: Mapping[str, str]) -> bool:
        """Tell whether somebody must look at what was answered at once."""
        return bool(self.urgent_if) and holds(parse(self.urgent_if), self.kept(answers))

    @property
    def steps(self) -> list[Step]:
        return [Step(number, title, tuple(specs)) for number, (title, specs) in enumerate(self._pages(), start=1)]

    def _pages(self) -> Iterator[tuple[Texts, Sequence[FieldSpec]]]:
        title: Texts = {}
        page: list[FieldSpec] = []
        for spec in self.fields:
            if spec.kind != Kind.STEP:
                page.append(spec)
                continue
            if page:
                yield title, page
            title, page = spec.label, []
        if page:
            yield title, page

    @property
    def questions(self) -> tuple[FieldSpec, ...]:
        return tuple(spec for spec in self.fields if spec.is_question)

    def asked(self, answers: Mapping[str, str]) -> list[FieldSpec]:
        """Return the questions that these answers lead to. An answer to what is not asked counts for nothing."""
        found: list[FieldSpec] = []
        counted: dict[str, str] = {}
        for spec in self.questions:
            if holds(spec.condition, counted):
                found.append(spec)
                counted[spec.name] = str(answers.get(spec.name, ""))
        return found

    def kept(self, answers: Mapping[str, str]) -> dict[str, str]:
        """Return the answers to what is asked."""
        return {spec.name: answers[spec.name] for spec in self.asked(answers) if answers.get(spec.name)}

    def to_json(self) -> dict[str, Any]:
        texts = {name: getattr(self, name) for name in TEXTS}
        # Versions of before there was such a thing are the same without it.
        urgent = {"urgent_if": self.urgent_if} if self.urgent_if else {}
        return {**texts, **urgent, "fields": [spec.to_json() for spec in self.fields]}


TEXTS = ("title", "lead", "intro", "submit_label", "after")


def from_json(data: Mapping[str, Any]) -> Definition:
    texts = {name: data.get(name) or {} for name in TEXTS}
    specs = tuple(map(field_from_json, data["fields"]))
    return Definition(fields=specs, urgent_if=data.get("urgent_if") or "", **texts)
