"""Which customers a user reaches, which one they act for, and with which role."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django_stubs_ext import WithAnnotations

from portal.accounts.models import User
from portal.customers.models import Authorization, ChosenCustomer, Customer, Membership, Role
from portal.tenancy.models import current_tenant


class Roles(TypedDict):
    """What `_with_roles` adds: the roles of memberships, and those of authorizations that hold today."""

    roles: list[str]
    lent_roles: list[str]


class Lending(TypedDict):
    """What `choices_for` adds: whether the user is a member, else until when an authorization holds (None: no end)."""

    is_member: bool
    until: Any  # date or None: a subquery's type is not known


@dataclass(frozen=True)
class Access:
    """The customer a user acts for (None until one of several is chosen) and the role in it.

    `count` is how many there are to choose from: 0, 1, or 2 for several.
    """

    customer: Customer | None
    role: Role | None
    count: int


@dataclass(frozen=True)
class Choice:
    """A customer to choose. `by_authorization` until the day `until`, None being without end."""

    customer: Customer
    is_chosen: bool
    by_authorization: bool
    until: date | None


def today() -> date:
    """Return the tenant's calendar day."""
    return timezone.now().astimezone(current_tenant().zone).date()


def access_of(user: User) -> Access:
    """Return the customer a user acts for: the kept choice while it is reachable, else the only one there is.

    Two queries, however many customers there are.
    """
    reachable = _with_roles(Customer.objects.reachable_by(user, today()), user)
    chosen = reachable.filter(pk__in=ChosenCustomer.objects.filter(user=user).values("customer")).order_by().first()
    if chosen:
        has_others = reachable.exclude(pk=chosen.pk).order_by().exists()
        return Access(chosen, _strongest(chosen), 2 if has_others else 1)
    first_two = list(reachable.order_by()[:2])
    only = first_two[0] if len(first_two) == 1 else None
    return Access(only, _strongest(only) if only else None, len(first_two))


def choices_for(user: User, *, search: str = "") -> "QuerySet[WithAnnotations[Customer, Lending]]":
    """Return the customers a user may choose, by name; `search` is a part of the name or the start of the number."""
    found: QuerySet[Customer] = Customer.objects.reachable_by(user, today())
    if search:
        found = found.filter(Q(name__icontains=search) | Q(number__startswith=search))
    lent = Authorization.objects.filter(user=user, customer=OuterRef("pk")).valid_on(today())
    return found.annotate(
        is_member=Exists(Membership.objects.filter(user=user, customer=OuterRef("pk"))),
        until=Subquery(lent.order_by(F("valid_to").desc(nulls_first=True)).values("valid_to")[:1]),
    )


def as_choices(customers: "Iterable[WithAnnotations[Customer, Lending]]", *, chosen: Customer | None) -> list[Choice]:
    """Turn rows of `choices_for` into what the page shows."""
    return [
        Choice(
            customer=customer,
            is_chosen=customer == chosen,
            by_authorization=not customer.is_member,
            until=customer.until,
        )
        for customer in customers
    ]


def _with_roles(customers: QuerySet[Customer], user: User) -> "QuerySet[WithAnnotations[Customer, Roles]]":
    own = Membership.objects.filter(user=user, customer=OuterRef("pk"))
    lent = Authorization.objects.filter(user=user, customer=OuterRef("pk")).valid_on(today())
    return customers.annotate(roles=ArraySubquery(own.values("role")), lent_roles=ArraySubquery(lent.values("role")))


def _strongest(customer: "WithAnnotations[Customer, Roles]") -> Role | None:
    roles = [Role(role) for role in [*customer.roles, *customer.lent_roles]]
    return max(roles, key=list(Role).index, default=None)
