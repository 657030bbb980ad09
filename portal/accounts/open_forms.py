"""Forms that people may send without signing in: each takes care of itself."""

from typing import Any, Self

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Nobody fills in a form so fast; a page may lie open for a day.
FASTEST_SECONDS = 2
SLOWEST_SECONDS = 24 * 60 * 60
SIGNER = signing.TimestampSigner(salt="accounts.open_form")


class OpenForm(forms.Form):
    """Has a trap for programs, and a signed note of when it was shown; who knows the person takes both away."""

    # People do not see it; programs that fill in everything do.
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["stamp"] = SIGNER.sign("form")

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(_("Leave this field empty, or call us."), code="robot")
        return ""

    def clean_stamp(self) -> str:
        """Refuse what was sent at once, or without having seen the form; the next try has a new stamp."""
        try:
            SIGNER.unsign(self.cleaned_data["stamp"], max_age=SLOWEST_SECONDS)
        except signing.BadSignature as error:
            raise ValidationError(
                _("The page was open for too long. Check what you wrote, and send it again.")
            ) from error
        try:
            SIGNER.unsign(self.cleaned_data["stamp"], max_age=FASTEST_SECONDS)
        except signing.SignatureExpired:
            return str(self.cleaned_data["stamp"])
        raise ValidationError(_("That was very quick. Check what you wrote, and send it again."))

    def shown_again(self) -> Self:
        """Return the form with its errors, with a new stamp: the old one was used, or too old."""
        # What was posted may not be changed in place.
        self.data = {**{name: self.data.get(name) for name in self.data}, "stamp": self.initial["stamp"]}
        return self
