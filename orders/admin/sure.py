"""What staff may do and seldom mean: it is refused until they say that they mean it."""

from datetime import date

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.day_problems import ClosedDay
from orders.problems import Problem
from orders.queries import current_terms
from portal.customers.queries import today


class AsksIfMeant(forms.Form):
    """Mixin of a form with a box that comes only when there is something to confirm."""

    sure = forms.BooleanField(label=gettext_lazy("Yes, this is meant"), required=False, widget=forms.HiddenInput)

    def refuse_unless_meant(self, field: str, problem: Problem | None) -> None:
        """Show why not at the field, with the box, unless the box is ticked already."""
        if problem is None or "sure" not in self.fields:
            return
        self.fields["sure"].widget = forms.CheckboxInput()
        if self.data.get("sure") != "on":
            self.add_error(field, problem.message)


def check_day(day: date) -> Problem | None:
    """Return why staff may not mean a day: nobody drives then. Raises ValidationError for a day gone by."""
    if day < today():
        raise forms.ValidationError(_("That day has passed."))
    return None if current_terms().calendar.is_open(day) else ClosedDay(day)
