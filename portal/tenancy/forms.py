"""Model forms of tenant tables."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, UniqueConstraint
from django.db.models.constraints import BaseConstraint
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext

from portal.tenancy.text import without_controls

M = TypeVar("M", bound=models.Model)


def fields_of(constraint: BaseConstraint) -> set[str]:
    """Return the names of the fields a uniqueness constraint speaks of."""
    if not isinstance(constraint, UniqueConstraint):
        return set()
    return {*constraint.fields, *(name for part in constraint.expressions for name in names_in(part))}


def names_in(expression: Any) -> list[str]:
    if isinstance(expression, F):
        return [expression.name]  # type: ignore[attr-defined]  # the stubs leave it out
    return [name for part in expression.get_source_expressions() if part for name in names_in(part)]


class WallClockField(forms.SplitDateTimeField):
    """A moment as it is told from the clock on the wall, in two boxes.

    Django refuses a time that comes twice, so nobody could write down what happens in the hour after the clock is put
    back: here it is the first of the two.
    """

    def compress(self, data_list: Sequence[Any] | None) -> datetime | None:
        if not data_list or not isinstance(data_list[0], date) or not isinstance(data_list[1], time):
            # Django says which of the boxes is empty.
            return super().compress(data_list)  # type: ignore[arg-type]
        wall, zone = datetime.combine(data_list[0], data_list[1]), timezone.get_current_timezone()
        moment = wall.replace(tzinfo=zone)
        try:
            back_again = moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
        except OverflowError as error:  # the first and the last day of the calendar
            raise ValidationError(self.error_messages["invalid_date"], code="invalid_date") from error
        if back_again != wall:
            raise ValidationError(gettext("There is no such time that day: the clock is put forward."))
        return moment


def _wall(moment: datetime) -> datetime:
    return timezone.make_naive(moment).replace(microsecond=0, fold=0)


def missing(field: forms.Field, label: str) -> str:
    """Return what is said of a field that is left empty, in admin and on pages."""
    if isinstance(field, forms.ChoiceField):
        return gettext("Choose “%(label)s”.") % {"label": label}
    return gettext("Fill in “%(label)s”.") % {"label": label}


class TenantModelForm(forms.ModelForm[M]):
    """Checks uniqueness within the tenant, too.

    `tenant` is never a field of the form, and Django skips constraints that name a field outside it: what is taken
    would show as a server error instead of a message at the field.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            # A model's fields come so; what a form declares itself is named as in a sentence.
            field.label = capfirst(field.label or name)
            is_box = isinstance(field, forms.BooleanField)
            if not is_box and field.error_messages.get("required") is forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = missing(field, capfirst(str(field.label or name)))

    def _post_clean(self) -> None:
        self._keep_untouched_moments()
        super()._post_clean()  # type: ignore[misc]
        exclude = self._get_validation_exclusions() - {"tenant"}  # type: ignore[attr-defined]
        for constraint in self.instance._meta.constraints:
            if "tenant" in fields_of(constraint):
                self._check(constraint, exclude)

    def _keep_untouched_moments(self) -> None:
        """Leave what nobody has changed: the second of two equal times must not become the first by saving."""
        for name, field in self.fields.items():
            if not isinstance(field, WallClockField) or not self.instance.pk:
                continue
            stored, given = getattr(self.instance, name), self.cleaned_data.get(name)
            if stored and given and _wall(stored) == _wall(given):
                self.cleaned_data[name] = stored

    def _check(self, constraint: BaseConstraint, exclude: set[str]) -> None:
        try:
            constraint.validate(type(self.instance), self.instance, exclude=exclude)
        except ValidationError as error:
            self._place(constraint, error)

    def _place(self, constraint: BaseConstraint, error: ValidationError) -> None:
        """Show what is taken at its field; what concerns several fields above the form."""
        named = fields_of(constraint) - {"tenant"}
        if len(named) == 1 and (name := named.pop()) in self.fields:
            self.add_error(name, self.instance.unique_error_message(type(self.instance), (name,)))
        else:
            self.add_error(None, error)


class TextsWidget(forms.MultiWidget):
    """One line for each language."""

    template_name = "admin/widgets/texts.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        lines: dict[str, forms.Widget | type[forms.Widget]] = {
            code: forms.TextInput(attrs={"lang": code, "class": "vTextField"}) for code, _ in settings.LANGUAGES
        }
        super().__init__(lines, attrs)

    def decompress(self, value: dict[str, str] | None) -> list[str]:
        return [(value or {}).get(code, "") for code, _ in settings.LANGUAGES]


class TextsField(forms.MultiValueField):
    """A text in each language. Cleans to a dict language → text, without the empty ones and control characters."""

    widget = TextsWidget

    def __init__(self, *, max_length: int = 200, **options: Any) -> None:
        fields = [forms.CharField(max_length=max_length, required=False) for _ in settings.LANGUAGES]
        super().__init__(fields, require_all_fields=False, **options)

    def compress(self, data_list: list[str]) -> dict[str, str]:
        given = zip(settings.LANGUAGES, map(without_controls, data_list), strict=False)
        return {code: text for (code, _), text in given if text}


class LinesField(forms.CharField):
    """Several values, one a line; with `by_comma` commas and spaces part them too. Cleans to a list, each once."""

    def __init__(
        self, *, by_comma: bool = True, rows: int = 2, line: Callable[[str], None] | None = None, **options: Any
    ) -> None:
        options.setdefault("required", False)
        super().__init__(widget=forms.Textarea(attrs={"rows": rows, "class": "vLargeTextField"}), **options)
        self.by_comma, self.line = by_comma, line

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        lines = (
            text.replace(",", " ").split() if self.by_comma else [" ".join(line.split()) for line in text.splitlines()]
        )
        return list(dict.fromkeys(filter(None, lines)))

    def run_validators(self, value: Any) -> None:
        """Name what is wrong: Django counts ("item 1 in the array")."""
        for line in value:
            try:
                if self.line:
                    self.line(line)
            except ValidationError as error:
                words, why = gettext("“%(line)s” cannot be used. %(why)s"), " ".join(error.messages)
                raise ValidationError(words, params={"line": line, "why": why}) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(data) != list(initial or []))
