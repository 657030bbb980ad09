"""The installation whose invoices are shown: the ways back to its readings, and to the invoices of another."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext

from billing.invoice_forms import OverviewForm
from metering.days import Direction
from metering.forms import Period
from metering.periods import View
from metering.presentation.subjects import MOST_IN_PICKER, Link, Option, of_installation, tabs
from metering.queries import installation_of
from portal.customers.access import CustomerRequest
from portal.tenancy.text import key_in


@dataclass(frozen=True)
class Place:
    """`option` is what is chosen, None where there is nothing to choose among."""

    tabs: list[Link]
    option: Option | None
    options: list[Option]


def place_of(request: CustomerRequest, form: OverviewForm) -> Place:
    """Return the place asked for, also where it is one without invoices: one came from its readings."""
    asked, today = request.GET.get("place", ""), form.today
    key = key_in(asked)
    installation = installation_of(request.customer, key, today) if key else None
    options = _options(form)
    if installation is None:
        ways = [Link(gettext("Consumption"), reverse("metering:overview"))]
        return Place(ways, options[0] if len(options) > 1 else None, options)
    subject = of_installation(installation, today)
    chosen = Option(subject.title, subject.detail, _url(asked)) if form.asked.point else options[0]
    period = Period(View.MONTH, subject.last_day, Direction.CONSUMPTION)
    ways = [Link(way.label, way.url) for way in tabs(subject, period)]
    return Place(ways, chosen, [chosen if one.url == chosen.url else one for one in options])


def _url(place: object) -> str:
    return f"{reverse('invoices:overview')}?{urlencode({'place': place})}"


def _options(form: OverviewForm) -> list[Option]:
    """Return all together, then the first few places; the filter below has them all."""
    together = Option(gettext("All installations"), "", reverse("invoices:overview"))
    return [together, *(Option(name, "", _url(key)) for key, name in form.places[:MOST_IN_PICKER])]
