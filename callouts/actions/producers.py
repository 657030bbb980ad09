"""Waste producers: suggested, registered, approved, changed, taken out of use."""

from collections.abc import Mapping
from typing import TypedDict

from django.db import IntegrityError, transaction
from django.urls import reverse

from callouts.actions.authorizations import end_authorizations
from callouts.actions.errors import NameTaken
from callouts.models import CallOffSettings, WasteProducer
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.customers.models import Customer, Membership
from portal.customers.queries import still_acts
from portal.notifications.actions import notify
from portal.notifications.models import Channel
from portal.tenancy.models import current_tenant

State = WasteProducer.State


class ProducerData(TypedDict):
    """What is kept of a producer; `org_no` is nine checked digits."""

    name: str
    short_name: str
    org_no: str
    address: str
    postal_code: str
    city: str


@transaction.atomic
def register_producer(*, customer: Customer, data: ProducerData, by: User, as_owner: bool) -> WasteProducer:
    """Add a producer. An owner registers it, approved at once or waiting for staff as the tenant has decided; anyone
    else suggests it to the owners, who are told.

    Raises NameTaken when the customer has it already.
    """
    producer = WasteProducer(
        customer=customer, state=_registered_state() if as_owner else State.SUGGESTED, registered_by=by, **data
    )
    _save(producer)
    audit.record(verb="callouts.producer_registered", by=by, obj=producer, customer=customer)
    if not as_owner:
        _tell_owners(producer, by)
    return producer


def _registered_state() -> str:
    return State.WAITING if CallOffSettings.current().approves_producers else State.ACCEPTED


def _save(producer: WasteProducer) -> None:
    try:
        with transaction.atomic():
            producer.save()
    except IntegrityError as error:
        if "one_producer_per_name" in str(error):
            raise NameTaken from error
        raise


def _tell_owners(producer: WasteProducer, by: User) -> None:
    owners = Membership.objects.owners().filter(customer=producer.customer).select_related("user")
    for membership in owners:
        notify(
            event="callouts.producer_suggested",
            key=f"callouts.producer_suggested:{producer.pk}:{membership.user_id}",
            user=membership.user,
            customer=producer.customer,
            channels=(Channel.EMAIL,),
            context={"producer": producer, "by": by, "url": _url(producer)},
        )


def _url(producer: WasteProducer) -> str:
    return current_tenant().absolute_url(reverse("callouts:producer", args=[producer.pk]))


@transaction.atomic
def accept_suggestion(*, producer: WasteProducer, by: User) -> WasteProducer:
    """An owner takes over what a colleague suggested; a second press changes nothing."""
    locked = WasteProducer.objects.select_for_update().get(pk=producer.pk)
    if locked.state == State.SUGGESTED:
        locked.state = _registered_state()
        locked.save(update_fields=["state"])
        audit.record(verb="callouts.producer_taken_over", by=by, obj=locked, customer=locked.customer)
    return locked


@transaction.atomic
def change_producer(
    *, producer: WasteProducer, data: Mapping[str, object], by: User, keeps_state: bool = False
) -> WasteProducer:
    """Change those of ProducerData's values that are given; with another organisation number it is approved anew,
    unless staff do it (`keeps_state`). Raises NameTaken.
    """
    locked = WasteProducer.objects.select_for_update().get(pk=producer.pk)
    if locked.org_no != data.get("org_no", locked.org_no):
        # The authorization was the old unit's.
        end_authorizations(locked, by)
        if locked.state != State.SUGGESTED and not keeps_state:
            locked.state, locked.refusal = _registered_state(), ""
    for name, value in data.items():
        setattr(locked, name, value)
    _save(locked)
    audit.record(verb="callouts.producer_changed", by=by, obj=locked, customer=locked.customer)
    return locked


@transaction.atomic
def set_producer_in_use(*, producer: WasteProducer, in_use: bool, by: User) -> WasteProducer:
    """Take a producer out of use, or in again. What was sent in for it stays as it is."""
    locked = WasteProducer.objects.select_for_update().get(pk=producer.pk)
    if locked.is_active != in_use:
        locked.is_active = in_use
        locked.save(update_fields=["is_active"])
        verb = "callouts.producer_taken_in_use" if in_use else "callouts.producer_taken_out_of_use"
        audit.record(verb=verb, by=by, obj=locked, customer=locked.customer)
    return locked


@transaction.atomic
def answer_producer(*, producer: WasteProducer, accepted: bool, by: User, reason: str = "") -> WasteProducer:
    """Staff approve or refuse a producer that waits, and whoever registered it is told, or the customer where they
    have left. One that waits no more stays as it is.
    """
    locked = WasteProducer.objects.select_for_update().get(pk=producer.pk)
    if locked.state != State.WAITING:
        return locked
    locked.state, locked.refusal = (State.ACCEPTED, "") if accepted else (State.REFUSED, reason)
    locked.save(update_fields=["state", "refusal"])
    verb = "callouts.producer_approved" if accepted else "callouts.producer_refused"
    entry = audit.record(verb=verb, by=by, obj=locked, customer=locked.customer, data={"reason": reason})
    notify(
        event="callouts.producer_answered",
        key=f"callouts.producer_answered:{locked.pk}:{entry.pk}",
        user=still_acts(locked.registered_by, locked.customer, app="callouts"),
        customer=locked.customer,
        channels=(Channel.EMAIL,),
        context={"producer": locked, "is_accepted": accepted, "reason": reason, "url": _url(locked)},
    )
    return locked
