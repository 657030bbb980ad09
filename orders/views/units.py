"""What a unit's card shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from orders.cutoff import Terms, next_route_day
from orders.forms import NewUnitForm, UnitJobForm
from orders.jobs import EXPLANATIONS, UNIT_SERVICES, Emptying, JobType, Service, job_type_for
from orders.models import BasketLine, Location, Placement
from orders.problems import WasteTypeFixed
from orders.queries import Soonest, soonest_by_placement
from orders.rules.lists import Sorting
from portal.customers.queries import today as local_today
from portal.ui import formatting

ICONS = {Service.EMPTY: "ArrowsCirclepath", Service.RELOCATE: "ArrowRightLeft", Service.COLLECT: "Truck"}


@dataclass(frozen=True)
class JobLink:
    """One of a unit's jobs: a link that opens its form."""

    label: str
    icon: str
    url: str
    current: bool


@dataclass(frozen=True)
class UnitCard:
    """A unit with its jobs, what is ordered or in the basket for it, and the open form, if any."""

    placement: Placement
    links: list[JobLink]
    ahead: Soonest
    in_basket: list[BasketLine]
    route: str
    form: UnitJobForm | None

    @property
    def placed(self) -> str:
        """The day it was placed, with the year when that is another one."""
        day, today = self.placement.placed_on, local_today()
        return formatting.short_day(day) if day.year == today.year else formatting.day(day)

    @property
    def more_url(self) -> str:
        """The overview up to the last job of the unit, the soonest first."""
        query = {"last": f"{self.ahead.last:%d.%m.%Y}", "sort": Sorting.OLDEST.value} if self.ahead.last else {}
        return f"{reverse('orders:overview')}?{urlencode(query)}"

    @property
    def explanation(self) -> str:
        return explanation_of(self.form) if self.form else ""


def explanation_of(form: UnitJobForm | NewUnitForm) -> str:
    """Return what will happen to the unit, in words."""
    if isinstance(form, NewUnitForm):
        return str(EXPLANATIONS[JobType.DELIVERY])
    job_type = job_type_for(form.service, Emptying(form.placement.equipment_type.emptying))
    return str(EXPLANATIONS[job_type])


def unit_cards(site: Location, lines: Sequence[BasketLine], form: UnitJobForm | None, terms: Terms) -> list[UnitCard]:
    """Return the cards of the units that stand at a location, the one with the open form among them."""
    placements = list(site.placements.standing(terms.today(timezone.now())).with_details())
    ahead = soonest_by_placement(placements)
    return [
        UnitCard(
            placement=placement,
            links=_links(site, placement, form),
            ahead=ahead.get(placement.pk, Soonest()),
            in_basket=[line for line in lines if line.placement_id == placement.pk],
            route=_route(placement, terms),
            form=form if form and form.placement == placement else None,
        )
        for placement in placements
    ]


def _links(site: Location, placement: Placement, form: UnitJobForm | None) -> list[JobLink]:
    page = reverse("orders:location", args=[site.pk])
    links = []
    for service in UNIT_SERVICES:
        query = urlencode({"unit": placement.number, "job": service.value})
        current = bool(form and form.placement == placement and form.service == service)
        icon = "Checkmark" if current else ICONS[service]
        links.append(JobLink(str(service.label), icon, f"{page}?{query}#unit-{placement.number}", current))
    return links


def _route(placement: Placement, terms: Terms) -> str:
    """Return when a unit on a fixed route is emptied, and that its waste type stays."""
    if not placement.is_periodic:
        return ""
    return f"{_route_days(placement, terms)} {WasteTypeFixed().message}"


def _route_days(placement: Placement, terms: Terms) -> str:
    if placement.route_weekday is None:
        return _("Emptied on a fixed route.")
    today = terms.today(timezone.now())
    next_day = next_route_day(placement.route_weekday, today, terms.calendar)
    if next_day is None:
        return _("Emptied on a fixed weekly route.")
    return _("Emptied every %(weekday)s (next time %(day)s).") % {
        "weekday": formatting.weekday(next_day),
        "day": formatting.short_day(next_day),
    }
