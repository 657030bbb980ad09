"""What people write who are not signed in. The form takes care of itself."""

from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from forms_catalog.forms.enquiries import AskForm

# Nobody fills in the form so fast; a page may lie open for a day.
FASTEST_SECONDS = 3
SLOWEST_SECONDS = 24 * 60 * 60
SALT = "forms_catalog.write"


def stamp() -> str:
    """Return a signed note of when the form was shown."""
    return signing.TimestampSigner(salt=SALT).sign("form")


class WriteForm(AskForm):
    """An enquiry with somebody to answer, whom nobody has proved yet: only our answer goes to the address."""

    contact_name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    contact_email = forms.EmailField(
        label=_("Your e-mail"),
        help_text=_("We send our answer here, with a link to write back."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    # People do not see it; programs that fill in everything do.
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)

    field_order = ["topic", "subject", "text", "pictures", "contact_name", "contact_email"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"stamp": stamp(), **(kwargs.get("initial") or {})}
        super().__init__(*args, customer=None, **kwargs)
        del self.fields["about"], self.fields["answer_by"]

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(_("Leave this field empty, or call us."), code="robot")
        return ""

    def clean_stamp(self) -> str:
        """Refuse what was sent at once, or without having seen the form; the next try has a new stamp."""
        signer = signing.TimestampSigner(salt=SALT)
        try:
            signer.unsign(self.cleaned_data["stamp"], max_age=SLOWEST_SECONDS)
        except signing.BadSignature as error:
            raise ValidationError(
                _("The page was open for too long. Check what you wrote, and send it again.")
            ) from error
        try:
            signer.unsign(self.cleaned_data["stamp"], max_age=FASTEST_SECONDS)
        except signing.SignatureExpired:
            return str(self.cleaned_data["stamp"])
        raise ValidationError(_("That was very quick. Check what you wrote, and send it again."))

    def shown_again(self) -> "WriteForm":
        """Return the form with its errors, with a new stamp: the old one was used, or too old."""
        # What was posted may not be changed in place.
        self.data = {**{name: self.data.get(name) for name in self.data}, "stamp": stamp()}
        return self

    @property
    def fields_to_ask(self) -> dict[str, Any]:
        """What the action takes of a valid form."""
        names = ("topic", "subject", "text", "pictures", "contact_name", "contact_email", "submission_key")
        return {name: self.cleaned_data[name] for name in names}
