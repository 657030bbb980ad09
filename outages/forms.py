"""The form of a hazard. It works for people who are not signed in, so it takes care of itself."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from outages.actions.hazards import Position, Sighting
from outages.models import HazardReport
from portal.accounts.open_forms import OpenForm
from portal.customers.places import Place
from portal.files.fields import FilesField
from portal.files.rules import IMAGES
from portal.tenancy.text import without_controls
from portal.ui.fields import PhoneField, TextField

ELSEWHERE = "elsewhere"
MAX_PHOTOS = 3
MAX_TEXT = 2000


class HazardForm(OpenForm):
    """Where, what, words, pictures; `places` are the installations of the signed-in customer."""

    place = forms.ChoiceField(label=_("Where is it?"), widget=forms.RadioSelect)
    address = forms.CharField(
        label=_("Address or place"),
        max_length=200,
        required=False,
        help_text=_("The nearest address, or words we can find it by."),
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    kind = forms.ChoiceField(
        label=_("What have you seen?"), choices=HazardReport.Kind.choices, widget=forms.RadioSelect
    )
    text = TextField(
        label=_("Describe it"),
        max_length=MAX_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    photos = FilesField(label=_("Pictures"), rules=IMAGES, max_files=MAX_PHOTOS)
    contact_name = forms.CharField(
        label=_("Your name"), max_length=120, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    contact_phone = PhoneField(
        label=_("Your phone"), required=False, help_text=_("Only if we may call you when we do not find it.")
    )
    latitude = forms.DecimalField(
        min_value=-90, max_value=90, required=False, widget=forms.HiddenInput(attrs={"data-latitude": True})
    )
    longitude = forms.DecimalField(
        min_value=-180, max_value=180, required=False, widget=forms.HiddenInput(attrs={"data-longitude": True})
    )
    accuracy = forms.FloatField(min_value=0, required=False, widget=forms.HiddenInput(attrs={"data-accuracy": True}))
    submission_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, places: list[Place] | None = None, signed_in: bool, **options: Any) -> None:
        options.setdefault("initial", {"submission_key": uuid.uuid4()})
        super().__init__(*args, **options)
        self.places, self.signed_in = places or [], signed_in
        if self.places:
            self._offer_places()
        else:
            del self.fields["place"]
            self.fields["address"].required = True
        if signed_in:
            for name in ("contact_name", "contact_phone", "website", "stamp"):
                del self.fields[name]

    def _offer_places(self) -> None:
        field = self.fields["place"]
        if isinstance(field, forms.ChoiceField):
            own = [(key_of(place), place.street or place.gsrn) for place in self.places]
            field.choices = [*own, (ELSEWHERE, _("Another place"))]

    def clean_address(self) -> str:
        """One line, whatever was sent: it stands in the duty's SMS, where a line of its own could be anybody's."""
        return " ".join(without_controls(self.cleaned_data["address"]).split())

    def clean_latitude(self) -> Any:
        return self._rounded("latitude")

    def clean_longitude(self) -> Any:
        return self._rounded("longitude")

    def _rounded(self, name: str) -> Any:
        value = self.cleaned_data[name]
        return None if value is None else round(value, 6)

    def clean_submission_key(self) -> uuid.UUID:
        """A page that sent none cannot be told from another, so it is a report of its own."""
        return self.cleaned_data["submission_key"] or uuid.uuid4()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "place" in self.fields and cleaned.get("place") == ELSEWHERE and not cleaned.get("address"):
            self.add_error("address", _("Say where it is."))
        if cleaned.get("kind") == HazardReport.Kind.OTHER and not cleaned.get("text") and "text" not in self.errors:
            self.add_error("text", _("Describe what you have seen."))
        return cleaned

    @property
    def _place(self) -> Place | None:
        chosen = self.cleaned_data.get("place")
        return next((place for place in self.places if key_of(place) == chosen), None)

    @property
    def sighting(self) -> Sighting:
        """What a valid form says."""
        data, place = self.cleaned_data, self._place
        return Sighting(
            kind=data["kind"],
            text=data["text"],
            address=place.full_address[:200] if place else data["address"],
            gsrn=place.gsrn if place else "",
            position=self._position(),
            contact_name=data.get("contact_name", ""),
            contact_phone=data.get("contact_phone", ""),
        )

    def _position(self) -> Position | None:
        data = self.cleaned_data
        if data["latitude"] is None or data["longitude"] is None:
            return None
        accuracy = data.get("accuracy")
        return Position(data["latitude"], data["longitude"], None if accuracy is None else min(round(accuracy), 10**6))


def key_of(place: Place) -> str:
    """Return what the form knows a place by. Not its number in the list: in another tab that may be another place."""
    return place.gsrn or f"{place.street}, {place.postal_code}"
