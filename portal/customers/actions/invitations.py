"""Inviting a person by a link, and what becomes of the invitation."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.sms_limit import take_sms
from portal.audit import actions as audit
from portal.customers import scopes
from portal.customers.actions.customers import choose_customer
from portal.customers.actions.owners import lock_for_owner, tell_of_authorization, tell_of_new_user
from portal.customers.models import AccessRequest, Authorization, Customer, Invitation, Membership, Role
from portal.customers.queries import today
from portal.customers.tokens import hash_of, new_token
from portal.notifications.actions import notify
from portal.notifications.models import Channel
from portal.notifications.phones import usable_mobile
from portal.tenancy.models import current_tenant

LIFETIME = timedelta(days=7)
SECOND_CLICK = timedelta(minutes=1)


class MemberAlready(Exception):
    """Who acts for the customer as one of its own cannot hold an authorization of it besides."""


class InvitationClosed(Exception):
    """The invitation no longer leads in; `state` says why."""

    def __init__(self, state: Invitation.State) -> None:
        super().__init__(state.value)
        self.state = state


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who is invited. `email` or `phone` (E.164) or both; with both, `channel` says which of them gets the link."""

    name: str = ""
    email: str = ""
    phone: str = ""
    channel: str = ""
    language: str = ""


def _take_way(person: Person) -> Channel:
    """Return the channel that the link really goes by: an SMS only to a mobile, and within what the day may cost. It is
    counted here; where there is only a number, the caller has counted it.
    """
    if not person.email:
        return Channel.SMS
    may_sms = person.channel == Channel.SMS and bool(usable_mobile(person.phone)) and take_sms()
    return Channel.SMS if may_sms else Channel.EMAIL


@transaction.atomic
def invite(
    *,
    customer: Customer,
    role: Role,
    person: Person,
    by: User,
    request: AccessRequest | None = None,
    authorization: Authorization | None = None,
) -> Invitation:
    """Send somebody a link to access to a customer; an open one to the same address for the same stops working.

    An owner's very same again within a minute is a second click, and sends nothing more.
    """
    lock_for_owner(customer, by)
    way = _take_way(person)
    same = Invitation.objects.open().filter(customer=customer, channel=way, authorization=None)
    same = same.filter(phone=person.phone) if way == Channel.SMS else same.filter(email__iexact=person.email)
    if authorization is None and request is None:
        just_sent = same.filter(role=role, invited_by=by, invited_at__gt=timezone.now() - SECOND_CLICK)
        if again := just_sent.first():
            return again
    if authorization is None:
        same.update(withdrawn_at=timezone.now())
    token = new_token()
    invitation = Invitation.objects.create(
        customer=customer,
        role=role,
        authorization=authorization,
        request=request,
        name=person.name,
        channel=way,
        email=person.email.strip().lower(),
        phone=person.phone,
        language=person.language,
        token_hash=hash_of(token),
        invited_by=by,
        expires_at=timezone.now() + LIFETIME,
    )
    _send(invitation, token)
    audit.record(verb="customers.invited", by=by, obj=invitation, customer=customer, data={"role": role})
    return invitation


@transaction.atomic
def send_again(*, invitation: Invitation, by: User) -> Invitation:
    """Send a new link for another week; the earlier one stops working. Raises InvitationClosed."""
    invitation = _locked(invitation)
    if invitation.accepted_at or invitation.withdrawn_at:
        raise InvitationClosed(invitation.state_at(timezone.now()))
    token = new_token()
    invitation.token_hash, invitation.expires_at = hash_of(token), timezone.now() + LIFETIME
    invitation.invited_at = timezone.now()
    invitation.save(update_fields=["token_hash", "expires_at", "invited_at"])
    _send(invitation, token)
    audit.record(verb="customers.invited_again", by=by, obj=invitation, customer=invitation.customer)
    return invitation


@transaction.atomic
def withdraw(*, invitation: Invitation, by: User | None) -> None:
    """Make the link useless; one that is accepted already stays so. Raises InvitationClosed for that."""
    invitation = _locked(invitation)
    if invitation.accepted_at:
        raise InvitationClosed(Invitation.State.ACCEPTED)
    if invitation.withdrawn_at is None:
        invitation.withdrawn_at = timezone.now()
        invitation.save(update_fields=["withdrawn_at"])
        audit.record(verb="customers.invitation_withdrawn", by=by, obj=invitation, customer=invitation.customer)


def state_of(invitation: Invitation) -> Invitation.State:
    """Return the state of a link; one to an authorization whose last day has passed is over with it."""
    state, authorization = invitation.state_at(timezone.now()), invitation.authorization
    if state == Invitation.State.OPEN and authorization:
        if authorization.revoked_at:
            return Invitation.State.WITHDRAWN
        if authorization.valid_to and authorization.valid_to < today():
            return Invitation.State.EXPIRED
    return state


@transaction.atomic
def accept(*, invitation: Invitation, user: User) -> Invitation:
    """Give the user what the invitation gives, once, and let them act for the customer. Raises InvitationClosed, and
    MemberAlready for an authorization.

    The caller has seen the link's secret. A role the user has already and that is stronger stays.
    """
    invitation = _locked(invitation)
    if (state := state_of(invitation)) != Invitation.State.OPEN:
        raise InvitationClosed(state)
    joined = None
    if invitation.authorization:
        _take_authorization(invitation.authorization, user)
    else:
        joined = _join(invitation, user)
    invitation.accepted_at, invitation.accepted_by = timezone.now(), user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    entry = audit.record(verb="customers.invitation_accepted", by=user, obj=invitation, customer=invitation.customer)
    if joined:
        tell_of_new_user(joined, key=entry.pk, by=invitation.invited_by or user)
    if Customer.objects.reachable_by(user, today()).filter(pk=invitation.customer_id).exists():
        choose_customer(user=user, customer=invitation.customer, by=user)
    return invitation


def _join(invitation: Invitation, user: User) -> Membership | None:
    """Return the membership if the user is new, or has become more than they were."""
    role = Role(invitation.role)
    membership, created = Membership.objects.get_or_create(
        user=user, customer=invitation.customer, defaults={"role": role}
    )
    if not created and Role(membership.role).includes(role):
        return None
    membership.role = role
    membership.save(update_fields=["role"])
    return membership


def _take_authorization(authorization: Authorization, user: User) -> None:
    if Membership.objects.filter(customer=authorization.customer_id, user=user).exists():
        raise MemberAlready
    authorization.user = user
    authorization.save(update_fields=["user"])
    tell_of_authorization("customers.authorization_accepted", authorization, by=user)


def _locked(invitation: Invitation) -> Invitation:
    """Read an invitation again behind a lock, the customer's first: so does who removes the one who sent it."""
    Customer.objects.select_for_update().get(pk=invitation.customer_id)
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("customer", "authorization")
    return rows.get(pk=invitation.pk)


def _send(invitation: Invitation, token: str) -> None:
    """Write the message. Only to the invitation's own address: the customer's would let somebody else in."""
    path = reverse("customers:invitation", args=[token])
    is_sms = invitation.channel == Channel.SMS
    inviter = invitation.invited_by
    lent = invitation.authorization
    scope = scopes.Labels().of(invitation.customer, lent.scope) if lent else []
    notify(
        event="customers.authorized" if lent else "customers.invited",
        key=f"customers.invited:{invitation.pk}:{invitation.token_hash[:16]}",
        context={
            "url": current_tenant().absolute_url(path),
            "name": invitation.name,
            "customer_name": invitation.customer.name,
            "inviter": inviter.name if inviter and not inviter.is_staff else "",
            "authorization": lent,
            "role": Role(invitation.role).label,
            "scope": scope,
            "expires_at": invitation.expires_at,
        },
        email="" if is_sms else invitation.email,
        phone=invitation.phone if is_sms else "",
        language=invitation.language,
        channels=[invitation.channel],
        sensitive=True,
        valid_for=LIFETIME,
    )
