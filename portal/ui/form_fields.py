"""How a form field is drawn: which shape, which ids, and what describes it to a screen reader."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField, BoundWidget
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from portal.tenancy.forms import missing

# Widgets that are a group of inputs, under a fieldset and a legend.
GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)
CHIPS, OPTIONS, PLAIN = "chips", "options", "plain"


def shape_of(bound: BoundField) -> str:
    """Return "group", "checkbox", "file" or "text" (which holds for text areas and selects too)."""
    widget = bound.field.widget
    if isinstance(widget, GROUPS):
        return "group"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    return "file" if isinstance(widget, forms.FileInput) else "text"


def target_id(bound: BoundField) -> str:
    """Return the id of the element that the error summary leads to: a group's first choice, else the input."""
    own: Any = bound.field.widget.attrs.get("id") or bound.auto_id
    return f"{own}_0" if shape_of(bound) == "group" else str(own)


def messages_of(bound: BoundField) -> list[str]:
    """Return what is wrong with a field. The stock "This field is required." becomes one that names the field."""
    return [
        _required_message(bound) if error.code == "required" and _is_stock(error) else message
        for error in bound.errors.as_data()
        for message in error.messages
    ]


def _is_stock(error: ValidationError) -> bool:
    return error.message == forms.Field.default_error_messages["required"]


def _required_message(bound: BoundField) -> str:
    if isinstance(bound.field.widget, forms.CheckboxInput):
        return gettext("Tick “%(label)s” to go on.") % {"label": bound.label}
    return missing(bound.field, str(bound.label))


@dataclass(frozen=True)
class DrawnField:
    """A bound field ready to be drawn. `style` is how a group of choices looks."""

    bound: BoundField
    style: str
    suffix: str
    marked: bool

    @cached_property
    def shape(self) -> str:
        return shape_of(self.bound)

    @cached_property
    def id(self) -> str:
        return str(self.bound.field.widget.attrs.get("id") or self.bound.auto_id)

    @cached_property
    def help_id(self) -> str:
        return f"{self.id}-help" if self.bound.help_text else ""

    @cached_property
    def error_id(self) -> str:
        return f"{self.id}-error" if self.bound.errors else ""

    @property
    def messages(self) -> list[str]:
        return messages_of(self.bound)

    @cached_property
    def described_by(self) -> str:
        return " ".join(filter(None, [self.help_id, self.error_id]))

    @property
    def is_optional(self) -> bool:
        return self.marked and not self.bound.field.required and self.shape != "checkbox"

    @property
    def input(self) -> SafeString:
        """The single input, tied to its help and its error."""
        # Django's text areas are 40 columns wide; ours are as wide as the form.
        self.bound.field.widget.attrs.pop("cols", None)
        described = {"aria-describedby": self.described_by} if self.described_by else {}
        return self.bound.as_widget(attrs={**self._class(), **described})

    @property
    def choices(self) -> list[BoundWidget]:
        """The inputs of a group; the fieldset, not each of them, is described by help and error."""
        self.bound.field.widget.attrs.update(self._class())
        return self.bound.subwidgets

    def _class(self) -> dict[str, str]:
        """Add the design system's class to the widget's own; a file input lies inside its own drawn frame."""
        own = str(self.bound.field.widget.attrs.get("class", ""))
        mine = "" if self.shape == "file" else "ds-input"
        names = " ".join(dict.fromkeys([*mine.split(), *own.split()]))
        return {"class": names} if names else {}
