"""Input of the page for choosing a customer."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SearchForm(forms.Form):
    q = forms.CharField(
        label=_("Name or customer number"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )

    @property
    def wanted(self) -> str:
        """What to search for, "" for everything."""
        return str(self.cleaned_data.get("q", "")).strip() if self.is_valid() else ""


class ChoiceForm(forms.Form):
    """The customer to act for, by number."""

    customer = forms.CharField(max_length=120)
