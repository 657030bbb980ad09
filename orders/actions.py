"""Every write of the waste orders. The basket is a draft and leaves no audit trail; sending it does."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from orders.cutoff import Terms
from orders.jobs import Service
from orders.models import Basket, BasketLine, Order, OrderLine, Placement, WasteType
from orders.problems import BasketChanged, BasketEmpty, Problem
from orders.queries import checked_lines, current_terms
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.customers.models import Customer
from portal.notifications.actions import notify
from portal.tenancy.models import current_tenant
from portal.tenancy.numbers import next_number


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A job somebody wants done with a unit. `destination` is for moves only."""

    placement: Placement
    service: Service
    waste_type: WasteType
    wanted_on: date
    destination: str = ""
    driver_note: str = ""
    invoice_reference: str = ""

    @property
    def job(self) -> dict[str, Any]:
        """What makes two wishes the same job."""
        return {"placement": self.placement, "service": self.service, "wanted_on": self.wanted_on}

    @property
    def details(self) -> dict[str, Any]:
        return {
            "waste_type": self.waste_type,
            "destination": self.destination,
            "driver_note": self.driver_note,
            "invoice_reference": self.invoice_reference,
        }


class CannotSend(Exception):
    """The basket was not sent. Nothing was written; `problems` say why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(*(type(problem).__name__ for problem in problems))
        self.problems = problems


def locked_basket(user: User, customer: Customer) -> Basket:
    """Return the person's basket, locked until the transaction ends; it is made when there is none yet."""
    Basket.objects.get_or_create(user=user, customer=customer)
    return Basket.objects.select_for_update().get(user=user, customer=customer)


def _contents_changed(basket: Basket) -> None:
    """Give the contents a new name, so that a send of the old ones is recognised."""
    basket.submission_key = uuid.uuid4()
    basket.save(update_fields=["submission_key"])


@transaction.atomic
def add_to_basket(*, customer: Customer, by: User, wish: Wish) -> BasketLine:
    """Add a job to the person's basket. The same job again (unit, service and date) replaces the first."""
    basket = locked_basket(by, customer)
    line, _created = BasketLine.objects.update_or_create(basket=basket, **wish.job, defaults=wish.details)
    _contents_changed(basket)
    return line


@transaction.atomic
def change_line(*, line: BasketLine, by: User, wish: Wish) -> BasketLine:
    """Change a line to another wish. Raises BasketLine.DoesNotExist when it has left the basket meanwhile."""
    basket = locked_basket(by, line.basket.customer)
    line = BasketLine.objects.get(pk=line.pk, basket=basket)
    BasketLine.objects.filter(basket=basket, **wish.job).exclude(pk=line.pk).delete()
    for name, value in {**wish.job, **wish.details}.items():
        setattr(line, name, value)
    line.save()
    _contents_changed(basket)
    return line


@transaction.atomic
def remove_line(*, line: BasketLine, by: User) -> None:
    """Take a line out of the basket; one that is gone already stays gone."""
    basket = locked_basket(by, line.basket.customer)
    if BasketLine.objects.filter(pk=line.pk, basket=basket).delete()[0]:
        _contents_changed(basket)


@transaction.atomic
def send_basket(*, customer: Customer, by: User, submission_key: uuid.UUID) -> Order:
    """Order what is in the basket, all of it or nothing, and return the order.

    `submission_key` names the contents the person looked at. The basket's row is locked and everything is read again
    behind the lock, so of any number of sends at once the first makes the order and the others get that same one.
    Raises CannotSend when the basket is empty or another than they saw, or when a line no longer holds: then nothing
    is sent before they have looked again, since half an order is worse than a question.
    """
    basket = locked_basket(by, customer)
    earlier = Order.objects.of(customer).filter(ordered_by=by, submission_key=submission_key).first()
    if earlier:
        return earlier
    lines = list(BasketLine.objects.filter(basket=basket).with_details())
    if problems := _problems(basket, lines, submission_key):
        raise CannotSend(problems)
    return _order(basket, lines, by)


def _problems(basket: Basket, lines: list[BasketLine], submission_key: uuid.UUID) -> list[Problem]:
    if not lines:
        return [BasketEmpty()]
    if basket.submission_key != submission_key:
        return [BasketChanged()]
    return [checked.problem for checked in checked_lines(lines, basket.customer) if checked.problem]


def _order(basket: Basket, lines: list[BasketLine], by: User) -> Order:
    terms = current_terms()
    # All that can fail or take time lies before this: the series stays locked for the tenant until we commit.
    order = Order.objects.create(
        number=next_number("orders"),
        customer=basket.customer,
        ordered_by=by,
        ordered_at=timezone.now(),
        submission_key=basket.submission_key,
    )
    jobs = [_order_line(order, position, line, terms) for position, line in enumerate(lines, start=1)]
    OrderLine.objects.bulk_create(jobs)
    BasketLine.objects.filter(basket=basket).delete()
    _contents_changed(basket)
    details = {"number": order.number, "jobs": len(jobs)}
    audit.record(verb="orders.sent", by=by, obj=order, customer=order.customer, data=details)
    confirm(order=order, jobs=jobs, user=by)
    return order


def order_url(order: Order) -> str:
    return current_tenant().absolute_url(reverse("orders:order", args=[order.number]))


def confirm(*, order: Order, jobs: Sequence[OrderLine], user: User | None) -> None:
    """Tell who ordered that it is received, by SMS, else by e-mail; once however often it is asked for."""
    notify(
        event="orders.confirmed",
        key=f"order:{order.pk}:confirmed",
        user=user,
        customer=order.customer,
        context={"order": order, "jobs": jobs, "url": order_url(order)},
    )


def _order_line(order: Order, position: int, line: BasketLine, terms: Terms) -> OrderLine:
    return OrderLine(
        order=order,
        customer_id=order.customer_id,
        position=position,
        job_type=line.job_type,
        wanted_on=line.wanted_on,
        destination=line.destination,
        driver_note=line.driver_note,
        invoice_reference=line.invoice_reference,
        cancellable_until=terms.deadline(line.wanted_on),
        **copied_from(line.placement, line.waste_type),
    )


def copied_from(placement: Placement, waste_type: WasteType) -> dict[str, Any]:
    """Return the fields of an order line that keep a unit and its waste as they are now."""
    equipment = placement.equipment_type
    return {
        "placement": placement,
        "location": placement.location,
        "address": placement.location.full_address,
        "unit_number": placement.number,
        "equipment_code": equipment.code,
        "equipment_names": equipment.names,
        "volume": equipment.volume,
        "volume_unit": equipment.volume_unit,
        "waste_code": waste_type.code,
        "waste_names": waste_type.names,
    }
