"""Reporting a job that was missed or went wrong."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.models import JobReport
from orders.models.progress import TEXT_LENGTH
from portal.ui.fields import TextField


class ReportForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("What is wrong?"), choices=JobReport.Kind.choices, widget=forms.RadioSelect
    )
    text = TextField(
        label=gettext_lazy("Tell us more"),
        max_length=TEXT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("For instance what stands there now, and whether it is urgent."),
    )

    def clean(self) -> dict[str, Any]:
        """What is none of the kinds has to be said in words."""
        is_other = self.cleaned_data.get("kind") == JobReport.Kind.OTHER
        if is_other and not self.cleaned_data.get("text") and "text" not in self.errors:
            self.add_error("text", _("Write what is wrong."))
        return self.cleaned_data
