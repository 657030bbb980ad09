"""Choosing among invoices, all of it in the address."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.invoice_presentation import STATUSES
from billing.queries.invoices import Asked
from billing.rules.invoicing.standing import Status
from portal.customers.models import Customer

ALL = "all"
# More customers than these are not chosen from a list.
MOST_CUSTOMERS = 50


def customers_chosen(wanted: str, own: Customer, reached: Sequence[Customer]) -> list[Customer]:
    """Return whose invoices are asked for: all, one of those a person reaches, else the one they act for."""
    if wanted == ALL:
        return list(reached)
    return [one for one in reached if str(one.pk) == wanted] or [own]


class OverviewForm(forms.Form):
    """Which invoices the overview shows: by default all of the last twelve months, of the customer one acts for."""

    customer = forms.ChoiceField(label=_("Customer"), required=False)
    place = forms.TypedChoiceField(label=_("Installation"), required=False, coerce=int, empty_value=None)
    year = forms.TypedChoiceField(label=_("Period"), required=False, coerce=int, empty_value=None)
    status = forms.TypedChoiceField(label=_("Status"), required=False, coerce=Status, empty_value=None)
    q = forms.CharField(
        label=_("Invoice number, KID or reference"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )

    def __init__(
        self,
        data: Any,
        *,
        own: Customer,
        reached: Sequence[Customer],
        places: list[tuple[int, str]],
        years: list[int],
        today: date,
    ) -> None:
        if data.get("place", "") not in {str(pk) for pk, _address in places}:
            # The tab beside the readings leads here from every installation, also from one without invoices.
            data = data.copy()
            data.pop("place", None)
        super().__init__(data)
        self.today = today
        self.has_customers = len(reached) > 1
        others = [(str(one.pk), one.name) for one in reached if one != own]
        if len(others) > MOST_CUSTOMERS:
            others = [choice for choice in others if choice[0] == data.get("customer")]
        everybody = gettext("All my customers (%(count)s)") % {"count": len(reached)}
        self.fields["customer"].choices = [("", own.name), (ALL, everybody), *others]  # type: ignore[attr-defined]
        self.places, self.has_places, self.has_any_place = places, len(places) > 1, bool(places)
        self.fields["place"].choices = [("", gettext("All installations")), *places]  # type: ignore[attr-defined]
        periods = [("", gettext("The last 12 months")), *((year, str(year)) for year in years)]
        self.fields["year"].choices = periods  # type: ignore[attr-defined]
        statuses = [(status.value, label) for status, (label, _color) in STATUSES.items()]
        self.fields["status"].choices = [("", gettext("All statuses")), *statuses]  # type: ignore[attr-defined]

    @property
    def asked(self) -> Asked:
        """What is asked for; what makes no sense is left out, and the form says so."""
        self.is_valid()
        cleaned = self.cleaned_data
        return Asked(
            self.today,
            cleaned.get("place"),
            cleaned.get("status"),
            cleaned.get("year"),
            cleaned.get("q", ""),
        )

    @property
    def summary(self) -> str:
        """Return what is chosen, in words."""
        asked = self.asked
        if asked.search:
            return gettext("Search: %(search)s") % {"search": asked.search}
        words = [str(asked.year) if asked.year else gettext("The last 12 months")]
        if whose := self.cleaned_data.get("customer"):
            words.append(dict(self.fields["customer"].choices)[whose])  # type: ignore[attr-defined]
        if asked.status:
            words.append(STATUSES[asked.status][0].lower())
        return ", ".join(words)
