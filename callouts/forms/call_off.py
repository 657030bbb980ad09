"""The call-off form: anything may be missing, but what is there must be what it says it is."""

import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.forms.models import ModelChoiceIterator
from django.utils.html import format_html_join
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from callouts.content import CALL_OFF_FIELDS, LINE_FIELDS, DraftContent, LineContent
from callouts.models import (
    CallOff,
    CallOffFile,
    CallOffSettings,
    Consistency,
    PackageType,
    PackingGroup,
    Unit,
    WasteFraction,
    WasteProducer,
)
from callouts.models.catalogue import UN_NUMBER
from callouts.queries import known_addresses, known_packages, known_units, producers_of
from callouts.rules import codes, facts
from callouts.rules.files import MOST_FILES
from callouts.rules.problems import Problem
from callouts.wording import line_name
from portal.customers.models import Customer
from portal.files.fields import FilesField
from portal.files.rules import DOCUMENTS
from portal.tenancy.models import current_tenant
from portal.tenancy.quantities import QuantityField
from portal.ui.fields import TOO_LONG, DayField, PhoneField, TextField

# The choice of an address that is not on the list.
OTHER = "other"
NOT_LISTED = {"invalid_choice": _("Choose one from the list.")}
TOO_PRECISE = _("Enter a number with at most nine digits and three decimals.")
WHOLE = re.compile(r"[0-9]{1,9}|[0-9]{1,3}(?:[. \u00a0][0-9]{3}){1,2}")
# Where a problem is shown when the form calls it something else than the model.
SHOWN_AT = {"fraction": "q", "pickup_address": "pickup_place"}
UN_PREFIX = re.compile(r"(?i)^\s*un\s*[-:]?\s*")


def line_of_text(label: Any, longest: int, **more: Any) -> TextField:
    return TextField(label=label, max_length=longest, required=False, **more)


def decimal(label: Any, digits: int, **more: Any) -> QuantityField:
    messages = dict.fromkeys(("max_digits", "max_decimal_places", "max_whole_digits"), TOO_PRECISE)
    return QuantityField(
        label=label, max_digits=digits, decimal_places=3, required=False, error_messages=messages, **more
    )


class RowsIterator(ModelChoiceIterator[Any]):
    """Offers rows that have been read, rather than reading them anew for each time a field is drawn."""

    field: "RowsField"

    def __iter__(self) -> Iterator[Any]:
        if self.field.rows is None:
            yield from super().__iter__()
            return
        yield ("", self.field.empty_label)
        yield from map(self.choice, self.field.rows)


class RowsField(forms.ModelChoiceField[Any]):
    """A choice among rows, or among all that the queryset has; what is chosen is checked against the queryset."""

    rows: Sequence[Any] | None = None
    iterator = RowsIterator


def one_of(label: Any, **more: Any) -> RowsField:
    """A choice among rows, which __init__ fills in: what there is depends on the tenant and the customer."""
    empty = pgettext_lazy("in a list of choices", "Choose")
    return RowsField(label=label, queryset=None, empty_label=empty, required=False, error_messages=NOT_LISTED, **more)


def choice(label: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, error_messages=NOT_LISTED, **more)


def one_or_none(choices: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [("", pgettext_lazy("in a list of choices", "Choose")), *choices]


class WholeField(forms.IntegerField):
    """A count, as people write it: "12", "1 200" or "1.200"."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    default_error_messages = {"invalid": _("Enter a whole number, for example 12.")}

    def to_python(self, value: Any) -> int | None:
        written = str(value).strip() if value is not None else ""
        if written and not WHOLE.fullmatch(written):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return int(re.sub(r"\D", "", written)) if written else None


class UnNumberField(forms.CharField):
    """A UN number as people write it: "1263" or "UN 1263". Cleans to the four digits, or ""."""

    def to_python(self, value: Any) -> str:
        return UN_PREFIX.sub("", super().to_python(value) or "")


class CallOffForm(forms.Form):
    """The page's one form, with one line at a time. Every field may be empty, so that anything can be saved; `show`
    adds what is missing.
    """

    start_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    line = forms.UUIDField(widget=forms.HiddenInput, required=False)
    service = choice(
        _("Kind of service"),
        widget=forms.RadioSelect,
        help_text=_("Decides what else we ask about: waste is collected, equipment and goods are brought to you."),
    )
    producer = one_of(
        _("Waste producer"), help_text=_("The unit that has the duty for the waste. The declaration is made for it.")
    )
    q = line_of_text(
        _("Find waste fraction"),
        120,
        help_text=_("Search by name, article number, EAL code or waste substance number."),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    # What it may be depends on the service, and it is part of no call-off: a name that is none finds everything.
    category = line_of_text(_("Category"), 60)
    fraction = one_of(_("Waste fraction"))
    declared_by = choice(_("Declaration of hazardous waste"), widget=forms.RadioSelect(attrs={"class": "ds-input"}))
    declaration_no = line_of_text(
        _("Declaration number"),
        40,
        help_text=_("From avfallsdeklarering.no. Dots and spaces are fine."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": 18}),
    )
    consistency = choice(_("Consistency"), choices=lambda: one_or_none(Consistency.choices))
    packing_group = choice(
        _("Packing group"),
        choices=lambda: one_or_none(PackingGroup.choices),
        help_text=_("Section 14 of the safety data sheet says it."),
    )
    un_number = UnNumberField(
        label=_("UN number"),
        required=False,
        max_length=4,
        validators=[UN_NUMBER],
        error_messages={"max_length": UN_NUMBER.message},
        help_text=_("Four digits. The driver needs it when the waste is dangerous goods."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": 6}),
    )
    quantity = decimal(_("Quantity"), 12, help_text=_("As close as you know it."))
    unit = one_of(_("Unit"), help_text=_("What the quantity is counted in."))
    package_count = WholeField(
        label=_("Number of packages"), required=False, help_text=_("So that the driver brings room for all of them.")
    )
    package_type = one_of(_("Type of package"), help_text=_("What the waste is packed in."))
    load_carrier_no = line_of_text(
        _("Load carrier or tank number"),
        40,
        help_text=_("The number on the container or tank, for example MDE-331 or C-301."),
        widget=forms.TextInput(attrs={"list": "load-carriers", "autocomplete": "off"}),
    )
    container_size = decimal(_("Size"), 9, help_text=_("For example 200, 1 000 or 10."))
    container_unit = one_of(_("Unit of the size"), help_text=_("Litres or m³."))
    note = line_of_text(
        _("Information"),
        2000,
        help_text=_("What else the driver and the plant must know: contents, smell, access, lifting."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    transport = choice(_("Transport"), widget=forms.RadioSelect(attrs={"class": "ds-input"}))
    pickup_place = choice(_("Pick-up address"), help_text=_("Where the driver goes. Your producers’ and earlier ones."))
    pickup_other = line_of_text(
        _("Another address"),
        200,
        help_text=_("Street, postal code and place, and the quay or gate."),
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    wanted_on = DayField(
        label=_("Wanted date"), required=False, help_text=_("A wish, for example 12.11. You are told what is agreed.")
    )
    rented_until = DayField(label=_("Rented until"), required=False, help_text=_("The last day, as far as you know."))
    contact_name = line_of_text(
        _("Contact person"),
        120,
        help_text=_("Whom the driver asks for."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    contact_phone = PhoneField(
        label=_("Mobile number"),
        max_length=30,
        required=False,
        error_messages={"max_length": TOO_LONG},
        help_text=_("The driver calls it before arriving."),
    )
    invoice_reference = line_of_text(_("PO, AO or call-off number"), 60, help_text=_("Comes on the invoice."))
    # Django takes fields off the class, so what a form calls `files` itself stays.
    files = FilesField(rules=DOCUMENTS, max_files=MOST_FILES, required=False, label=_("Attachments"))  # type: ignore[assignment]
    file_kind = choice(
        _("What the files are"),
        choices=lambda: [("", _("Guess from the file")), *CallOffFile.Kind.choices],
        help_text=_("You can change it for each file afterwards."),
    )

    def __init__(self, *args: Any, customer: Customer, stored: DraftContent | None = None, **kwargs: Any) -> None:
        """`stored` is what the draft holds: choices no longer offered stay choosable while they are its own."""
        super().__init__(*args, **kwargs)
        self.stored = stored or DraftContent(lines=())
        # What there is to choose among where a fraction allows only some of it.
        self.all_rows: dict[str, Sequence[Any]] = {}
        self._first_key = self.stored.line.key
        self._offer(customer)
        self._offer_services()
        self._explain()
        supplier = {"supplier": current_tenant().name}
        self._choices("transport").choices = [
            (facts.BY_US, gettext("%(supplier)s collects") % supplier),
            (facts.OWN_DELIVERY, gettext("We deliver ourselves")),
        ]
        self._choices("declared_by").choices = [
            (facts.BY_CUSTOMER, gettext("We have declared it ourselves")),
            (facts.BY_SUPPLIER, gettext("%(supplier)s declares for us") % supplier),
        ]

    def _explain(self) -> None:
        """Say why each field is asked, for what is chosen: the page shows one of the texts."""
        waste, other, by_us, own = "for-waste", "for-other", "by-us", "own-way"
        texts: dict[str, list[tuple[str, Any]]] = {
            "q": [(waste, self.fields["q"].help_text), (other, gettext("Search by name or article number."))],
            "quantity": [(waste, self.fields["quantity"].help_text), (other, gettext("How many, or how much."))],
            "note": [
                (waste, self.fields["note"].help_text),
                (other, gettext("What else we must know: where it shall stand, access, for how long.")),
            ],
            "pickup_place": [
                (waste, self.fields["pickup_place"].help_text),
                (other, gettext("Where we bring it. Your earlier addresses stand here.")),
            ],
            "wanted_on": [
                (by_us, self.fields["wanted_on"].help_text),
                (own, gettext("When you plan to come, for example 12.11.")),
            ],
            "contact_name": [
                (by_us, self.fields["contact_name"].help_text),
                (own, gettext("Whom we call if there is anything about it.")),
            ],
            "contact_phone": [
                (by_us, self.fields["contact_phone"].help_text),
                (own, gettext("We call it if anything is unclear.")),
            ],
        }
        for name, variants in texts.items():
            self.fields[name].help_text = format_html_join("", '<span class="{}">{}</span>', variants)

    def _offer(self, customer: Customer) -> None:
        producer, offered = self.stored.producer, producers_of(customer)
        producers = [*offered, *([producer] if producer and producer not in offered else [])]
        units, packages = known_units(), known_packages()
        ids = [each.pk for each in producers]
        self._offer_rows("producer", WasteProducer.objects.of(customer).filter(pk__in=ids), producers)
        self._offer_rows("unit", Unit.objects.all(), units)
        volumes = [unit for unit in units if unit.is_volume]
        self._offer_rows("container_unit", Unit.objects.filter(is_volume=True), volumes)
        self._offer_rows("package_type", PackageType.objects.all(), packages)
        self.all_rows = {"unit": units, "package_type": packages}
        its = Q(pk__in=[line.fraction.pk for line in self.stored.lines if line.fraction])
        # There are thousands, found by searching: they are checked, and not listed.
        self._offer_rows("fraction", WasteFraction.objects.filter(Q(is_active=True) | its), ())
        addresses = known_addresses(customer, self.stored.pickup_address)
        empty = [("", pgettext("in a list of choices", "Choose"))] if addresses else []
        self._choices("pickup_place").choices = [
            *empty,
            *((address, address) for address in addresses),
            (OTHER, gettext("Another address")),
        ]

    def _offer_services(self) -> None:
        offered = {*CallOffSettings.current().services, self.stored.service}
        self._choices("service").choices = [pair for pair in CallOff.Service.choices if pair[0] in offered]

    def _offer_rows(self, name: str, allowed: QuerySet[Any], rows: Sequence[Any]) -> None:
        field: Any = self.fields[name]
        field.queryset, field.rows = allowed, rows

    def narrow(self, fraction: WasteFraction | None) -> None:
        """Offer the units and packages that a fraction allows, and the chosen one, which is then pointed out."""
        allowed = {"unit": fraction.allowed_units, "package_type": fraction.allowed_packages} if fraction else {}
        for name, codes_of_it in allowed.items():
            rows, chosen = self.all_rows[name], str(self[name].value() or "")
            if any(row.code in codes_of_it for row in rows):
                field: Any = self.fields[name]
                field.rows = [row for row in rows if row.code in codes_of_it or str(row.pk) == chosen]

    def _choices(self, name: str) -> forms.ChoiceField:
        return self.fields[name]  # type: ignore[return-value]  # one of those above

    @property
    def chosen_service(self) -> str:
        """Return the kind of service that the page shows, whether checked yet or not."""
        value = str(self["service"].value() or "")
        return value if value in CallOff.Service.values else ""

    @property
    def knows_producers(self) -> bool:
        return bool(self.fields["producer"].rows)  # type: ignore[attr-defined]  # a RowsField

    @property
    def knows_addresses(self) -> bool:
        """Whether there are pick-up addresses to choose among."""
        choices: Any = self._choices("pickup_place").choices
        return len(list(choices)) > 1

    def clean_declaration_no(self) -> str:
        return codes.plain_declaration_no(self.cleaned_data["declaration_no"])

    def clean(self) -> dict[str, Any]:
        """Work out the address from the list and the line beside it."""
        data = self.cleaned_data
        place, other = data.get("pickup_place", ""), data.get("pickup_other", "")
        if not {"pickup_place", "pickup_other"} & self.errors.keys():
            data["pickup_address"] = other if place in {OTHER, ""} else place
        return data

    @property
    def line_key(self) -> uuid.UUID:
        """Return the key of the line on the page; without one it is the draft's first."""
        return self.cleaned_data.get("line") or self._first_key

    def content(self, over: DraftContent | None = None) -> DraftContent:
        """Return what was filled in, over what the draft holds (or `over`): fields with errors stay as they are there,
        and so do the other lines.
        """
        base, data = over or self.stored, self.cleaned_data
        found = next((line for line in base.lines if line.key == self.line_key), LineContent(key=self.line_key))
        line = _with_suggestions(replace(found, **{name: data[name] for name in LINE_FIELDS if name in data}), found)
        own = {name: data[name] for name in CALL_OFF_FIELDS if name in data}
        return replace(base, **own).with_line(line).tidied()

    def show(self, problems: list[Problem], content: DraftContent) -> list[Problem]:
        """Add what stands in the way of sending in, and return it: of this line and the call-off each at its field, of
        every other line the first thing above the form. A field that cannot be read is not said to be missing as well.
        """
        here, wrong = content.position_of(content.line_at(self.line_key)), set(self.errors)
        if "pickup_other" in wrong:
            wrong.add("pickup_place")
        problems = [
            problem
            for problem in problems
            if problem.line not in {None, here} or SHOWN_AT.get(problem.field, problem.field) not in wrong
        ]
        told = set()
        for problem in problems:
            if problem.line not in {None, here}:
                if problem.line not in told:
                    self.add_error(None, f"{line_name(content, problem.line or 0)}: {problem.message}")
                told.add(problem.line)
                continue
            name = SHOWN_AT.get(problem.field, problem.field)
            if name == "pickup_place" and self.cleaned_data.get("pickup_place") == OTHER:
                name = "pickup_other"
            self.add_error(name if name in self.fields else None, problem.message)
        return problems


SUGGESTED = ("consistency", "packing_group", "un_number")


def _with_suggestions(line: LineContent, before: LineContent) -> LineContent:
    """Take over what the catalogue says of a newly chosen fraction, unless somebody has said otherwise."""
    if line.fraction is None or line.fraction == before.fraction:
        return line
    untouched = [name for name in SUGGESTED if getattr(line, name) in {"", getattr(before.fraction, name, "")}]
    return replace(line, **{name: getattr(line.fraction, name) for name in untouched})


def initial_of(content: DraftContent, line: LineContent) -> dict[str, Any]:
    """Return the form's values for what a draft holds, with one of its lines; or what an empty form suggests."""
    shown = {name: getattr(content, name) for name in CALL_OFF_FIELDS}
    shown |= {name: getattr(line, name) for name in LINE_FIELDS}
    shown["line"] = line.key
    shown["declaration_no"] = codes.shown_declaration_no(line.declaration_no)
    shown["declared_by"] = line.declared_by or facts.BY_CUSTOMER
    shown["pickup_place"] = content.pickup_address
    return {name: getattr(value, "pk", value) for name, value in shown.items()}
