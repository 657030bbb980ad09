"""What staff fill in about a call-off that is sent in."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callouts.models import CallOff, CallOffDocument
from callouts.rules import status
from portal.files.fields import FilesField
from portal.files.rules import DOCUMENTS
from portal.ui.fields import TextField


class StatusForm(forms.Form):
    """Where the call-off stands now, with a word to the customer."""

    # What the page showed: somebody else may have moved it on since.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    status = forms.ChoiceField(label=gettext_lazy("Status"))
    reason = TextField(
        label=gettext_lazy("Message to the customer"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Stands beside the status, and goes out with it: what is agreed, or why it is refused."),
        widget=forms.Textarea(attrs={"rows": 3, "cols": 40}),
    )
    tells = forms.BooleanField(
        label=gettext_lazy("Tell the customer by e-mail or SMS"),
        required=False,
        help_text=gettext_lazy("On the channels the person has chosen. Leave it out when you only put a slip right."),
    )

    def __init__(self, *args: Any, call_off: CallOff, **kwargs: Any) -> None:
        now = call_off.status
        kwargs.setdefault("initial", {"status": now, "reason": call_off.status_reason, "seen": now, "tells": True})
        super().__init__(*args, **kwargs)
        self.call_off = call_off
        allowed = {now, *status.NEXT.get(now, ())}
        field: Any = self.fields["status"]
        field.choices = [(value, label) for value, label in CallOff.Status.choices if value in allowed]
        field.error_messages["invalid_choice"] = _("The call-off cannot go there from %(old)s.") % {
            "old": call_off.get_status_display()
        }

    def clean(self) -> dict[str, Any]:
        """Refuse what was decided on a page that is out of date, and a refusal without a word."""
        data = self.cleaned_data
        if data.get("seen") and data["seen"] != self.call_off.status:
            values = {"status": self.call_off.get_status_display()}
            self.add_error(None, _("Somebody else has moved it to %(status)s meanwhile. Look once more.") % values)
        elif data.get("status") in status.NEEDS_REASON and not data.get("reason"):
            self.add_error("reason", _("Say why: the customer reads it."))
        return data


class DocumentsForm(forms.Form):
    """Papers that go back to the customer."""

    documents = FilesField(rules=DOCUMENTS, max_files=5, required=True, label=gettext_lazy("Files"))
    kind = forms.ChoiceField(label=gettext_lazy("What they are"), choices=CallOffDocument.Kind.choices)
    note = TextField(
        label=gettext_lazy("Note"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For example what the load weighed. The customer reads it."),
    )


class AnswerForm(forms.Form):
    """The answer to what the customer asks for."""

    ACCEPT, REFUSE = "accept", "refuse"
    answer = TextField(
        label=gettext_lazy("Answer"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("The customer reads it."),
        widget=forms.Textarea(attrs={"rows": 2, "cols": 40}),
    )
    # Which button was pressed.
    decision = forms.ChoiceField(choices=[(ACCEPT, ACCEPT), (REFUSE, REFUSE)], widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("decision") == self.REFUSE and not data.get("answer"):
            self.add_error("answer", _("Say why, so that the customer can put it right."))
        return data
