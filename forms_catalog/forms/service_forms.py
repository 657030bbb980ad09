"""A page of a service form, made from its definition."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from forms_catalog import answers
from forms_catalog.actions.service_forms import Page
from forms_catalog.forms.questions import as_text, field_for, why_not
from forms_catalog.models import AnswerFile
from forms_catalog.rules.conditions import Condition, within
from forms_catalog.rules.definition import WITH_CHOICES, WITH_FILES, Definition, FieldSpec, Kind, Step
from portal.customers.places import Place
from portal.tenancy.models import current_tenant


@dataclass(frozen=True)
class Filler:
    """Who fills it in, as far as the form needs to know, and what there is already."""

    places: Sequence[Place] = ()
    email: str = ""
    phone: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[AnswerFile] = ()

    def files_of(self, name: str) -> list[AnswerFile]:
        return [one for one in self.files if one.field == name]


@dataclass(frozen=True)
class Line:
    """A line of the page: a question with its input, or only words. `show_if` is for the script of the page: groups of
    [name, value, is equal], any of the groups, all of each; `when` says it in words to who has no script.
    """

    spec: FieldSpec
    bound: BoundField | None = None
    files: Sequence[AnswerFile] = ()
    show_if: Sequence[Sequence[tuple[str, str, bool]]] = ()
    when: str = ""

    @property
    def show_if_json(self) -> str:
        return json.dumps(self.show_if)

    @property
    def label(self) -> str:
        return current_tenant().text(self.spec.label)

    @property
    def help(self) -> str:
        return current_tenant().text(self.spec.help)

    @property
    def is_full(self) -> bool:
        """Whether as many files are handed in as there may be."""
        return self.spec.kind in WITH_FILES and len(self.files) >= self.spec.most_files


class VersionForm(forms.Form):
    """Which version of the form a page was shown in."""

    version = forms.IntegerField(min_value=1, max_value=2**62)


class RemoveForm(forms.Form):
    """A file to take out of the page it was handed in on."""

    remove = forms.IntegerField(min_value=1, max_value=2**62)


class SendForm(forms.Form):
    """What was looked over: the draft in one revision."""

    submission_key = forms.UUIDField()
    revision = forms.IntegerField(min_value=1, max_value=2**31 - 1)


class PageForm(forms.Form):
    """The questions of one page. Which of them are asked follows from the answers, here on the server: what is not
    asked is neither checked nor kept, whatever was posted for it.
    """

    def __init__(self, definition: Definition, step: Step, filler: Filler, **options: Any) -> None:
        super().__init__(**options)
        self.definition, self.step, self.filler = definition, step, filler
        # Of the other pages, what is asked there counts.
        asked_before = definition.kept(filler.given)
        self.before = {name: value for name, value in asked_before.items() if name not in step.names}
        self.left: dict[str, Condition] = {}
        for spec in step.fields:
            left = within(spec.condition, step.names, self.before)
            if left is None:
                continue
            self.left[spec.name] = left
            if spec.is_question:
                kept = len(filler.files_of(spec.name))
                self.fields[spec.name] = field_for(spec, places=filler.places, kept_files=kept)
                self.initial.setdefault(spec.name, self._first_value(spec))

    def _first_value(self, spec: FieldSpec) -> str:
        if spec.name in self.filler.given:
            return self.filler.given[spec.name]
        if spec.kind == Kind.METERING_POINT and len({place.gsrn for place in self.filler.places if place.gsrn}) == 1:
            return next(place.gsrn for place in self.filler.places if place.gsrn)
        return {Kind.EMAIL: self.filler.email, Kind.PHONE: self.filler.phone}.get(spec.kind, "")

    @property
    def asked(self) -> set[str]:
        """The names of the questions of this page that are asked, by what was posted."""
        posted = {
            spec.name: str(self.data.get(self.add_prefix(spec.name), ""))
            for spec in self.step.fields
            if spec.kind in WITH_CHOICES
        }
        given = {**self.before, **posted}
        return {spec.name for spec in self.definition.asked(given)} & self.fields.keys()

    def _clean_fields(self) -> None:
        every, asked = self.fields, self.asked
        self.fields = {name: one for name, one in every.items() if name in asked}
        try:
            super()._clean_fields()  # type: ignore[misc]  # the stubs leave it out
        finally:
            self.fields = every

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for spec in self.step.fields:
            if spec.name in cleaned and (problem := why_not(spec, cleaned[spec.name])):
                self.add_error(spec.name, ValidationError(problem, code="limits"))
        return cleaned

    @property
    def file_names(self) -> set[str]:
        return {spec.name for spec in self.step.fields if spec.kind in WITH_FILES}

    @property
    def page(self) -> Page:
        """What a valid page says; of one that is not, what is right."""
        cleaned, questions = self.cleaned_data, [spec for spec in self.step.fields if spec.is_question]
        return Page(
            fields=[spec.name for spec in questions],
            answers={
                spec.name: text
                for spec in questions
                if spec.kind not in WITH_FILES and (text := as_text(cleaned.get(spec.name)))
            },
            files={spec.name: cleaned.get(spec.name) or [] for spec in questions if spec.kind in WITH_FILES},
        )

    # How it is drawn -------------------------------------------------------------------------------------

    @property
    def title(self) -> str:
        return current_tenant().text(self.step.title)

    @property
    def lines(self) -> list[Line]:
        return [self._line(spec) for spec in self.step.fields if spec.name in self.left]

    def _line(self, spec: FieldSpec) -> Line:
        left = self.left[spec.name]
        return Line(
            spec,
            bound=self[spec.name] if spec.is_question else None,
            files=self.filler.files_of(spec.name),
            show_if=[[(term.field, term.value, term.is_equal) for term in group] for group in left],
            when=self._in_words(left),
        )

    def _in_words(self, condition: Condition) -> str:
        """Say on what a question depends: “Own property: Yes”."""
        specs = {spec.name: spec for spec in self.step.fields}
        groups = []
        for group in condition:
            parts = []
            for term in group:
                said = {
                    "question": current_tenant().text(specs[term.field].label),
                    "answer": answers.shown(specs[term.field], term.value),
                }
                text = _("“%(question)s” is %(answer)s") if term.is_equal else _("“%(question)s” is not %(answer)s")
                parts.append(text % said)
            groups.append(_(" and ").join(parts))
        return _(", or ").join(groups)


def bound_to_given(definition: Definition, step: Step, filler: Filler) -> PageForm:
    """Return a page filled in with what was answered earlier, to see whether it is complete and still right."""
    return PageForm(definition, step, filler, data=dict(filler.given), files={})


def first_incomplete(definition: Definition, filler: Filler) -> Step | None:
    """Return the first page on which something is missing or no longer right, None when the form can be sent."""
    return next((step for step in definition.steps if not bound_to_given(definition, step, filler).is_valid()), None)
