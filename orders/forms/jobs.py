"""A job: the waste, the date, and what driver and invoice shall say."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.cutoff import Terms
from orders.jobs import Service
from orders.models import BasketLine, OrderLine, WasteType
from orders.models.photos import Photo
from orders.models.wanted import CONTACT_LENGTH, MOST_PHOTOS, NOTE_LENGTH, REFERENCE_LENGTH
from orders.problems import Problem
from orders.queries import Rules
from portal.files.fields import FilesField
from portal.files.rules import IMAGES
from portal.ui import formatting
from portal.ui.fields import DayField, PhoneField, TextField

OTHER = "other"
OFFERED_DAYS = 3
HERE, ELSEWHERE = "here", "elsewhere"


class WishForm(forms.Form):
    """What every job needs. `kept_day` and `kept_waste_id` are of an order that is changed: they need not be possible
    anew.
    """

    service = Service.EMPTY

    waste_type = forms.ModelChoiceField(
        WasteType.objects.none(),
        label=gettext_lazy("Waste type"),
        empty_label=None,
        error_messages={
            "required": gettext_lazy("Choose a waste type."),
            "invalid_choice": gettext_lazy("That waste type can no longer be ordered. Choose another."),
        },
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
    contact_name = TextField(
        label=gettext_lazy("Contact on site"),
        max_length=CONTACT_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    contact_phone = PhoneField(
        label=gettext_lazy("Phone on site"),
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    photos = FilesField(
        label=gettext_lazy("Photos"),
        help_text=gettext_lazy("Up to three: what it looks like on site, or where the unit shall stand."),
        rules=IMAGES,
        max_files=MOST_PHOTOS,
        required=False,
    )
    kept_photos = forms.MultipleChoiceField(
        label=gettext_lazy("Photos to keep"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "ds-input"}),
    )
    invoice_reference = TextField(
        label=gettext_lazy("Order reference"),
        help_text=gettext_lazy("Comes on the invoice."),
        max_length=REFERENCE_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(
        self,
        *args: Any,
        rules: Rules,
        now: datetime,
        kept_day: date | None = None,
        kept_waste_id: int | None = None,
        had_photos: Sequence[Photo] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rules, self.now, self.kept_day, self.kept_waste_id = rules, now, kept_day, kept_waste_id
        self.had_photos = {photo.pk: photo for photo in had_photos}
        self._offer_photos()
        self._offer_days()
        self._ask_for_reference()

    def _offer_photos(self) -> None:
        """Let the photos there are be kept or left out; all are kept unless the person says otherwise."""
        field: Any = self.fields["kept_photos"]
        field.choices = [(str(pk), photo.file.name) for pk, photo in self.had_photos.items()]
        self.initial = {**self.initial, "kept_photos": [str(pk) for pk in self.had_photos]}
        if not self.had_photos:
            del self.fields["kept_photos"]

    def clean_photos(self) -> list[Any]:
        """The new ones and those that are kept are three at most; `kept_photos` may not be cleaned yet."""
        added: list[Any] = self.cleaned_data["photos"] or []
        if len(added) + len(self._kept) > MOST_PHOTOS:
            raise ValidationError(_("A job can have at most %(count)d photos.") % {"count": MOST_PHOTOS})
        return added

    @property
    def _kept(self) -> list[int]:
        wanted = self.data.getlist("kept_photos") if hasattr(self.data, "getlist") else []
        return [pk for pk in self.had_photos if str(pk) in wanted]

    @property
    def terms(self) -> Terms:
        return self.rules.terms

    @cached_property
    def offered_days(self) -> list[date]:
        return self.terms.next_days(self.now, OFFERED_DAYS)

    @property
    def _preselected(self) -> date | None:
        return self.offered_days[0] if self.offered_days else None

    def _offer_days(self) -> None:
        """Offer the next possible days; a day chosen before that is not among them stands as "other date"."""
        days = [(day.isoformat(), formatting.weekday_day(day)) for day in self.offered_days]
        first = self._preselected
        widget: Any = self.fields["day"].widget
        widget.choices = [*days, (OTHER, _("Other date"))]
        chosen = self.initial.get("day")
        if isinstance(chosen, date) and chosen not in self.offered_days:
            self.initial = {**self.initial, "day": OTHER, "other_day": chosen}
        elif not chosen:
            self.initial["day"] = first.isoformat() if first else OTHER
        if self.offered_days:
            self.fields["day"].help_text = self.deadline_text
        limits = {"min": self.terms.today(self.now).isoformat(), "max": self.terms.last_day(self.now).isoformat()}
        self.fields["other_day"].widget.attrs.update(limits)

    def _ask_for_reference(self) -> None:
        """Say how the company wants it before it is written wrongly."""
        field, rule = self.fields["invoice_reference"], self.rules.reference
        field.required = rule.is_required
        field.error_messages["required"] = getattr(rule.problem_with(""), "message", "")
        shown = " / ".join(rule.masks)
        parts = [field.help_text, _("Form: %(masks)s.") % {"masks": shown} if shown else "", rule.help]
        field.help_text = " ".join(str(part) for part in parts if part)

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
        problem = None if day == self.kept_day else self._day_problem(day)
        if problem:
            raise ValidationError(problem.message)

    def _day_problem(self, day: date) -> Problem | None:
        return self.terms.problem_with(day, self.now)

    def clean_invoice_reference(self) -> str:
        reference = str(self.cleaned_data["invoice_reference"])
        if problem := self.rules.reference.problem_with(reference):
            raise ValidationError(problem.message)
        return reference

    @property
    def has_more(self) -> bool:
        """Whether the part that is folded away holds something: then it is shown unfolded."""
        names = ("contact_name", "contact_phone")
        has_words = any(self[name].value() or self[name].errors for name in names)
        return has_words or bool(self.had_photos) or bool(self["photos"].errors)

    @property
    def common(self) -> dict[str, Any]:
        """What a valid form says of every kind of job, as arguments of a Wish."""
        data = self.cleaned_data
        names = ("driver_note", "invoice_reference", "contact_name", "contact_phone")
        return {
            "wanted_on": data["day"] or data["other_day"],
            "photos": data["photos"],
            "kept_photos": self._kept,
            **{name: data[name] for name in names},
        }

    @staticmethod
    def values_of(line: BasketLine | OrderLine) -> dict[str, Any]:
        """Return the initial values with which a job is edited, all but its waste type."""
        return {
            "day": line.wanted_on,
            "quantity": line.quantity,
            "where": ELSEWHERE if line.destination_location_id else HERE,
            "destination": line.destination,
            "destination_location": line.destination_location_id,
            "driver_note": line.driver_note,
            "invoice_reference": line.invoice_reference,
            "contact_name": line.contact_name,
            "contact_phone": line.contact_phone,
        }


def day_in_sentence(day: date, today: date) -> str:
    """Return "i dag", "i morgen" or "mandag 16. november": without a full stop at its end."""
    near = (day - today).days in (0, 1)
    return formatting.near_day(day, today) if near else formatting.long_day(day)
