"""The history's filters: a form in the address, and what it asks of the database."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callouts.models import CallOff, WasteProducer
from callouts.models.call_off import CallOffQuerySet
from callouts.rules import status
from portal.customers.models import Customer
from portal.tenancy.models import current_tenant
from portal.ui.fields import DayField

LAST_YEAR, THIS_YEAR, EVER, DAYS = "", "year", "ever", "days"


class HistoryForm(forms.Form):
    period = forms.ChoiceField(label=gettext_lazy("Period"), required=False)
    from_day = DayField(label=gettext_lazy("From"), required=False)
    to_day = DayField(label=gettext_lazy("To"), required=False)
    producer: "forms.ModelChoiceField[WasteProducer]" = forms.ModelChoiceField(
        label=gettext_lazy("Producer"), queryset=None, required=False
    )
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    q = forms.CharField(
        label=gettext_lazy("Number, reference or waste"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = dict(self.fields)
        fields["period"].choices = [
            (LAST_YEAR, _("Last 12 months")),
            (THIS_YEAR, _("This year")),
            (EVER, _("All years")),
            (DAYS, _("Choose dates")),
        ]
        fields["producer"].queryset = WasteProducer.objects.of(customer)
        fields["producer"].empty_label = _("All producers")
        fields["producer"].label_from_instance = lambda producer: capfirst(producer.list_name)
        shown = [(value, label) for value, label in CallOff.Status.choices if value != status.DRAFT]
        fields["status"].choices = [("", _("All")), *shown]
        # The dates take room only once they are asked for.
        self.chooses_days = self.data.get("period") == DAYS
        if not self.chooses_days:
            del self.fields["from_day"], self.fields["to_day"]

    @property
    def period_label(self) -> str:
        labels = dict(self.fields["period"].choices)  # type: ignore[attr-defined]
        period = self.data.get("period", LAST_YEAR)
        if self.search and period not in {THIS_YEAR, DAYS}:
            period = EVER
        return str(labels.get(period, labels[LAST_YEAR]))

    @property
    def summary(self) -> str:
        """Return what narrows the list besides the search and the period: the producer, and a status if one is asked
        for.
        """
        statuses = dict(self.fields["status"].choices)  # type: ignore[attr-defined]
        chosen = self.cleaned_data.get("status")
        return ", ".join(filter(None, [self.producer_label, str(statuses[chosen]) if chosen else ""]))

    @property
    def search(self) -> str:
        """Return what is looked for, "" for nothing."""
        return str(self.cleaned_data.get("q") or "").strip()

    @property
    def producer_label(self) -> str:
        chosen = self.cleaned_data.get("producer")
        return capfirst(chosen.list_name) if chosen else _("All producers")

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.get(name) for name in self.fields)

    def narrow(self, call_offs: CallOffQuerySet, *, today: date) -> CallOffQuerySet:
        """Return the call-offs the filters leave; a filter that cannot be understood leaves all."""
        chosen = self.cleaned_data
        first, last = self.days(today)
        if first:
            call_offs = call_offs.filter(submitted_at__gte=_midnight(first))
        if last:
            call_offs = call_offs.filter(submitted_at__lt=_midnight(last + timedelta(days=1)))
        for name in ("producer", "status"):
            if chosen.get(name):
                call_offs = call_offs.filter(**{name: chosen[name]})
        return call_offs.mentioning(chosen["q"]) if chosen.get("q") else call_offs

    def days(self, today: date) -> tuple[date | None, date | None]:
        """Return the first and the last day of the period, both included; None is open."""
        period = self.cleaned_data.get("period", LAST_YEAR)
        if self.search and period == LAST_YEAR:
            # Whoever looks for a number need not know when it was.
            return None, None
        if period == DAYS:
            return self.cleaned_data.get("from_day"), self.cleaned_data.get("to_day")
        if period == EVER:
            return None, None
        if period == THIS_YEAR:
            return today.replace(month=1, day=1), None
        return _a_year_before(today), None


def _a_year_before(day: date) -> date:
    """Return the day after the same date last year, so that a year is not a year and a day."""
    try:
        return day.replace(year=day.year - 1) + timedelta(days=1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28) + timedelta(days=1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=current_tenant().zone)
