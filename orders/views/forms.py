"""The forms of the pages, made of the request."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from orders.forms import NewUnitForm, UnitJobForm, WishForm
from orders.jobs import Service
from orders.models import BasketLine, OrderLine, Photo, Placement
from orders.queries import Rules, current_rules, schedule_of
from portal.customers.access import CustomerRequest


def written(request: CustomerRequest) -> dict[str, Any]:
    """Return what was posted, as a form takes it; nothing for a page that is only opened."""
    return {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}


def given(rules: Rules | None = None, photos: Sequence[Photo] = ()) -> dict[str, Any]:
    """Return what every form of a job needs to know."""
    return {"rules": rules or current_rules(), "now": timezone.now(), "had_photos": photos}


def unit_form(request: CustomerRequest, placement: Placement, service: Service) -> UnitJobForm:
    """A job for a unit, to put in the basket. The person who orders is the contact until they say otherwise."""
    schedule = schedule_of(placement, lines=_others(request, placement))
    unit: dict[str, Any] = {
        "placement": placement,
        "service": service,
        "customer": request.customer,
        "schedule": schedule,
    }
    return UnitJobForm(**written(request), **unit, **given())


def _others(request: CustomerRequest, placement: Placement, line: BasketLine | None = None) -> Sequence[BasketLine]:
    """Return what else lies in the person's basket for a unit. The same job again only replaces the first."""
    mine = BasketLine.objects.in_basket_of(request.user, request.customer).filter(placement=placement)
    return list(mine.exclude(pk=line.pk) if line else mine)


def line_form(request: CustomerRequest, line: BasketLine) -> UnitJobForm | NewUnitForm:
    """A line of the basket, to change; a new address cannot be changed into another kind of job."""
    more: dict[str, Any] = {**written(request), **given(photos=list(line.photos.all()))}
    if line.placement:
        initial = UnitJobForm.values_of(line) | {"waste_type": line.waste_type_id}
        more |= {"placement": line.placement, "service": Service(line.service), "customer": request.customer}
        more["schedule"] = schedule_of(line.placement, lines=_others(request, line.placement, line))
        return UnitJobForm(initial=initial, **more)
    return NewUnitForm(initial=NewUnitForm.values_of_line(line), location=line.new_location, **more)


def job_form(request: CustomerRequest, job: OrderLine, waste_type_id: int | None) -> UnitJobForm | NewUnitForm:
    """A job of an order that is sent, to change what can be changed of it."""
    kept: date = job.wanted_on
    more: dict[str, Any] = {**written(request), **given(photos=list(job.photos.all())), "kept_day": kept}
    initial = WishForm.values_of(job) | {"waste_type": waste_type_id}
    if job.placement:
        more |= {"placement": job.placement, "service": job.service, "customer": request.customer}
        more["schedule"] = schedule_of(job.placement, without=job)
        return UnitJobForm(initial=initial, can_mark=False, kept_waste_id=waste_type_id, **more)
    return NewUnitForm(initial=initial, location=job.location, sent=job, kept_waste_id=waste_type_id, **more)
