"""Which installation and month a page of billing is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext

from metering.models import MeteringPoint
from metering.periods import add_months, month_of
from metering.presentation.subjects import MOST_IN_PICKER, Link, Option, of_installation
from metering.queries import Installation, installations_of, preferred_point
from portal.customers.access import CustomerRequest
from portal.customers.queries import today
from portal.ui import formatting


@dataclass(frozen=True)
class Chosen:
    """One of the customer's installations and a month of it, with the ways to others (`page` is a URL name)."""

    page: str
    installation: Installation
    installations: Sequence[Installation]
    month: date
    today: date

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
        if len(self.installations) < 2:
            return []
        shown = [self._option(one) for one in self.installations[:MOST_IN_PICKER]]
        if len(self.installations) <= MOST_IN_PICKER:
            return shown
        detail = gettext("Choose one there, and come back from its overview")
        return [*shown, Option(gettext("See all in a list"), detail, reverse("metering:installations"))]

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
    installations = installations_of(request.customer, day)
    if not installations:
        return None
    asked = request.GET.get("installation", "")
    keys = [str(one.point.pk) for one in installations]
    if asked and asked not in keys:
        raise Http404
    first = preferred_point(request.user, request.customer) if not asked else None
    wanted = asked or (str(first) if str(first) in keys else keys[0])
    installation = installations[keys.index(wanted)]
    month = _month(request.GET.get("month", ""), add_months(month_of(day), -1) if past else month_of(day))
    first_month, last_month = month_of(installation.first_day), month_of(installation.last_day(day))
    return Chosen(page, installation, installations, min(max(month, first_month), last_month), day)


def _month(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(f"{text}-01") if text else otherwise
    except ValueError:
        return otherwise
