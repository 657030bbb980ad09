"""Waste that is not on the list: the customer asks, staff answer."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from callouts.models import CallOff, FractionRequest, WasteFraction
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.customers.models import Customer
from portal.customers.queries import still_acts
from portal.notifications.actions import notify
from portal.notifications.models import Channel
from portal.tenancy.models import current_tenant


@transaction.atomic
def ask_for_fraction(*, customer: Customer, description: str, draft: CallOff | None, by: User) -> FractionRequest:
    """Put waste that is not on the list before staff, in the customer's own words. Asked once more while it waits, it
    is the same question.
    """
    # A second press waits here, and finds what the first one asked.
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    waiting = FractionRequest.objects.waiting().filter(customer=customer, asked_by=by)
    if earlier := waiting.filter(draft=draft, description=description).first():
        return earlier
    asked = FractionRequest.objects.create(
        customer=customer, description=description, draft=draft, asked_by=by, asked_at=timezone.now()
    )
    audit.record(verb="callouts.fraction_asked_for", by=by, obj=asked, customer=customer)
    return asked


@transaction.atomic
def answer_question(
    *, question: FractionRequest, answer: str, fraction: WasteFraction | None, by: User
) -> FractionRequest:
    """Answer, with the fraction to use where there is one, and tell who asked, while they act for the customer; else
    the customer. A later answer replaces the first; the same again tells nobody.
    """
    locked = FractionRequest.objects.select_for_update().get(pk=question.pk)
    given = FractionRequest.State.ANSWERED, answer, fraction.pk if fraction else None
    if (locked.state, locked.answer, locked.fraction_id) == given:
        return locked
    locked.state, locked.answer, locked.fraction = FractionRequest.State.ANSWERED, answer, fraction
    locked.answered_by, locked.answered_at = by, timezone.now()
    locked.save()
    entry = audit.record(verb="callouts.fraction_answered", by=by, obj=locked, customer=locked.customer)
    draft = locked.draft if locked.draft and locked.draft.is_draft else None
    path = reverse("callouts:draft", args=[draft.pk]) if draft else reverse("callouts:new")
    notify(
        event="callouts.fraction_answered",
        key=f"callouts.fraction_answered:{locked.pk}:{entry.pk}",
        user=still_acts(locked.asked_by, locked.customer, app="callouts"),
        customer=locked.customer,
        channels=(Channel.EMAIL,),
        context={"question": locked, "fraction": fraction, "url": current_tenant().absolute_url(path)},
    )
    return locked
