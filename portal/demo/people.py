"""The shapes of the demo's made-up companies, customers and people."""

from dataclasses import dataclass, field
from typing import Any

from portal.accounts.models import StaffRole
from portal.customers.models import Customer, Role

# Everybody's, so that nobody has to look it up. There is nothing behind it but made-up data.
PASSWORD = "skranke-demo"  # noqa: S105

# Of every member of staff's authenticator app: the front page shows the code it gives.
APP_KEY = "KNFUCTSLIVGU6KZAJNFUCTSLIVGU6KZA"

PRIVATE, BUSINESS, HOUSING = Customer.Kind.PRIVATE, Customer.Kind.BUSINESS, Customer.Kind.HOUSING_COOPERATIVE
READER, ORDERER, OWNER = Role.READER, Role.ORDERER, Role.OWNER


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who signs in. `staff_role` makes them the tenant's staff. Without a phone, SMS become e-mails."""

    email: str
    name: str
    phone: str = ""
    language: str = "nb"
    staff_role: str = ""


@dataclass(frozen=True, kw_only=True)
class Firm:
    """A customer. `members` and `authorized` give roles by e-mail address; authorizations hold this year and last.

    One without an address has just become a customer: the modules give it nothing.
    """

    number: str
    kind: str
    name: str
    address: str = ""
    postal_code: str = ""
    city: str = ""
    org_no: str = ""
    email: str = ""
    phone: str = ""
    members: dict[str, Role] = field(default_factory=dict)
    authorized: dict[str, Role] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Company:
    """A tenant. `shows` says in one sentence what there is to see; the first person is who to sign in as."""

    slug: str
    name: str
    legal_name: str
    modules: list[str]
    phone: str
    claim: dict[str, str]
    shows: Any
    people: list[Person]
    customers: list[Firm]
    language: str = "nb"

    @property
    def host(self) -> str:
        return f"{self.slug}.localhost"

    @property
    def email(self) -> str:
        return f"kundeservice@{self.slug}.example"

    def customers_of(self, person: Person) -> list[Firm]:
        return [firm for firm in self.customers if person.email in {*firm.members, *firm.authorized}]


def staff_of(slug: str, administrator: str, agent: str) -> list[Person]:
    """Return a company's administrator and customer-service agent."""
    return [
        Person(email=f"admin@{slug}.example", name=administrator, staff_role=StaffRole.ADMINISTRATOR),
        Person(email=f"agent@{slug}.example", name=agent, staff_role=StaffRole.AGENT),
    ]


# Has just become a customer everywhere: who wants to see how pages begin signs in as she.
NEWCOMER = Person(email="selma.vik@post.example", name="Selma Vik")
EMPTY = Firm(number="90001", kind=PRIVATE, name=NEWCOMER.name, email=NEWCOMER.email, members={NEWCOMER.email: OWNER})
