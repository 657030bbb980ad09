"""What people write: a job for a unit, the period of the overview, the key of what they send."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.actions import Wish
from orders.cutoff import Terms
from orders.jobs import Service
from orders.models import BasketLine, Placement, WasteType
from orders.models.basket import DESTINATION_LENGTH, NOTE_LENGTH, REFERENCE_LENGTH
from orders.queries import waste_problem
from portal.ui import formatting
from portal.ui.fields import DayField

OTHER = "other"
OFFERED_DAYS = 3
TOO_LONG = gettext_lazy("Write at most %(limit_value)d characters. This is %(show_value)d.")


class TextField(forms.CharField):
    """Text of a limited length, where a line break counts as the one character it is in the browser."""

    default_error_messages = {"max_length": TOO_LONG}

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class JobForm(forms.Form):
    """A job for one unit: the waste, the date, where to, and what driver and invoice shall say."""

    waste_type = forms.ModelChoiceField(
        WasteType.objects.none(),
        label=gettext_lazy("Waste type"),
        help_text=gettext_lazy("Change it if the unit was used for something else this time."),
        empty_label=None,
        error_messages={
            "required": gettext_lazy("Choose a waste type."),
            "invalid_choice": gettext_lazy("That waste type can no longer be ordered. Choose another."),
        },
    )
    destination = TextField(
        label=gettext_lazy("Where to"),
        help_text=gettext_lazy("Describe the new place on the site, or write the address."),
        max_length=DESTINATION_LENGTH,
        error_messages={"required": gettext_lazy("Write where the unit shall be moved to.")},
    )
    day = forms.CharField(
        label=gettext_lazy("Wanted date"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a date.")},
    )
    other_day = DayField(
        label=gettext_lazy("Other date"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    driver_note = TextField(
        label=gettext_lazy("Information for the driver"),
        help_text=gettext_lazy("Comes on the driver's slip."),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    invoice_reference = TextField(
        label=gettext_lazy("Order reference"),
        help_text=gettext_lazy("Comes on the invoice."),
        max_length=REFERENCE_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(
        self, *args: Any, placement: Placement, service: Service, terms: Terms, now: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.placement, self.service, self.terms, self.now = placement, service, terms, now
        self._only_what_the_service_needs()
        self._offer_days()

    def _only_what_the_service_needs(self) -> None:
        if self.service != Service.RELOCATE:
            del self.fields["destination"]
        if self.service == Service.RELOCATE or self.placement.is_periodic:
            del self.fields["waste_type"]
        else:
            self._offer_waste_types()

    def _offer_waste_types(self) -> None:
        field: Any = self.fields["waste_type"]
        field.queryset = WasteType.objects.orderable()
        field.initial = self.placement.waste_type_id

    @cached_property
    def offered_days(self) -> list[date]:
        return self.terms.next_days(self.now, OFFERED_DAYS)

    def _offer_days(self) -> None:
        """Offer the next possible days; a day chosen before that is not among them stands as "other date"."""
        days = [(day.isoformat(), formatting.weekday_day(day)) for day in self.offered_days]
        widget: Any = self.fields["day"].widget
        widget.choices = [*days, (OTHER, _("Other date"))]
        chosen = self.initial.get("day")
        if isinstance(chosen, date) and chosen not in self.offered_days:
            self.initial = {**self.initial, "day": OTHER, "other_day": chosen}
        elif not chosen:
            self.initial["day"] = days[0][0] if days else OTHER
        if self.offered_days:
            self.fields["day"].help_text = self.deadline_text
        limits = {"min": self.terms.today(self.now).isoformat(), "max": self.terms.last_day(self.now).isoformat()}
        self.fields["other_day"].widget.attrs.update(limits)

    @property
    def deadline_text(self) -> str:
        first = self.offered_days[0]
        return _("Order before %(deadline)s for %(day)s.") % {
            "deadline": formatting.moment(self.terms.deadline(first), now=self.now, zone=self.terms.zone),
            "day": day_in_sentence(first, self.terms.today(self.now)),
        }

    def clean_day(self) -> date | None:
        """Return the day, or None when it is the other one. A day offered yesterday may have passed by now."""
        value = self.cleaned_data["day"]
        if value == OTHER:
            return None
        try:
            day = date.fromisoformat(value)
        except ValueError as error:
            raise ValidationError(_("Choose a date.")) from error
        self._refuse(day)
        return day

    def clean_other_day(self) -> date | None:
        if self.data.get("day") != OTHER:
            return None
        day: date | None = self.cleaned_data["other_day"]
        if day is None:
            raise ValidationError(_("Write the date you want."))
        self._refuse(day)
        return day

    def _refuse(self, day: date) -> None:
        if problem := self.terms.problem_with(day, self.now):
            raise ValidationError(problem.message)

    def clean_waste_type(self) -> WasteType:
        waste_type: WasteType = self.cleaned_data["waste_type"]
        if problem := waste_problem(self.placement, waste_type):
            raise ValidationError(problem.message)
        return waste_type

    @property
    def wish(self) -> Wish:
        """What a valid form asks for."""
        data = self.cleaned_data
        return Wish(
            placement=self.placement,
            service=self.service,
            waste_type=data.get("waste_type") or self.placement.waste_type,
            wanted_on=data["day"] or data["other_day"],
            destination=data.get("destination", ""),
            driver_note=data["driver_note"],
            invoice_reference=data["invoice_reference"],
        )

    @staticmethod
    def values_of(line: BasketLine) -> dict[str, Any]:
        """Return the initial values with which a line of the basket is edited."""
        return {
            "waste_type": line.waste_type_id,
            "day": line.wanted_on,
            "destination": line.destination,
            "driver_note": line.driver_note,
            "invoice_reference": line.invoice_reference,
        }


class SendForm(forms.Form):
    """The basket's name as the person saw it."""

    key = forms.UUIDField()


class SearchForm(forms.Form):
    q = TextField(
        label=gettext_lazy("Search for an address"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


class OverviewForm(forms.Form):
    """Which jobs the overview shows. Left empty, the period is one month back and one week ahead."""

    first = DayField(label=gettext_lazy("From date"), required=False)
    last = DayField(label=gettext_lazy("To date"), required=False)
    q = TextField(
        label=gettext_lazy("Order number or reference"),
        max_length=REFERENCE_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )

    def __init__(self, data: Any, *, today: date) -> None:
        self.default_period = (month_before(today), today + timedelta(days=7))
        super().__init__({**self._defaults(), **{name: value for name, value in data.items() if value}})

    def _defaults(self) -> dict[str, str]:
        first, last = self.default_period
        return {"first": f"{first:%d.%m.%Y}", "last": f"{last:%d.%m.%Y}"}

    def clean(self) -> None:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and first > last:
            self.add_error("last", _("The last date is before the first one."))

    @property
    def period(self) -> tuple[date, date]:
        """The first and the last day: the default period when what was written makes no sense."""
        if self.errors:
            return self.default_period
        return self.cleaned_data["first"], self.cleaned_data["last"]

    @property
    def search(self) -> str:
        return str(self.cleaned_data.get("q", ""))


def day_in_sentence(day: date, today: date) -> str:
    """Return "i dag", "i morgen" or "mandag 16. november": without a full stop at its end."""
    near = (day - today).days in (0, 1)
    return formatting.near_day(day, today) if near else formatting.long_day(day)


def month_before(day: date) -> date:
    """Return the same day a month earlier, or the last day of that month when it is shorter."""
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))
