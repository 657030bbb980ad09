"""What people ask a page of readings for in its query string, and what they write about an installation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date as Date  # noqa: N812  (the form has a field of that name)
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from metering.days import Direction
from metering.periods import Span, View, span_of
from metering.queries import Installation
from metering.queries.installations import SORTS
from portal.tenancy.text import key_in
from portal.ui import formatting
from portal.ui.fields import FIRST_YEAR, DayField

DIRECTIONS = {"consumption": Direction.CONSUMPTION, "production": Direction.PRODUCTION}
LAST_YEAR = "year"
LONGEST_DOWNLOAD = timedelta(days=366 * 11)


@dataclass(frozen=True)
class Period:
    """What to show: `day` is the day, or one of the stretch; `compare` is "", "year" or another installation's key.

    `asked` is the day that was asked for where there is nothing to show of its stretch, so that it is another's.
    """

    view: View
    day: Date
    direction: Direction
    compare: str = ""
    by_quarter: bool = False
    asked: Date | None = None

    def moved(self, **changes: Any) -> Period:
        return replace(self, asked=None, **changes)


class PeriodForm(forms.Form):
    """Links write these; what somebody changes by hand into nonsense is as if it were not there."""

    view = forms.ChoiceField(choices=[(view.value, view.name) for view in View], required=False)
    date = DayField(required=False)
    direction = forms.ChoiceField(choices=[(name, name) for name in DIRECTIONS], required=False)
    compare = forms.CharField(max_length=20, required=False)
    quarters = forms.BooleanField(required=False)

    def period(self, *, first_day: Date, last_day: Date, today: Date, has_production: bool) -> Period:
        """Return the period asked for, moved to where there is something to show."""
        self.is_valid()
        asked: dict[str, Any] = self.cleaned_data
        # Today's values come tomorrow.
        day = asked.get("date") or today - timedelta(days=1)
        view, shown = View(asked.get("view") or View.MONTH), min(max(day, first_day), last_day)
        is_elsewhere = asked.get("date") and span_of(view, day) != span_of(view, shown)
        direction = DIRECTIONS.get(asked.get("direction") or "", Direction.CONSUMPTION)
        compare = asked.get("compare") or ""
        return Period(
            view=view,
            day=shown,
            direction=direction if has_production else Direction.CONSUMPTION,
            compare=compare if compare == LAST_YEAR or key_in(compare) else "",
            by_quarter=bool(asked.get("quarters")),
            asked=day if is_elsewhere else None,
        )


class NameForm(forms.Form):
    """What the customer calls an installation; empty takes the name away."""

    name = forms.CharField(
        label=gettext_lazy("Your name for it"),
        help_text=gettext_lazy("For example “The cabin”. Everybody with access to the customer sees it."),
        max_length=40,
        required=False,
    )


class InstallationsForm(forms.Form):
    """Which of many installations to list, in which order, with the use of which month."""

    q = forms.CharField(label=gettext_lazy("Search"), max_length=60, required=False)
    sort = forms.ChoiceField(choices=[(name, name) for name in SORTS], required=False)
    month = forms.DateField(input_formats=["%Y-%m"], required=False)

    def clean_month(self) -> Date | None:
        """Before the first year there are no moments to ask for."""
        month: Date | None = self.cleaned_data["month"]
        return month if month and month.year >= FIRST_YEAR else None


FORMATS = [("xlsx", gettext_lazy("Excel")), ("csv", gettext_lazy("CSV"))]
STEPS = [
    ("hour", gettext_lazy("Hour by hour")),
    ("quarter", gettext_lazy("Every 15 minutes, where measured so")),
    ("day", gettext_lazy("Day by day")),
    ("month", gettext_lazy("Month by month")),
]
ALL = "all"


@dataclass(frozen=True)
class Download:
    """What to download; `points` None is every installation."""

    span: Span
    points: tuple[int, ...] | None
    step: str
    format: str


def _day_picker() -> forms.DateInput:
    """Days to download are picked, as those to look at are; browsers without a picker take what people type."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class DownloadForm(forms.Form):
    first = DayField(label=gettext_lazy("From"), widget=_day_picker())
    last = DayField(label=gettext_lazy("To and including"), widget=_day_picker())
    points = forms.MultipleChoiceField(
        label=gettext_lazy("Installations"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one installation.")},
    )
    step = forms.ChoiceField(label=gettext_lazy("Values"), choices=STEPS, widget=forms.RadioSelect, initial="hour")
    format = forms.ChoiceField(
        label=gettext_lazy("File"),
        choices=FORMATS,
        widget=forms.RadioSelect,
        initial="xlsx",
        help_text=gettext_lazy(
            "A spreadsheet that opens the CSV rounds the metering point IDs. In the Excel file all 18 digits stay."
        ),
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], days: Span, **kwargs: Any) -> None:
        """`days` are those there is something of: no others are offered."""
        super().__init__(*args, **kwargs)
        self.fields["points"].choices = choices  # type: ignore[attr-defined]
        self._days = days
        for name in ("first", "last"):
            self.fields[name].widget.attrs.update(min=days.first.isoformat(), max=days.last.isoformat())

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", ValidationError(_("The last day is before the first. Swap them, or change one.")))
        if first and last and last - first > LONGEST_DOWNLOAD:
            self.add_error("first", ValidationError(_("That is more than ten years. Choose a shorter time.")))
        if first and last and first <= last and (last < self._days.first or self._days.last < first):
            self.add_error("first", ValidationError(self._nothing()))
        return cleaned

    def _nothing(self) -> str:
        days = {"first": formatting.day(self._days.first), "last": formatting.day(self._days.last)}
        return _("There is nothing of these days. Choose days from %(first)s to %(last)s.") % days

    def download(self) -> Download:
        chosen = self.cleaned_data["points"]
        return Download(
            span=Span(self.cleaned_data["first"], self.cleaned_data["last"]),
            points=None if ALL in chosen else tuple(int(one) for one in chosen),
            step=self.cleaned_data["step"],
            format=self.cleaned_data["format"],
        )


def choices_of(installations: Sequence[Installation], labels: Sequence[str]) -> list[tuple[str, str]]:
    return [(str(one.point.pk), label) for one, label in zip(installations, labels, strict=True)]
