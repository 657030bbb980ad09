"""Input of the pages for choosing a customer, and how one wants to begin."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.customers.models import Customer


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


class PreferencesForm(forms.Form):
    """Where to begin: `customer` cleans to one of those given, or None; `start_page` to one of the pages, or ""."""

    customer = forms.ChoiceField(
        label=_("Customer when you sign in"), required=False, help_text=_("You can change to another at any time.")
    )
    start_page = forms.ChoiceField(label=_("Page when you sign in"), required=False)

    def __init__(
        self, *args: Any, customers: Iterable[Customer], pages: Sequence[tuple[str, Any]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.customers = {customer.number: customer for customer in customers}
        names = [(number, f"{customer.name} ({number})") for number, customer in self.customers.items()]
        self.fields["customer"].choices = [("", _("The one I used last")), *names]  # type: ignore[attr-defined]
        self.fields["start_page"].choices = [("", _("As usual")), *pages]  # type: ignore[attr-defined]
        if len(names) < 2:
            del self.fields["customer"]

    @property
    def preferred(self) -> Customer | None:
        return self.customers.get(self.cleaned_data.get("customer", ""))
