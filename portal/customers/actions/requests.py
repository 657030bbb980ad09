"""Asking for access, and what staff decide."""

from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.audit import actions as audit
from portal.customers.actions.customers import create_customer
from portal.customers.actions.invitations import Person, invite
from portal.customers.models import AccessRequest, Customer, Invitation, Role
from portal.notifications.actions import notify
from portal.notifications.models import Channel


class AlreadyDecided(Exception):
    """Somebody else has decided meanwhile."""


class AskedAgain(Exception):
    """The request is no longer what staff looked at."""


class OwnerNeedsAdministrator(Exception):
    """Only administrators make somebody an owner of what there is already."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody wrote who asks for access; the fields of AccessRequest. `customer_number` or the company's."""

    name: str
    email: str
    phone: str = ""
    role: str = Role.ORDERER
    language: str = ""
    message: str = ""
    customer_number: str = ""
    org_no: str = ""
    company: str = ""
    address: str = ""
    postal_code: str = ""
    city: str = ""

    @property
    def kind(self) -> AccessRequest.Kind:
        return AccessRequest.Kind.PERSON if self.customer_number else AccessRequest.Kind.COMPANY


@transaction.atomic
def ask(*, asked: Asked, by: User | None) -> AccessRequest:
    """Put a request in staff's queue. The same address asking for the same again changes the message of the one that
    waits, and nothing else: whoever knows the two could have the invitation sent to a number of their own.
    """
    same = {"kind": asked.kind, "customer_number": asked.customer_number, "org_no": asked.org_no}
    waiting = AccessRequest.objects.waiting().select_for_update().filter(email__iexact=asked.email, **same).first()
    request = waiting or AccessRequest(kind=asked.kind, **asdict(asked))
    request.message, request.asked_at = asked.message, timezone.now()
    request.save()
    audit.record(verb="customers.access_asked", by=by, obj=request, data={"kind": asked.kind})
    return request


@transaction.atomic
def approve(
    *, request: AccessRequest, customer: Customer | None, role: Role, channel: str, by: User, number: str = ""
) -> Invitation:
    """Let the person in by an invitation to `customer`; without one, their company becomes a customer.

    `number` is the new customer's, "" for the next free one. `request` is as staff have read it. Raises
    OwnerNeedsAdministrator, AlreadyDecided, AskedAgain, and IntegrityError when the number is taken.
    """
    if role == Role.OWNER and not may_approve_owner(by, customer=customer, number=number):
        raise OwnerNeedsAdministrator
    seen_at, request = request.asked_at, _locked(request)
    if request.asked_at != seen_at:
        raise AskedAgain
    if customer is None:
        customer = _customer_of(request, number, by)
    _decide(request, AccessRequest.State.APPROVED, by)
    person = Person(
        name=request.name, email=request.email, phone=request.phone, channel=channel, language=request.language
    )
    invitation = invite(customer=customer, role=role, person=person, by=by, request=request)
    audit.record(verb="customers.access_approved", by=by, obj=request, customer=customer, data={"role": role})
    return invitation


def may_approve_owner(by: User, *, customer: Customer | None, number: str) -> bool:
    """Whether a member of staff may let somebody in as an owner: administrators always; agents only of a customer that
    this very decision makes, with a number of the portal's own, so that nothing stands behind it yet.

    Elsewhere an agent lets them in with less, and an owner there is gives them the role.
    """
    return by.is_administrator or (customer is None and not number)


def _customer_of(request: AccessRequest, number: str, by: User) -> Customer:
    return create_customer(
        name=request.company,
        kind=Customer.Kind.BUSINESS,
        number=number,
        org_no=request.org_no,
        email=request.email,
        phone=request.phone,
        address=request.address,
        postal_code=request.postal_code,
        city=request.city,
        by=by,
    )


@transaction.atomic
def refuse(*, request: AccessRequest, reason: str, by: User) -> None:
    """Say no, with the reason as the person reads it. Raises AlreadyDecided."""
    request = _locked(request)
    request.reason = reason
    _decide(request, AccessRequest.State.REFUSED, by)
    notify(
        event="customers.access_refused",
        key=f"customers.access_refused:{request.pk}",
        context={"name": request.name, "reason": reason, "wanted": request.company or request.customer_number},
        email=request.email,
        language=request.language,
        channels=[Channel.EMAIL],
    )
    audit.record(verb="customers.access_refused", by=by, obj=request)


def _locked(request: AccessRequest) -> AccessRequest:
    request = AccessRequest.objects.select_for_update().get(pk=request.pk)
    if request.state != AccessRequest.State.WAITING:
        raise AlreadyDecided
    return request


def _decide(request: AccessRequest, state: AccessRequest.State, by: User) -> None:
    request.state, request.decided_at, request.decided_by = state, timezone.now(), by
    request.save()
