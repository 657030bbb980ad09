"""Authorization (fullmakt) for the supplier to declare a producer's waste: offered, accepted, withdrawn."""

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from callouts.models import DeclarationAuthorization, WasteProducer
from callouts.rules.periods import Period, current, reckoned
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.customers.queries import still_acts, today
from portal.notifications.actions import notify
from portal.notifications.models import Channel
from portal.tenancy.models import current_tenant

State = DeclarationAuthorization.State


@transaction.atomic
def offer_authorization(
    *, producer: WasteProducer, valid_from: date, valid_to: date | None, by: User
) -> DeclarationAuthorization:
    """The customer's owner offers the supplier to declare for a period, both days included, `valid_to` None for no end.

    One that waits already is replaced. It is in force when staff have accepted it.
    """
    locked = WasteProducer.objects.select_for_update().get(pk=producer.pk)
    _close_open(locked, by)
    offered = DeclarationAuthorization.objects.create(
        producer=locked, valid_from=valid_from, valid_to=valid_to, given_by=by, given_at=timezone.now()
    )
    audit.record(
        verb="callouts.authorization_offered",
        by=by,
        obj=offered,
        customer=locked.customer,
        data={"from": str(valid_from), "to": str(valid_to or "")},
    )
    return offered


def end_authorizations(producer: WasteProducer, by: User) -> None:
    """Close what is offered and withdraw what is accepted, in the caller's transaction; the producer is not saved."""
    _close_open(producer, by)
    DeclarationAuthorization.objects.filter(producer=producer, state=State.ACCEPTED).update(state=State.WITHDRAWN)
    producer.declare_from = producer.declare_to = None


def _close_open(producer: WasteProducer, by: User) -> None:
    DeclarationAuthorization.objects.filter(producer=producer, state=State.OFFERED).update(
        state=State.WITHDRAWN, answered_by=by, answered_at=timezone.now()
    )


@transaction.atomic
def answer_authorization(
    *, authorization: DeclarationAuthorization, accepted: bool, by: User, reason: str = ""
) -> DeclarationAuthorization:
    """Staff accept or refuse an offer, and who gave it is told, or the customer where they have left. One that is
    answered already stays as it is.
    """
    producer = WasteProducer.objects.select_for_update().get(pk=authorization.producer_id)
    offered = DeclarationAuthorization.objects.select_for_update().get(pk=authorization.pk)
    if offered.state != State.OFFERED:
        return offered
    offered.state = State.ACCEPTED if accepted else State.REFUSED
    offered.reason, offered.answered_by, offered.answered_at = reason, by, timezone.now()
    offered.save()
    if accepted:
        producer.declare_from, producer.declare_to = _period(producer, offered)
        producer.save(update_fields=["declare_from", "declare_to"])
    verb = "callouts.authorization_accepted" if accepted else "callouts.authorization_refused"
    audit.record(verb=verb, by=by, obj=offered, customer=producer.customer, data={"reason": reason})
    notify(
        event="callouts.authorization_answered",
        key=f"callouts.authorization_answered:{offered.pk}",
        user=still_acts(offered.given_by, producer.customer, app="callouts"),
        customer=producer.customer,
        channels=(Channel.EMAIL,),
        context={
            "producer": producer,
            "authorization": offered,
            "is_accepted": accepted,
            "url": current_tenant().absolute_url(reverse("callouts:producer", args=[producer.pk])),
        },
    )
    return offered


def _period(producer: WasteProducer, offered: DeclarationAuthorization) -> Period:
    """Return the period to stand on the producer, from all that is accepted: one that runs is neither cut off by a new
    one that follows it, nor by one that begins after a gap.
    """
    others = producer.accepted_periods(without=offered)
    # What stands there may be older than the first authorization that was given here.
    standing = [(producer.declare_from, producer.declare_to)] if producer.declare_from else []
    new = (offered.valid_from, offered.valid_to)
    return current(reckoned([*others, *standing, new]), today()) or new


@transaction.atomic
def withdraw_authorization(*, producer: WasteProducer, by: User) -> WasteProducer:
    """The owner takes the authorization back, at once; declarations that are made stay made."""
    locked = WasteProducer.objects.select_for_update().get(pk=producer.pk)
    end_authorizations(locked, by)
    locked.save(update_fields=["declare_from", "declare_to"])
    audit.record(verb="callouts.authorization_withdrawn", by=by, obj=locked, customer=locked.customer)
    return locked
