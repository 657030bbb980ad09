"""Forms of one or two fields: names of templates, questions, what a copy takes along, the keys of pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from callouts.models import CallOff, CallOffFile, ChangeRequest
from portal.ui.fields import TextField


class SubmitForm(forms.Form):
    """What the check-your-answers page sends along, unseen."""

    version = forms.IntegerField(min_value=0)
    submission_key = forms.UUIDField()


class TemplateForm(forms.Form):
    name = TextField(
        label=_("Name of the template"),
        max_length=60,
        help_text=_("For example “Spillolje fra kai 4”. Everyone at the customer can use it."),
    )


class QuestionForm(forms.Form):
    description = TextField(
        label=_("Describe the waste in your own words"),
        max_length=2000,
        help_text=_("What it is, where it comes from, how much, and what it is packed in."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    draft = forms.IntegerField(widget=forms.HiddenInput, required=False)


class FileChoice(forms.ModelMultipleChoiceField[CallOffFile]):
    def label_from_instance(self, obj: CallOffFile) -> str:
        return f"{obj.name} ({obj.get_kind_display()})"


class CopyForm(forms.Form):
    """Which files a copy takes along; `start_key` makes a form sent twice one draft."""

    start_key = forms.UUIDField(widget=forms.HiddenInput)
    files = FileChoice(  # type: ignore[assignment]  # Django takes fields off the class
        label=_("Files to take along"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, call_off: CallOff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        files: Any = self.fields["files"]
        files.queryset = call_off.files.all()


class RequestForm(forms.Form):
    """What the customer wants otherwise with a call-off that is sent in."""

    kind = forms.ChoiceField(
        label=_("What do you want?"), choices=ChangeRequest.Kind.choices, widget=forms.RadioSelect, initial="change"
    )
    text = TextField(
        label=_("Describe it"),
        max_length=2000,
        help_text=_("What shall be otherwise, or why it is to be cancelled. Customer service reads it."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
