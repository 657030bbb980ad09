"""Turning a basket into an order."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from orders.actions.basket import contents_changed, locked_basket
from orders.actions.photos import hand_over
from orders.actions.telling import SENT, order_url, tell_dispatch
from orders.cutoff import Terms
from orders.models import Basket, BasketLine, EquipmentType, Location, Order, OrderLine, Placement, WasteType
from orders.problems import BasketChanged, BasketEmpty, Problem
from orders.queries import checked_lines, current_terms
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.customers.models import Customer
from portal.notifications.actions import notify
from portal.tenancy.numbers import next_number


class CannotSend(Exception):
    """The basket was not sent. Nothing was written; `problems` say why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(*(type(problem).__name__ for problem in problems))
        self.problems = problems


@transaction.atomic
def send_basket(*, customer: Customer, by: User, submission_key: uuid.UUID, on_behalf: bool = False) -> Order:
    """Order what is in the basket, all of it or nothing, and return the order.

    `submission_key` names the contents the person looked at. The basket's row is locked and everything is read again
    behind the lock, so of any number of sends at once the first makes the order and the others get that same one.
    `on_behalf`: `by` is staff, and the order is the customer's. Raises CannotSend when the basket is empty or another
    than they saw, or when a line no longer holds: then nothing is sent before they have looked again, since half an
    order is worse than a question.
    """
    basket = locked_basket(by, customer)
    earlier = Order.objects.of(customer).filter(ordered_by=by, submission_key=submission_key).first()
    if earlier:
        return earlier
    kept = BasketLine.objects.filter(basket=basket).kept()
    # A colleague may be sending a job for the same unit, which ours contradicts.
    locked_units(kept.filter(placement__isnull=False).values_list("placement", flat=True))
    lines = list(kept.with_details())
    if problems := _problems(basket, lines, submission_key):
        raise CannotSend(problems)
    return _order(basket, lines, by, on_behalf=on_behalf)


def locked_units(ids: Iterable[Any]) -> Sequence[Placement]:
    """Return placed units, locked until the transaction ends: what is ordered for one is decided one by one."""
    units = Placement.objects.filter(pk__in=set(ids)).order_by("pk")
    return list(units.select_for_update(of=("self",), no_key=True))


def _problems(basket: Basket, lines: list[BasketLine], submission_key: uuid.UUID) -> list[Problem]:
    if not lines:
        return [BasketEmpty()]
    if basket.submission_key != submission_key:
        return [BasketChanged()]
    return [checked.problem for checked in checked_lines(lines, basket.customer) if checked.problem]


def _order(basket: Basket, lines: list[BasketLine], by: User, *, on_behalf: bool) -> Order:
    terms = current_terms()
    places = _places(lines, basket.customer)
    contents = basket.submission_key
    contents_changed(basket)
    # All that does not need the number lies before this: the series stays locked for the tenant until we commit. After
    # it come a few statements for the whole order, however many jobs it has, and the message and the news of it.
    order = Order.objects.create(
        number=next_number("orders"),
        customer=basket.customer,
        ordered_by=by,
        ordered_at=timezone.now(),
        submission_key=contents,
        on_behalf=on_behalf,
    )
    numbered = enumerate(zip(lines, places, strict=True), start=1)
    jobs = [_order_line(order, position, line, place, terms) for position, (line, place) in numbered]
    OrderLine.objects.bulk_create(jobs)
    hand_over(lines, jobs)
    BasketLine.objects.filter(basket=basket).delete()
    details = {"number": order.number, "jobs": len(jobs), "on_behalf": on_behalf}
    audit.record(verb="orders.sent", by=by, obj=order, customer=order.customer, data=details)
    confirm(order=order, jobs=jobs, user=by)
    tell_dispatch(SENT, order, jobs)
    return order


def _places(lines: Sequence[BasketLine], customer: Customer) -> list[Location]:
    if any(line.location is None for line in lines):
        # A colleague may be sending a job to the same new address: it becomes one location.
        Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    return [line.location or registered_location(line, customer) for line in lines]


def registered_location(line: BasketLine, customer: Customer) -> Location:
    """Return the location of a new address, the customer's row locked: made now, or by an earlier line or order with
    the same address. One that is no longer in use is taken into use again.
    """
    same = Location.objects.filter(
        customer=customer, address__iexact=line.new_address, postal_code=line.new_postal_code
    )
    if found := same.order_by("-is_active", "pk").first():
        if not found.is_active:
            found.is_active = True
            found.save(update_fields=["is_active"])
        return found
    return Location.objects.create(
        customer=customer,
        name=line.new_site_name,
        address=line.new_address,
        postal_code=line.new_postal_code,
        city=line.new_city,
        is_registered_by_customer=True,
    )


def confirm(*, order: Order, jobs: Sequence[OrderLine], user: User | None) -> None:
    """Tell who ordered that it is received, on the channels they chose; once however often it is asked for.

    What staff order for a customer is confirmed to the customer.
    """
    notify(
        event="orders.confirmed",
        key=f"order:{order.pk}:confirmed",
        user=None if order.on_behalf else user,
        customer=order.customer,
        context={"order": order, "jobs": jobs, "url": order_url(order)},
    )


def _order_line(order: Order, position: int, line: BasketLine, place: Location, terms: Terms) -> OrderLine:
    to = line.destination_location
    return OrderLine(
        order=order,
        customer_id=order.customer_id,
        position=position,
        job_type=line.job_type,
        wanted_on=line.wanted_on,
        quantity=line.quantity,
        destination=line.destination,
        destination_location=to,
        destination_address=to.full_address if to else "",
        driver_note=line.driver_note,
        invoice_reference=line.invoice_reference,
        contact_name=line.contact_name,
        contact_phone=line.contact_phone,
        cancellable_until=terms.deadline(line.wanted_on),
        placement=line.placement,
        unit_number=line.unit_number,
        **copied_place(place),
        **copied_kinds(line.equipment_type, line.waste_type),
    )


def copied_place(location: Location) -> dict[str, Any]:
    return {"location": location, "address": location.full_address}


def copied_kinds(equipment: EquipmentType, waste_type: WasteType) -> dict[str, Any]:
    return {
        "equipment_code": equipment.code,
        "equipment_names": equipment.names,
        "volume": equipment.volume,
        "volume_unit": equipment.volume_unit,
        **copied_waste(waste_type),
    }


def copied_waste(waste_type: WasteType) -> dict[str, Any]:
    return {"waste_code": waste_type.code, "waste_names": waste_type.names}


def copied_from(placement: Placement, waste_type: WasteType) -> dict[str, Any]:
    """Return the fields of an order line that keep a unit and its waste as they are now."""
    return {
        "placement": placement,
        "unit_number": placement.number,
        **copied_place(placement.location),
        **copied_kinds(placement.equipment_type, waste_type),
    }
