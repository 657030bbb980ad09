"""What people write who are not signed in. The form takes care of itself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forms_catalog.forms.enquiries import AskForm
from portal.accounts.open_forms import OpenForm


class WriteForm(OpenForm, AskForm):
    """An enquiry with somebody to answer, whom nobody has proved yet: only our answer goes to the address."""

    contact_name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    contact_email = forms.EmailField(
        label=_("Your e-mail"),
        help_text=_("We send our answer here, with a link to write back."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    field_order = ["topic", "subject", "text", "pictures", "contact_name", "contact_email"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, customer=None, **kwargs)
        del self.fields["about"], self.fields["answer_by"]

    @property
    def fields_to_ask(self) -> dict[str, Any]:
        """What the action takes of a valid form."""
        names = ("topic", "subject", "text", "pictures", "contact_name", "contact_email", "submission_key")
        return {name: self.cleaned_data[name] for name in names}
