"""What people write to customer service."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy

from forms_catalog.models import SUBJECT_LENGTH, TEXT_LENGTH, Topic
from portal.files.fields import FilesField
from portal.files.rules import IMAGES

TOO_LONG = gettext_lazy("Write at most %(limit_value)d characters. This is %(show_value)d.")


class MessageForm(forms.Form):
    """A message of the thread, with up to three pictures."""

    text = forms.CharField(
        label=gettext_lazy("Message"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=TEXT_LENGTH,
        error_messages={"required": gettext_lazy("Write what it is about."), "max_length": TOO_LONG},
    )
    pictures = FilesField(rules=IMAGES, max_files=3, label=gettext_lazy("Pictures"))


class AskForm(MessageForm):
    """A new enquiry."""

    topic = forms.ModelChoiceField(
        Topic.objects.none(),
        label=gettext_lazy("What is it about?"),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what it is about.")},
    )
    subject = forms.CharField(
        label=gettext_lazy("In a few words"),
        max_length=SUBJECT_LENGTH,
        error_messages={"required": gettext_lazy("Write in a few words what it is about."), "max_length": TOO_LONG},
    )
    about = forms.CharField(max_length=120, required=False, widget=forms.HiddenInput)
    submission_key = forms.UUIDField(widget=forms.HiddenInput)

    field_order = ["topic", "subject", "text", "pictures"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"submission_key": uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.fields["topic"].queryset = Topic.objects.filter(is_active=True)  # type: ignore[attr-defined]
