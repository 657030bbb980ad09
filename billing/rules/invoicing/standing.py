"""Where an invoice stands: what is left to pay or to the customer's credit, and whether it is late. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

# From so many days before, an invoice is due rather than only open.
SOON = timedelta(days=7)
ZERO = Decimal("0.00")


class Status(StrEnum):
    OPEN = "open"
    DUE = "due"
    OVERDUE = "overdue"
    COLLECTION = "collection"
    PAID = "paid"
    CREDIT = "credit"
    CREDITED = "credited"
    CREDIT_NOTE = "credit_note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What has come in on an invoice of `total` NOK by payments (`paid`) and by credit notes (`credited`).

    A credit note counts on the invoice that it takes back (`counts_elsewhere`), one that takes back none by itself.
    """

    is_credit_note: bool
    total: Decimal
    paid: Decimal
    credited: Decimal
    due_on: date | None
    in_collection_on: date | None = None
    counts_elsewhere: bool = False

    @property
    def balance(self) -> Decimal:
        """What the customer owes for it; below zero: what is owed to the customer."""
        if self.counts_elsewhere:
            return ZERO
        return (-self.total if self.is_credit_note else self.total) - self.paid - self.credited

    @property
    def left(self) -> Decimal:
        """What is still to be paid; never below zero."""
        return max(ZERO, self.balance)

    @property
    def credit(self) -> Decimal:
        """What is to the customer's credit: paid too much, taken back after it was paid, or invoiced below zero."""
        return max(ZERO, -self.balance)

    @property
    def is_taken_back(self) -> bool:
        """Whether credit notes have taken back all of it."""
        return bool(self.total) and abs(self.credited) >= abs(self.total) and (self.credited > 0) == (self.total > 0)

    def status_on(self, today: date) -> Status:
        if self.is_credit_note:
            return Status.CREDIT_NOTE
        if self.credit:
            return Status.CREDIT
        if not self.left:
            return Status.CREDITED if self.is_taken_back else Status.PAID
        return self._unpaid_on(today)

    def _unpaid_on(self, today: date) -> Status:
        if self.in_collection_on is not None:
            return Status.COLLECTION
        if self.due_on is None or today < self.due_on - SOON:
            return Status.OPEN
        return Status.OVERDUE if self.due_on < today else Status.DUE
