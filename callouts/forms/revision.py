"""Correcting a call-off that is sent in: what staff may change, line by line."""

import copy
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callouts.content import DraftContent, LineContent, content_with
from callouts.forms.call_off import (
    UnNumberField,
    WholeField,
    choice,
    decimal,
    line_of_text,
    one_of,
    one_or_none,
)
from callouts.models import (
    CallOff,
    CallOffLine,
    Consistency,
    PackageType,
    PackingGroup,
    Unit,
    WasteFraction,
    WasteProducer,
)
from callouts.models.catalogue import UN_NUMBER
from callouts.rules import codes
from callouts.rules.problems import MOST_LINES, Problem
from portal.ui.fields import DayField, PhoneField, TextField

OF_FORM = (
    *("producer", "transport", "pickup_address", "contact_name", "contact_phone"),
    *("wanted_on", "rented_until", "invoice_reference"),
)
OF_LINE = (
    *("fraction", "declared_by", "declaration_no", "consistency", "packing_group", "un_number"),
    *("quantity", "unit", "package_count", "package_type"),
    *("load_carrier_no", "container_size", "container_unit", "note"),
)


class LineForm(forms.Form):
    """One line. The last one of the page is empty: filled in, it is a new line."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    fraction = one_of(gettext_lazy("Waste fraction"))
    quantity = decimal(gettext_lazy("Quantity"), 12)
    unit = one_of(gettext_lazy("Unit"))
    package_count = WholeField(label=gettext_lazy("Number of packages"), required=False)
    package_type = one_of(gettext_lazy("Type of package"))
    load_carrier_no = line_of_text(gettext_lazy("Load carrier or tank number"), 40)
    container_size = decimal(gettext_lazy("Size"), 9)
    container_unit = one_of(gettext_lazy("Unit of the size"))
    declared_by = choice(gettext_lazy("Declaration"), choices=lambda: one_or_none(CallOffLine.DeclaredBy.choices))
    declaration_no = line_of_text(gettext_lazy("Declaration number"), 40)
    consistency = choice(gettext_lazy("Consistency"), choices=lambda: one_or_none(Consistency.choices))
    packing_group = choice(gettext_lazy("Packing group"), choices=lambda: one_or_none(PackingGroup.choices))
    un_number = UnNumberField(
        label=gettext_lazy("UN number"), required=False, max_length=4, validators=[UN_NUMBER],
        error_messages={"max_length": UN_NUMBER.message},
    )  # fmt: skip
    note = line_of_text(gettext_lazy("Information"), 2000, widget=forms.Textarea(attrs={"rows": 2, "cols": 40}))

    def __init__(self, *args: Any, fractions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows: Any = self.fields
        rows["fraction"].queryset = fractions
        rows["unit"].queryset = Unit.objects.all()
        rows["container_unit"].queryset = Unit.objects.filter(is_volume=True)
        rows["package_type"].queryset = PackageType.objects.all()

    def clean_declaration_no(self) -> str:
        number = codes.plain_declaration_no(self.cleaned_data["declaration_no"])
        if number and not (number.isascii() and number.isdecimal()):
            raise ValidationError(_("The declaration number is digits only, for example 123.456.789."))
        return number

    @property
    def is_blank(self) -> bool:
        return not any(self.cleaned_data.get(name) not in (None, "") for name in OF_LINE)


class LineForms(forms.BaseFormSet[LineForm]):
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Remove the line")


class RevisionForm(forms.Form):
    """The call-off's own part; `lines` are the forms of its lines."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    reason = TextField(
        label=gettext_lazy("Why it is corrected"),
        max_length=500,
        help_text=gettext_lazy("The customer reads it, beside what was changed."),
        widget=forms.Textarea(attrs={"rows": 3, "cols": 40}),
    )
    producer = one_of(gettext_lazy("Waste producer"))
    transport = choice(gettext_lazy("Transport"), choices=CallOff.Transport.choices)
    pickup_address = line_of_text(gettext_lazy("Address"), 200)
    wanted_on = DayField(label=gettext_lazy("Wanted date"), required=False)
    rented_until = DayField(label=gettext_lazy("Rented until"), required=False)
    contact_name = line_of_text(gettext_lazy("Contact person"), 120)
    contact_phone = PhoneField(label=gettext_lazy("Mobile number"), max_length=30, required=False)
    invoice_reference = line_of_text(gettext_lazy("Reference on the invoice"), 60)

    def __init__(self, data: Any = None, *, call_off: CallOff, seen: int, widget: forms.Widget | None = None) -> None:
        """`call_off` as it stands, `seen` the number of its last correction, `widget` what fractions are found with."""
        self.now = content_with(call_off, call_off.lines.all())
        own = {name: getattr(self.now, name) for name in OF_FORM}
        initial = {name: getattr(value, "pk", value) for name, value in own.items()} | {"seen": seen}
        super().__init__(data, initial=initial)
        producers: Any = self.fields["producer"]
        its = WasteProducer.objects.filter(pk=call_off.producer_id or 0)
        producers.queryset = WasteProducer.objects.of(call_off.customer).in_use() | its
        used = [line.fraction.pk for line in self.now.lines if line.fraction]
        fractions = WasteFraction.objects.filter(Q(is_active=True) | Q(pk__in=used))
        made = forms.formset_factory(
            LineForm, formset=LineForms, extra=1, can_delete=True, max_num=MOST_LINES, absolute_max=MOST_LINES + 1
        )
        self.lines = made(
            data,
            prefix="lines",
            initial=[_initial(line) for line in self.now.lines],
            form_kwargs={"fractions": fractions},
        )
        for form in self.lines.forms:
            if widget is not None:
                form.fields["fraction"].widget = _for_field(widget, form.fields["fraction"])

    def is_valid(self) -> bool:
        return all([super().is_valid(), self.lines.is_valid()])

    def content(self) -> DraftContent:
        """Return what it shall say. A number that we have declared under stays, though the customer gave none."""
        by_key = {line.key: line for line in self.now.lines}
        kept = [form for form in self.lines.forms if not form.cleaned_data.get("DELETE") and not form.is_blank]
        written = tuple(_line(form, by_key) for form in kept)
        own = {name: self.cleaned_data[name] for name in OF_FORM}
        tidy = replace(self.now, **own, lines=written or (LineContent(),)).tidied()
        lines = tuple(
            replace(line, declaration_no=given.declaration_no) if line.declared_by else line
            for line, given in zip(tidy.lines, written or tidy.lines, strict=True)
        )
        return replace(tidy, lines=lines)

    def show(self, problems: Sequence[Problem]) -> None:
        """Put each problem at its field; those of lines at the lines that are kept."""
        kept = [form for form in self.lines.forms if not form.cleaned_data.get("DELETE") and not form.is_blank]
        for problem in problems:
            form: Any = self if problem.line is None or problem.line >= len(kept) else kept[problem.line]
            form.add_error(problem.field if problem.field in form.fields else None, problem.message)


def _for_field(widget: Any, field: Any) -> Any:
    """Return a widget of a field's own, which knows its choices."""
    own = copy.deepcopy(widget)
    own.choices = field.choices
    own.is_required = field.required
    return own


def _initial(line: LineContent) -> dict[str, Any]:
    shown = {name: getattr(line, name) for name in OF_LINE} | {"key": line.key}
    shown["declaration_no"] = codes.shown_declaration_no(line.declaration_no)
    return {name: getattr(value, "pk", value) for name, value in shown.items()}


def _line(form: LineForm, by_key: dict[Any, LineContent]) -> LineContent:
    data = form.cleaned_data
    given = {name: data[name] for name in OF_LINE}
    before = by_key.get(data.get("key"))
    return replace(before, **given) if before else LineContent(**given)
