"""What a page of readings is asked for in its query string."""

from dataclasses import dataclass
from datetime import date as Date  # noqa: N812  (the form has a field of that name)
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django import forms

from metering.days import Direction
from metering.queries import Installation


class View(StrEnum):
    DAY = "day"
    MONTH = "month"


DIRECTIONS = {"consumption": Direction.CONSUMPTION, "production": Direction.PRODUCTION}


@dataclass(frozen=True)
class Period:
    """What to show: `day` is the day, or one of the month."""

    view: View
    day: Date
    direction: Direction


class PeriodForm(forms.Form):
    """Links write these; what somebody changes by hand into nonsense is as if it were not there."""

    view = forms.ChoiceField(choices=[(view.value, view.name) for view in View], required=False)
    date = forms.DateField(input_formats=["%Y-%m-%d"], required=False)
    direction = forms.ChoiceField(choices=[(name, name) for name in DIRECTIONS], required=False)

    def period(self, installation: Installation, today: Date) -> Period:
        """Return the period asked for, moved to where the installation has something to show."""
        self.is_valid()
        asked: dict[str, Any] = self.cleaned_data
        last = installation.last_day(today)
        # Today's values come tomorrow.
        day = asked.get("date") or today - timedelta(days=1)
        direction = DIRECTIONS.get(asked.get("direction") or "", Direction.CONSUMPTION)
        if not installation.point.has_production:
            direction = Direction.CONSUMPTION
        return Period(
            view=View(asked.get("view") or View.MONTH),
            day=min(max(day, installation.first_day), last),
            direction=direction,
        )
