"""The people of a customer, what is lent to and by it, and what staff need to know to decide."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from portal.accounts.models import User
from portal.audit.models import Entry
from portal.customers import scopes
from portal.customers.models import AccessRequest, Authorization, Customer, Invitation, Membership, Role
from portal.customers.queries.reach import today
from portal.customers.rules import State


def people_of(customer: Customer) -> list[Membership]:
    """Return the members of a customer with their users, the owners first."""
    rows = Membership.objects.filter(customer=customer).select_related("user")
    return sorted(rows, key=lambda row: (-Role(row.role).strength, row.user.name.casefold(), row.pk))


def owners_of(customers: Iterable[Customer | int]) -> dict[int, list[User]]:
    """Return those of the customers' owners who can sign in, by the customer's key; who has none is not in it."""
    found: dict[int, list[User]] = {}
    rows = Membership.objects.owners().filter(customer__in=customers).select_related("user")
    for membership in rows.order_by("pk"):
        found.setdefault(membership.customer_id, []).append(membership.user)
    return found


def member_with(customer: Customer, *, email: str, phone: str) -> Membership | None:
    """Return the member who has this address or this number; "" is nobody's."""
    wanted = Q(user__email__iexact=email) if email else Q(pk=None)
    if phone:
        wanted |= Q(user__phone=phone)
    return Membership.objects.filter(wanted, customer=customer).select_related("user").first()


def removals(customer: Any) -> "QuerySet[Entry]":
    """Return the audit log's entries of people who were taken off a customer (its key, or a reference to one); the
    object of each is the person.
    """
    return Entry.objects.filter(verb="customers.member_removed", customer=customer)


def open_invitations(customer: Customer) -> "QuerySet[Invitation]":
    """Return the invitations of colleagues that nobody has answered, expired ones too."""
    rows = Invitation.objects.open().filter(customer=customer, authorization=None)
    return rows.select_related("invited_by").newest_first()


@dataclass(frozen=True)
class Given:
    """An authorization as a page shows it. `name` is who it is for or from; `scope` is empty for everything.

    `ended_by` is who has ended it, where that is known; `is_given_back` says that it was the one who held it.
    """

    authorization: Authorization
    name: str
    scope: list[str]
    state: State
    ended_by: str = ""
    is_given_back: bool = False

    @property
    def can_be_revoked(self) -> bool:
        return self.state not in {State.ENDED, State.REVOKED}

    @property
    def color(self) -> str:
        colors = {State.HOLDS: "success", State.WAITING: "warning", State.COMING: "info"}
        return colors.get(self.state, "neutral")


def _shown(rows: Iterable[Authorization], name: Any) -> list[Given]:
    day, labels = today(), scopes.Labels()
    return [Given(row, name(row), labels.of(row.customer, row.scope), row.state_on(day)) for row in rows]


def _holder_name(row: Authorization) -> str:
    if row.user or row.holder:
        return str((row.user and row.user.name) or (row.holder and row.holder.name))
    invitation: Invitation | None = getattr(row, "invitation", None)
    return (invitation.name or invitation.address) if invitation else ""


WITH_NAMES = ("customer", "user", "holder", "invitation")


GIVEN_BACK = "customers.authorization_given_back"


def authorizations_given(customer: Customer) -> list[Given]:
    """Return all that a customer has lent, the newest first, over ones last."""
    rows = Authorization.objects.filter(customer=customer).select_related(*WITH_NAMES).newest_first()
    shown = _with_ends(_shown(rows, _holder_name))
    return sorted(shown, key=lambda given: not given.can_be_revoked)


def count_of_given(customer: Customer) -> int:
    """Return how many authorizations of a customer's hold or may come to."""
    return Authorization.objects.filter(customer=customer).not_over(today()).count()


def _with_ends(shown: list[Given]) -> list[Given]:
    """Say of those that were ended by whom: the log knows."""
    ended = [given.authorization.pk for given in shown if given.state == State.REVOKED]
    verbs = ["customers.authorization_revoked", GIVEN_BACK]
    found = Entry.objects.filter(object_type="customers.authorization", object_id__in=ended, verb__in=verbs)
    entries = {entry.object_id: entry for entry in found.select_related("by")} if ended else {}
    return [_with_end(given, entries.get(given.authorization.pk)) for given in shown]


def _with_end(given: Given, entry: Entry | None) -> Given:
    if entry is None:
        return given
    by = entry.by.name or entry.by.email if entry.by else ""
    return replace(given, ended_by=by, is_given_back=entry.verb == GIVEN_BACK)


def authorizations_held(*, firm: Customer | None = None, user: User | None = None) -> list[Given]:
    """Return what is lent to a firm or to a person and is not over."""
    held = Authorization.objects.filter(holder=firm) if firm else Authorization.objects.filter(user=user)
    rows = held.not_over(today()).select_related(*WITH_NAMES).newest_first()
    return _shown(rows, lambda row: row.customer.name)


def may_be_ended_by(user: User) -> "QuerySet[Authorization]":
    """Return the authorizations a person may give back: their own, and those of the firms they own."""
    firms = Membership.objects.filter(user=user, role=Role.OWNER).values("customer")
    rows = Authorization.objects.filter(Q(user=user) | Q(holder__in=firms))
    return rows.not_over(today()).select_related("customer", "holder")


@dataclass(frozen=True)
class Reached:
    """A customer that a person reaches, and how: their role as a member, or through an authorization; `may_end` is that
    one's key where they may give it back.
    """

    customer: Customer
    role: str
    by_authorization: bool = False
    firm: str = ""
    first: date | None = None
    last: date | None = None
    scope: tuple[str, ...] = ()
    may_end: int | None = None


def reached_by(user: User) -> list[Reached]:
    """Return everything a person has access to, memberships first; of authorizations those that are not over."""
    rows = Membership.objects.filter(user=user).select_related("customer").order_by("customer__name", "pk")
    own = [Reached(row.customer, str(Role(row.role).label)) for row in rows]
    lent = Authorization.objects.held_by(user).not_over(today()).select_related("customer", "holder")
    labels, ended_by = scopes.Labels(), set(may_be_ended_by(user).values_list("pk", flat=True))
    return own + [
        Reached(
            row.customer,
            str(Role(row.role).label),
            by_authorization=True,
            firm=row.holder.name if row.holder else "",
            first=row.valid_from,
            last=row.valid_to,
            scope=tuple(labels.of(row.customer, row.scope)),
            may_end=row.pk if row.pk in ended_by else None,
        )
        for row in lent.order_by("customer__name", "pk")
    ]


@dataclass(frozen=True)
class Review:
    """What staff should know before they decide on a request."""

    customers: list[Customer]
    email_matches: bool
    phone_matches: bool
    user: User | None
    membership: Membership | None
    is_decided: bool
    owners: list[Membership]


def review_of(request: AccessRequest) -> Review:
    """Return what is known of the customer and the person a request names.

    `customers` are those with the number, or with the organisation number; the addresses are compared with them.
    """
    wanted = Q(number=request.customer_number) if request.customer_number else Q(org_no=request.org_no)
    customers = list(Customer.objects.filter(wanted).order_by("number")[:10])
    user = User.objects.filter(email__iexact=request.email).first()
    members = Membership.objects.filter(customer__in=customers).select_related("user", "customer")
    return Review(
        customers=customers,
        email_matches=any(request.email.lower() == customer.email.lower() for customer in customers),
        phone_matches=bool(request.phone) and any(request.phone == customer.phone for customer in customers),
        user=user,
        membership=members.filter(user=user).first() if user else None,
        is_decided=request.state != AccessRequest.State.WAITING,
        owners=list(members.filter(role=Role.OWNER)),
    )
