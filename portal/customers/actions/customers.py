"""Choosing a customer and how to begin, making one, and taking customers in from a file."""

from collections.abc import Sequence

from django.db import transaction

from portal.accounts.models import User
from portal.audit import actions as audit
from portal.customers.models import ChosenCustomer, Customer, Preferences
from portal.documents.csv_files import Outcome, Row
from portal.tenancy.numbers import next_number


@transaction.atomic
def choose_customer(*, user: User, customer: Customer, by: User) -> None:
    """Keep which customer a user acts for, on all devices, until another is chosen. The caller has checked access."""
    ChosenCustomer.objects.update_or_create(user=user, defaults={"customer": customer})
    audit.record(verb="customers.chosen", by=by, obj=customer, customer=customer)


@transaction.atomic
def save_preferences(*, user: User, customer: Customer | None, start_page: str, by: User) -> Preferences:
    """Keep where a user wants to begin. The caller has checked that they reach the customer and the page."""
    fields = {"customer": customer, "start_page": start_page}
    preferences, _created = Preferences.objects.update_or_create(user=user, defaults=fields)
    audit.record(verb="customers.preferences_saved", by=by, obj=preferences, customer=customer)
    return preferences


def begin_with_preferred_customer(user: User) -> None:
    """At sign-in: let the user act for the customer they want to begin with. One they lost is no longer reached."""
    preferred = Preferences.objects.filter(user=user, customer__isnull=False).select_related("customer").first()
    if preferred and preferred.customer:
        ChosenCustomer.objects.update_or_create(user=user, defaults={"customer": preferred.customer})


# Where numbers begin that nobody gave: above what customer systems of this size use, below what a person cannot read.
FIRST_NUMBER = 700_001


@transaction.atomic
def create_customer(*, name: str, kind: str, by: User, number: str = "", **fields: str) -> Customer:
    """Make a customer; without a `number` it gets the next free one of the portal's own series.

    Raises IntegrityError when the number is taken.
    """
    customer = Customer.objects.create(name=name, kind=kind, number=number or _free_number(), **fields)
    audit.record(verb="customers.created", by=by, obj=customer, customer=customer)
    return customer


def _free_number() -> str:
    while Customer.objects.filter(number=(number := str(next_number("customers", first=FIRST_NUMBER)))).exists():
        pass
    return number


CHUNK = 1000


@transaction.atomic
def upsert_customers(*, rows: Sequence[Row], source: str, by: User | None) -> Outcome:
    """Take in rows by customer number; each holds only the columns to write. `source` names the file in the audit log.

    Memberships and everything else about a known customer stay. One entry in the audit log for the whole file.
    """
    done = Outcome()
    for start in range(0, len(rows), CHUNK):
        _upsert_chunk(rows[start : start + CHUNK], done)
    counts = {"new": done.new, "changed": done.changed, "unchanged": done.unchanged}
    audit.record(verb="customers.imported", by=by, data={"source": source, **counts})
    return done


def _upsert_chunk(rows: Sequence[Row], done: Outcome) -> None:
    numbers = [row.key for row in rows]
    known = {c.number: c for c in Customer.objects.select_for_update().filter(number__in=numbers)}
    new = [Customer(**row.values) for row in rows if row.key not in known]
    changed = [known[row.key] for row in rows if row.key in known and _apply(known[row.key], row.values)]
    Customer.objects.bulk_create(new)
    if changed:
        Customer.objects.bulk_update(changed, [name for name in rows[0].values if name != "number"])
    done.new += len(new)
    done.changed += len(changed)
    done.unchanged += len(rows) - len(new) - len(changed)


def _apply(customer: Customer, values: dict[str, str]) -> bool:
    """Set the values; tell whether any was another."""
    before = {name: getattr(customer, name) for name in values}
    for name, value in values.items():
        setattr(customer, name, value)
    return before != values
