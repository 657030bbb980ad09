"""Searching, filtering, grouping and sorting, all of it in the address."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.models.wanted import REFERENCE_LENGTH
from orders.rules.lists import Grouping, Sorting
from portal.ui.fields import DayField, TextField


class SearchForm(forms.Form):
    q = TextField(
        label=gettext_lazy("Search for an address"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


class OverviewForm(forms.Form):
    """Which jobs the overview shows and how. Left empty, the period is one month back and one week ahead."""

    first = DayField(label=gettext_lazy("From date"), required=False)
    last = DayField(label=gettext_lazy("To date"), required=False)
    group = forms.ChoiceField(label=gettext_lazy("Group by"), choices=Grouping.choices, required=False)
    sort = forms.ChoiceField(label=gettext_lazy("Sort by"), choices=Sorting.choices, required=False)
    q = TextField(
        label=gettext_lazy("Order number or reference"),
        max_length=REFERENCE_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )

    def __init__(self, data: Any, *, today: date) -> None:
        self.default_period = (month_before(today), today + timedelta(days=7))
        super().__init__({**self._defaults(), **{name: value for name, value in data.items() if value}})

    def _defaults(self) -> dict[str, str]:
        first, last = self.default_period
        return {
            "first": f"{first:%d.%m.%Y}",
            "last": f"{last:%d.%m.%Y}",
            "group": Grouping.NONE.value,
            "sort": Sorting.NEWEST.value,
        }

    def clean(self) -> None:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and first > last:
            self.add_error("last", _("The last date is before the first one."))

    @property
    def period(self) -> tuple[date, date]:
        """The first and the last day: the default period when what was written makes no sense."""
        if self.errors:
            return self.default_period
        return self.cleaned_data["first"], self.cleaned_data["last"]

    @property
    def search(self) -> str:
        return str(self.cleaned_data.get("q", ""))

    @property
    def grouping(self) -> Grouping:
        return Grouping(self.cleaned_data.get("group") or Grouping.NONE)

    @property
    def sorting(self) -> Sorting:
        return Sorting(self.cleaned_data.get("sort") or Sorting.NEWEST)


def month_before(day: date) -> date:
    """Return the same day a month earlier, or the last day of that month when it is shorter."""
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))
