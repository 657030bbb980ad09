"""What people write: a job, a new address, the period of the overview, the key of what they send."""

from orders.forms.jobs import WishForm, day_in_sentence
from orders.forms.lists import OverviewForm, SearchForm, month_before
from orders.forms.new_units import NewAddressForm, NewUnitForm
from orders.forms.reports import ReportForm
from orders.forms.sending import ConfirmationForm, MarkForm, RevisionForm, SendForm
from orders.forms.unit_jobs import UnitJobForm

__all__ = [
    "ConfirmationForm",
    "MarkForm",
    "NewAddressForm",
    "NewUnitForm",
    "OverviewForm",
    "ReportForm",
    "RevisionForm",
    "SearchForm",
    "SendForm",
    "UnitJobForm",
    "WishForm",
    "day_in_sentence",
    "month_before",
]
