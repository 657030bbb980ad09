"""Taking in what the billing system knows of how customers pay."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.models import PaymentAgreement
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.customers.models import Customer
from portal.documents.csv_files import Outcome, Rejection, Row

CHUNK = 1000


@transaction.atomic
def upsert_agreements(*, rows: Sequence[Row], source: str, by: User | None) -> Outcome:
    """Take in rows by customer number; each holds only the columns to write. `source` names the file in the audit log.

    What is confirmed is known as of now, too.
    """
    done = Outcome()
    for start in range(0, len(rows), CHUNK):
        _upsert_chunk(rows[start : start + CHUNK], done)
    counts = {"new": done.new, "changed": done.changed, "unchanged": done.unchanged, "rejected": len(done.rejected)}
    audit.record(verb="billing.payment_agreements_imported", by=by, data={"source": source, **counts})
    return done


def _upsert_chunk(rows: Sequence[Row], done: Outcome) -> None:
    numbers = [row.key for row in rows]
    customers = {one.number: one for one in Customer.objects.filter(number__in=numbers)}
    known = {
        one.customer_id: one
        for one in PaymentAgreement.objects.select_for_update(of=("self",)).filter(customer__number__in=numbers)
    }
    new: list[PaymentAgreement] = []
    for row in rows:
        customer = customers.get(row.key)
        if customer is None:
            done.rejected.append(Rejection(row.line, _("There is no customer with this number."), row.key))
            continue
        agreement = known.get(customer.pk)
        if agreement is None:
            agreement = PaymentAgreement(customer=customer)
            new.append(agreement)
            _apply(agreement, row)
        elif _apply(agreement, row):
            done.changed += 1
        else:
            done.unchanged += 1
    done.new += len(new)
    PaymentAgreement.objects.bulk_create(new)
    PaymentAgreement.objects.bulk_update(known.values(), ["e_invoice", "direct_debit", "updated_at"])


def _apply(agreement: PaymentAgreement, row: Row) -> bool:
    """Set what the row says; tell whether anything was different."""
    agreement.updated_at = timezone.now()
    said = {name: value for name, value in row.values.items() if name != "customer"}
    before = {name: getattr(agreement, name) for name in said}
    for name, value in said.items():
        setattr(agreement, name, value)
    return before != said
