"""Where an invoice stands: what is left to pay, and whether it is late. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

# From so many days before, an invoice is due rather than only open.
SOON = timedelta(days=7)


class Status(StrEnum):
    OPEN = "open"
    DUE = "due"
    OVERDUE = "overdue"
    COLLECTION = "collection"
    PAID = "paid"
    CREDITED = "credited"
    CREDIT_NOTE = "credit_note"


UNPAID = (Status.OPEN, Status.DUE, Status.OVERDUE, Status.COLLECTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What has come in on an invoice of `total` NOK by payments (`paid`) and by credit notes (`credited`)."""

    is_credit_note: bool
    total: Decimal
    paid: Decimal
    credited: Decimal
    due_on: date | None
    in_collection_on: date | None = None

    @property
    def left(self) -> Decimal:
        """What is still to be paid; never below zero."""
        if self.is_credit_note:
            return Decimal("0.00")
        return max(Decimal("0.00"), self.total - self.paid - self.credited)

    def status_on(self, today: date) -> Status:
        if self.is_credit_note:
            return Status.CREDIT_NOTE
        if not self.left:
            return Status.CREDITED if 0 < self.total <= self.credited else Status.PAID
        return self._unpaid_on(today)

    def _unpaid_on(self, today: date) -> Status:
        if self.in_collection_on is not None:
            return Status.COLLECTION
        if self.due_on is None or today < self.due_on - SOON:
            return Status.OPEN
        return Status.OVERDUE if self.due_on < today else Status.DUE
