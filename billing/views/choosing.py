"""Which installation and month a page of billing is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext

from metering.models import MeteringPoint
from metering.periods import add_months, month_of
from metering.presentation.subjects import MOST_IN_PICKER, Link, Option, of_installation, see_all
from metering.queries import Installation, Portfolio, portfolio_of, preferred_of
from portal.customers.access import CustomerRequest
from portal.customers.queries import today
from portal.tenancy.text import key_in
from portal.ui import formatting


@dataclass(frozen=True)
class Chosen:
    """One of the customer's installations and a month of it, with the ways to others (`page` is a URL name)."""

    page: str
    installation: Installation
    held: Portfolio
    month: date

    @property
    def today(self) -> date:
        return self.held.today

    @property
    def point(self) -> MeteringPoint:
        return self.installation.point

    @property
    def title(self) -> str:
        return self.option.title

    @property
    def option(self) -> Option:
        return self._option(self.installation)

    @property
    def options(self) -> list[Option]:
        """The entries of the picker: the first of many end with the way to the list of all. [] for nothing to pick."""
        if self.held.count < 2:
            return []
        shown = [self._option(one) for one in self.held.first[:MOST_IN_PICKER]]
        return shown if self.held.count <= MOST_IN_PICKER else [*shown, see_all_elsewhere()]

    def _option(self, installation: Installation) -> Option:
        subject = of_installation(installation, self.today)
        return Option(subject.title, subject.detail, self.url(installation=installation.point.pk))

    def url(self, page: str = "", **changes: object) -> str:
        query = {"installation": self.point.pk, "month": f"{self.month:%Y-%m}", **changes}
        return f"{reverse(page or self.page)}?{urlencode(query)}"

    @property
    def last_month(self) -> date:
        """The last month there is something to see of."""
        return month_of(self.installation.last_day(self.today))

    @property
    def earlier(self) -> Link | None:
        month = add_months(self.month, -1)
        if month < month_of(self.installation.first_day):
            return None
        return Link(formatting.month(month).capitalize(), self.url(month=f"{month:%Y-%m}"))

    @property
    def later(self) -> Link | None:
        month = add_months(self.month, 1)
        if month > self.last_month:
            return None
        return Link(formatting.month(month).capitalize(), self.url(month=f"{month:%Y-%m}"))


def chosen(request: CustomerRequest, page: str, *, past: bool = False) -> Chosen | None:
    """Return what the query string asks for; None for a customer without installations, 404 for somebody else's.

    Without a month it is the present one, or with `past` the one before.
    """
    day = today()
    held = portfolio_of(request.customer, day, shown=MOST_IN_PICKER)
    if held is None:
        return None
    installation = _asked_for(request, held)
    month = _month(request.GET.get("month", ""), add_months(month_of(day), -1) if past else month_of(day))
    first_month, last_month = month_of(installation.first_day), month_of(installation.last_day(day))
    return Chosen(page, installation, held, min(max(month, first_month), last_month))


def _asked_for(request: CustomerRequest, held: Portfolio) -> Installation:
    if asked := request.GET.get("installation", ""):
        found = held.find(key_in(asked))
        if found is None:
            raise Http404
        return found
    return preferred_of(request.user, held)


def see_all_elsewhere() -> Option:
    """Return the picker's way to the list of all, which leads to the overview."""
    return see_all(gettext("Choose one there, and come back from its overview"))


def _month(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(f"{text}-01") if text else otherwise
    except ValueError:
        return otherwise
