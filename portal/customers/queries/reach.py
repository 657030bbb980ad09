"""Which customers a user reaches, which one they act for, and with which role."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone
from django_stubs_ext import WithAnnotations

from portal.accounts.models import User
from portal.customers import scopes
from portal.customers.models import Authorization, ChosenCustomer, Customer, Membership, Role
from portal.customers.rules import Grant, Standing, standing_of
from portal.tenancy.models import current_tenant


class Grants(TypedDict):
    """What `_with_grants` adds: the roles of memberships, and the authorizations that hold today."""

    roles: list[str]
    lent: list[dict[str, Any]]


class Lending(TypedDict):
    """What `choices_for` adds: whether the user is a member, else until when an authorization holds (None: no end)."""

    is_member: bool
    until: Any  # date or None: a subquery's type is not known


@dataclass(frozen=True)
class Access:
    """The customer a user acts for (None until one of several is chosen) and what they may do for it.

    `count` is how many there are to choose from: 0, 1, or 2 for several.
    """

    customer: Customer | None
    standing: Standing | None
    count: int

    @property
    def role(self) -> Role | None:
        return self.standing.role if self.standing else None


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
    """Return the customer a user acts for: the kept choice while it is reachable, else the only one there is, or
    the only one they are a member of: what others lend takes nobody's own from under them.

    One query for who has chosen, two for who has not, however many customers there are.
    """
    reachable = _with_grants(Customer.objects.reachable_by(user, today()), user)
    others = Exists(Customer.objects.reachable_by(user, today()).exclude(pk=OuterRef("pk")).order_by())
    kept = reachable.filter(pk__in=ChosenCustomer.objects.filter(user=user).values("customer")).annotate(others=others)
    for chosen in kept.order_by()[:1]:
        return _access(chosen, 2 if chosen.others else 1)
    own = Exists(Membership.objects.filter(user=user, customer=OuterRef("pk")))
    first_two = list(reachable.order_by(own.desc())[:2])
    is_plain = len(first_two) == 1 or (first_two and first_two[0].roles and not first_two[1].roles)
    return _access(first_two[0] if is_plain else None, len(first_two))


def all_reached(user: User) -> list[Customer]:
    """Return every customer a user reaches today, by name, each with the `scope` of it that is theirs. One query."""
    found: list[Customer] = []
    for customer in _with_grants(Customer.objects.reachable_by(user, today()), user):
        standing = standing_of(_grants(customer))
        if standing:
            customer.scope = standing.scope
            found.append(customer)
    return found


def still_acts(user: object, customer: Customer | None, *, app: str, on_behalf: bool = False) -> User | None:
    """Return the user when they may open an app's pages of the customer today, and acted themselves; else None: what
    we write then goes to the customer.
    """
    if on_behalf or customer is None or not isinstance(user, User):
        return None
    return user if still_reached(user, customer, app=app) else None


def still_reached(user: User, customer: Customer, *, app: str) -> Customer | None:
    """Return the customer with the `scope` of it that is the user's, when they may open an app's pages of it today."""
    if not user.is_active:
        return None
    found = _with_grants(Customer.objects.reachable_by(user, today()).filter(pk=customer.pk), user).order_by().first()
    standing = standing_of(_grants(found)) if found else None
    if found is None or standing is None:
        return None
    found.scope = standing.scope
    # What has no things to lend is open to nobody who holds a part.
    covers = standing.scope is None or app in map(scopes.app_of, standing.scope)
    return found if covers else None


def _access(customer: "WithAnnotations[Customer, Grants] | None", count: int) -> Access:
    standing = standing_of(_grants(customer)) if customer else None
    if customer and standing:
        customer.scope = standing.scope
    return Access(customer, standing, count)


def choices_for(user: User, *, search: str = "") -> "QuerySet[WithAnnotations[Customer, Lending]]":
    """Return the customers a user may choose, by name; `search` is a part of the name or the start of the number."""
    found: QuerySet[Customer] = Customer.objects.reachable_by(user, today())
    if search:
        found = found.filter(Q(name__icontains=search) | Q(number__startswith=search))
    lent = Authorization.objects.held_by(user).filter(customer=OuterRef("pk")).valid_on(today())
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


def _with_grants(customers: QuerySet[Customer], user: User) -> "QuerySet[WithAnnotations[Customer, Grants]]":
    own = Membership.objects.filter(user=user, customer=OuterRef("pk"))
    ceiling = Membership.objects.filter(user=user, customer=OuterRef("holder")).values("role")[:1]
    lent = Authorization.objects.held_by(user).filter(customer=OuterRef("pk")).valid_on(today())
    each = lent.annotate(ceiling=Subquery(ceiling)).values(
        grant=JSONObject(role="role", scope="scope", ceiling="ceiling")
    )
    return customers.annotate(roles=ArraySubquery(own.values("role")), lent=ArraySubquery(each))


def _grants(customer: "WithAnnotations[Customer, Grants]") -> Iterator[Grant]:
    for role in customer.roles:
        yield Grant(Role(role), is_member=True)
    for lent in customer.lent:
        ceiling = Role(lent["ceiling"]) if lent["ceiling"] else None
        yield Grant(Role(lent["role"]), scope=frozenset(lent["scope"]), ceiling=ceiling)
