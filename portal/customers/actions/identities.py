"""Who the private customers are, as the hashes of their identity numbers."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.oidc.identity import hashes_of
from portal.audit import actions as audit
from portal.customers.models import Customer, CustomerIdentity
from portal.documents.csv_files import Outcome, Rejection, Row


@transaction.atomic
def store_identities(*, rows: Sequence[Row], source: str, by: User | None) -> Outcome:
    """Keep the hashes of private customers; who is unknown, or a firm, is rejected."""
    done = Outcome()
    customers = Customer.objects.filter(number__in=[row.key for row in rows]).select_related("identity")
    known = {customer.number: customer for customer in customers}
    for row in rows:
        customer = known.get(row.key)
        if customer is None:
            done.rejected.append(Rejection(row.line, _("There is no customer with this number."), row.key))
        elif customer.kind != Customer.Kind.PRIVATE:
            done.rejected.append(Rejection(row.line, _("Only private customers have one."), row.key))
        else:
            _store_one(customer, hashes_of(row.values["identity_number"])[0], done)
    counts = {"new": done.new, "changed": done.changed, "unchanged": done.unchanged}
    audit.record(verb="customers.identities_imported", by=by, data={"source": source, **counts})
    return done


def _store_one(customer: Customer, number_hash: str, done: Outcome) -> None:
    before: str | None = getattr(getattr(customer, "identity", None), "number_hash", None)
    if before == number_hash:
        done.unchanged += 1
        return
    CustomerIdentity.objects.update_or_create(customer=customer, defaults={"number_hash": number_hash})
    done.changed += before is not None
    done.new += before is None
