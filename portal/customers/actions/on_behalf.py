"""Staff who act for a customer through the ordinary pages."""

from django.db import transaction

from portal.accounts.models import User
from portal.audit import actions as audit
from portal.customers.models import Customer


@transaction.atomic
def start_acting(*, customer: Customer, by: User) -> None:
    """Log that a member of staff begins to act for a customer; that it is so, their session remembers."""
    audit.record(verb="customers.acting_started", by=by, obj=customer, customer=customer)


@transaction.atomic
def stop_acting(*, customer: Customer, by: User) -> None:
    audit.record(verb="customers.acting_stopped", by=by, obj=customer, customer=customer)
