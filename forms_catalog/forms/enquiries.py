"""What people write to customer service."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy

from forms_catalog.models import ABOUT_LENGTH, SUBJECT_LENGTH, TEXT_LENGTH, Enquiry, Topic
from portal import registry
from portal.customers.models import Customer
from portal.files.fields import FilesField
from portal.files.rules import IMAGES
from portal.ui.fields import TextField


class MessageForm(forms.Form):
    """A message of the thread, with up to three pictures."""

    text = TextField(
        label=gettext_lazy("Message"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=TEXT_LENGTH,
        error_messages={"required": gettext_lazy("Write what it is about.")},
    )
    pictures = FilesField(rules=IMAGES, max_files=3, label=gettext_lazy("Pictures"))


class ReplyForm(MessageForm):
    """One more message of a thread; sent twice it is one."""

    # Without one (the page is older than the field) every sending is a message.
    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid4)


class AskForm(MessageForm):
    """A new enquiry."""

    topic = forms.ModelChoiceField(
        Topic.objects.none(),
        label=gettext_lazy("What is it about?"),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what it is about.")},
    )
    subject = TextField(
        label=gettext_lazy("In a few words"),
        max_length=SUBJECT_LENGTH,
        error_messages={"required": gettext_lazy("Write in a few words what it is about.")},
    )
    answer_by = forms.ChoiceField(
        label=gettext_lazy("How do you want to hear that we have answered?"),
        help_text=gettext_lazy("You always find the answer here."),
        choices=Enquiry.AnswerBy.choices,
        initial=Enquiry.AnswerBy.EMAIL,
        widget=forms.RadioSelect,
        required=False,
    )
    # "<app>:<ref>"; what it is called is looked up, so nobody can make up the words that colleagues read.
    about = forms.CharField(max_length=120, required=False, widget=forms.HiddenInput)
    submission_key = forms.UUIDField(widget=forms.HiddenInput)

    field_order = ["topic", "subject", "text", "pictures", "answer_by"]

    def __init__(self, *args: Any, customer: Customer | None, **kwargs: Any) -> None:
        kwargs["initial"] = {"submission_key": uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.customer = customer
        self.fields["topic"].queryset = Topic.objects.filter(is_active=True)  # type: ignore[attr-defined]

    @property
    def subject_label(self) -> str:
        """What the enquiry is about besides its topic, such as an invoice; "" for nothing."""
        return registry.subject_of(self.customer, str(self["about"].value() or ""))[:ABOUT_LENGTH]

    def clean_about(self) -> str:
        return self.subject_label


class AskedFor(forms.Form):
    """The query string of a link to the form: `?topic=<slug>&about=<app>:<ref>&subject=<words>`. What is wrong in it is
    left out.
    """

    topic = forms.SlugField(required=False)
    about = forms.CharField(max_length=120, required=False)
    subject = forms.CharField(max_length=SUBJECT_LENGTH, required=False)

    @property
    def initial_of_form(self) -> dict[str, Any]:
        self.full_clean()
        found = self.cleaned_data
        topic = Topic.objects.filter(is_active=True, slug=found.get("topic", "")).first()
        return {"topic": topic.pk if topic else None, "about": found.get("about"), "subject": found.get("subject")}


class MendedForm(MessageForm):
    """That a deviation is mended: how and by whom, with pictures."""

    text = TextField(
        label=gettext_lazy("What was done, and by whom?"),
        help_text=gettext_lazy("Name the electrician when one has done it."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        error_messages={"required": gettext_lazy("Write what was done.")},
    )
