"""Why a form cannot be published as it is, and what staff should look at before. Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from forms_catalog.rules.conditions import Term, Unreadable, parse
from forms_catalog.rules.definition import (
    MOST_DAYS,
    MOST_FILES,
    RESERVED,
    WITH_CHOICES,
    WITH_FILES,
    Definition,
    FieldSpec,
    Kind,
)

NOT_UNDERSTOOD = _("“%(part)s” is not understood. Write for example: own_property = yes.")


@dataclass(frozen=True)
class Problem:
    """`message` in words, with `values` to fill in; `field` is the short name of the question, "" for the form, and
    `question` its words.
    """

    field: str
    message: Any
    values: Mapping[str, object]
    question: str = ""

    def __str__(self) -> str:
        text = str(self.message) % dict(self.values)
        if self.question:
            return f"“{self.question}”: {text}"
        return f"{self.field}: {text}" if self.field else text


def problems_of(definition: Definition, language: str) -> list[Problem]:
    """Return what keeps a form from being published; `language` is the company's own."""
    words = {spec.name: spec.label.get(language) or next(iter(spec.label.values()), "") for spec in definition.fields}
    found = [
        *_of_form(definition, language),
        *(one for spec in _each(definition) for one in _of_field(*spec, language)),
    ]
    return [replace(one, question=words.get(one.field, "")) for one in found]


def missing_languages(definition: Definition, languages: Collection[str]) -> list[str]:
    """Return the languages in which some text is missing that others have."""
    texts = [definition.title, definition.lead, definition.intro, definition.submit_label, definition.after]
    for spec in definition.fields:
        texts += [spec.label, spec.help, *(label for _value, label in spec.choices)]
    return [code for code in languages if any(text and not text.get(code) for text in texts)]


def _of_form(definition: Definition, language: str) -> Iterator[Problem]:
    if not definition.title.get(language):
        yield Problem("", _("It has no title in the company's language."), {})
    if not definition.questions:
        yield Problem("", _("It asks nothing yet: add a question."), {})
    names = [spec.name for spec in definition.fields]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Problem(name, _("Two have this short name."), {})
    yield from _of_urgency(definition)


def _of_urgency(definition: Definition) -> Iterator[Problem]:
    """What makes a form urgent hangs on answers as a question does, asked after all others."""
    last = FieldSpec(name="", kind=Kind.INFO, show_if=definition.urgent_if)
    yield from _of_condition(last, {spec.name: spec for spec in definition.questions})


def _each(definition: Definition) -> Iterator[tuple[FieldSpec, dict[str, FieldSpec]]]:
    before: dict[str, FieldSpec] = {}
    for spec in definition.fields:
        yield spec, dict(before)
        if spec.is_question:
            before[spec.name] = spec


def _of_field(spec: FieldSpec, before: dict[str, FieldSpec], language: str) -> Iterator[Problem]:
    if spec.kind != Kind.STEP and not spec.label.get(language):
        yield Problem(spec.name, _("It has no words in the company's language."), {})
    if spec.kind == Kind.CHOICE and len(spec.choices) < 2:
        yield Problem(spec.name, _("Give at least two to choose from."), {})
    if len(set(spec.values)) < len(spec.values):
        yield Problem(spec.name, _("Two of the choices have the same short name."), {})
    if None not in (spec.minimum, spec.maximum) and spec.minimum > spec.maximum:  # type: ignore[operator]
        yield Problem(spec.name, _("The smallest is larger than the largest."), {})
    if spec.kind in WITH_FILES and spec.maximum is not None and not 1 <= spec.maximum <= MOST_FILES:
        yield Problem(spec.name, _("Allow 1 to %(count)s files."), {"count": MOST_FILES})
    if spec.kind == Kind.DATE and any(abs(limit) > MOST_DAYS for limit in spec.limits):
        yield Problem(
            spec.name, _("Days are counted from today: at most %(count)s, back or ahead."), {"count": MOST_DAYS}
        )
    if spec.name in RESERVED:
        yield Problem(spec.name, _("This short name is needed by the page itself. Choose another."), {})
    yield from _of_condition(spec, before)


def _of_condition(spec: FieldSpec, before: dict[str, FieldSpec]) -> Iterator[Problem]:
    try:
        condition = parse(spec.show_if)
    except Unreadable as error:
        yield Problem(spec.name, NOT_UNDERSTOOD, {"part": error})
        return
    if condition and spec.kind == Kind.STEP:
        yield Problem(spec.name, _("A page is always there: ask the condition of its questions."), {})
    for term in (term for group in condition for term in group):
        yield from _of_term(spec, term, before)


def _of_term(spec: FieldSpec, term: Term, before: dict[str, FieldSpec]) -> Iterator[Problem]:
    other = before.get(term.field)
    if other is None:
        text = _("It depends on “%(name)s”, which is not asked before it.")
        yield Problem(spec.name, text, {"name": term.field})
    elif other.kind not in WITH_CHOICES:
        text = _("It depends on “%(name)s”. Only choices and yes or no can be depended on.")
        yield Problem(spec.name, text, {"name": term.field})
    elif term.value not in other.values:
        text = _("“%(value)s” is no answer to “%(name)s”. There are: %(values)s.")
        said = {"value": term.value, "name": term.field, "values": ", ".join(other.values)}
        yield Problem(spec.name, text, said)
