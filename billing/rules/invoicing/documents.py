"""An invoice or credit note as it comes in or goes out, whatever it was read from, and whether it adds up. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from billing.rules.invoicing import kid
from billing.rules.money import to_ore

ZERO = Decimal("0.00")
ORE = Decimal("0.01")
LARGEST = Decimal(1_000_000_000)
LONGEST_NUMBER = 40
MOST_LINES = 5_000


class Kind(StrEnum):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


@dataclass(frozen=True, kw_only=True)
class DocumentLine:
    """One line as it is invoiced. `amount` and `unit_price` are NOK, with VAT where the document's amounts are.

    `code` and `period` say what it is to the program, where that is known (rules.lines.Code); `detail` stands in small
    print, such as a capacity tier. `quantity`, `unit_price` and `vat_percent` are None where the invoice says nothing.
    """

    text: str
    amount: Decimal
    detail: str = ""
    code: str = ""
    period: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    unit_price: Decimal | None = None
    vat_percent: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class VatGroup:
    """What is taxed at one rate: `base` without VAT, and the VAT, NOK."""

    percent: Decimal
    base: Decimal
    vat: Decimal


@dataclass(frozen=True, kw_only=True)
class Party:
    """Who sells, or who is to pay, as the document names them."""

    name: str = ""
    org_no: str = ""
    address: str = ""
    postal_code: str = ""
    city: str = ""


@dataclass(frozen=True, kw_only=True)
class Document:
    """Amounts are NOK, positive in a credit note too; `total` is what is to be paid: net + vat − prepaid + rounding.

    `customer` is the customer number; where it is not given, `buyer.org_no` tells who it is. `gsrn`, `meter_number` and
    `place` tell of the metering point of a grid invoice.
    `vat_included` says whether the lines' amounts are with VAT.
    """

    kind: Kind
    number: str
    customer: str
    issued_on: date
    due_on: date | None
    net: Decimal
    vat: Decimal
    total: Decimal
    lines: tuple[DocumentLine, ...]
    vat_groups: tuple[VatGroup, ...] = ()
    vat_included: bool = False
    prepaid: Decimal = ZERO
    rounding: Decimal = ZERO
    first: date | None = None
    last: date | None = None
    kid: str = ""
    account: str = ""
    corrects: str = ""
    subject: str = ""
    reference: str = ""
    note: str = ""
    sent_as: str = ""
    gsrn: str = ""
    meter_number: str = ""
    place: str = ""
    currency: str = "NOK"
    seller: Party = Party()
    buyer: Party = Party()

    @property
    def fingerprint(self) -> str:
        """Return what tells whether two documents with a number say the same."""
        said = json.dumps(asdict(self), default=_plain, sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()


def _plain(value: object) -> str:
    # 1.50 and 1.5 are the same amount.
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a document is refused: a code for programs, and words for people."""

    code: str
    text: str


def completed(document: Document) -> Document:
    """Return the document with its VAT groups, worked out from the lines where it names none."""
    if document.vat_groups or any(line.vat_percent is None for line in document.lines):
        return document
    by_percent: dict[Decimal, Decimal] = {}
    for line in document.lines:
        percent = line.vat_percent or Decimal(0)
        by_percent[percent] = by_percent.get(percent, ZERO) + line.amount
    groups = [_group(percent, amount, document.vat_included) for percent, amount in sorted(by_percent.items())]
    return replace(document, vat_groups=_fitted(groups, document))


def _group(percent: Decimal, amount: Decimal, vat_included: bool) -> VatGroup:  # noqa: FBT001  (a field's value)
    if vat_included:
        vat = to_ore(amount * percent / (100 + percent))
        return VatGroup(percent=percent, base=amount - vat, vat=vat)
    return VatGroup(percent=percent, base=amount, vat=to_ore(amount * percent / 100))


def _fitted(groups: list[VatGroup], document: Document) -> tuple[VatGroup, ...]:
    """Let the largest group take the øre by which VAT line by line differs from VAT on the sum."""
    off = document.vat - sum((group.vat for group in groups), ZERO)
    if not groups or not off or abs(off) > ORE * max(1, len(document.lines)):
        return tuple(groups)
    at = max(range(len(groups)), key=lambda index: abs(groups[index].vat))
    base = groups[at].base - (off if document.vat_included else ZERO)
    groups[at] = replace(groups[at], vat=groups[at].vat + off, base=base)
    return tuple(groups)


def problems_of(document: Document, method: kid.Method = kid.Method.EITHER) -> list[Problem]:
    """Return all that is wrong with a document as such; [] for one that can be taken in."""
    return [*_form_problems(document), *_payment_problems(document, method), *_sum_problems(document)]


def _form_problems(document: Document) -> Iterator[Problem]:
    if document.currency != "NOK":
        yield Problem("currency", f"The currency is {document.currency or 'not given'}; only NOK is taken.")
    if not 0 < len(document.number) <= LONGEST_NUMBER:
        yield Problem("number", f"The number must have 1 to {LONGEST_NUMBER} characters.")
    if not document.customer and not document.buyer.org_no:
        yield Problem("customer_missing", "It names no customer number.")
    if not 0 < len(document.lines) <= MOST_LINES:
        yield Problem("lines", f"It must have 1 to {MOST_LINES} lines.")
    percents = [line.vat_percent for line in document.lines] + [group.percent for group in document.vat_groups]
    if any(percent is not None and not 0 <= percent <= 100 for percent in percents):
        yield Problem("vat_percent", "A VAT rate is not between 0 and 100 %.")
    if document.first and document.last and document.last < document.first:
        yield Problem("period", f"The period ends ({document.last}) before it begins ({document.first}).")
    if document.due_on and document.due_on < document.issued_on:
        yield Problem("due", f"It is due ({document.due_on}) before it is issued ({document.issued_on}).")
    if document.kind == Kind.INVOICE and document.due_on is None and document.total > 0:
        yield Problem("due_missing", "It has no due date.")
    if document.kind == Kind.CREDIT_NOTE and document.total < 0 and not document.corrects:
        yield Problem("credit_below_zero", "A credit note below zero asks for money: that is an invoice.")


def _payment_problems(document: Document, method: kid.Method) -> Iterator[Problem]:
    if document.kid and not kid.is_valid(document.kid, method):
        yield Problem("kid", f"The check digit of KID {document.kid} is wrong.")
    if document.account and not kid.is_account(document.account):
        yield Problem("account", f"{document.account} is no valid account number.")
    if document.kind == Kind.INVOICE and document.total > 0 and not document.account:
        yield Problem("account_missing", "It names no account to pay to.")


def _sum_problems(document: Document) -> Iterator[Problem]:
    amounts = (document.net, document.vat, document.total, document.prepaid, document.rounding)
    of_groups = [amount for group in document.vat_groups for amount in (group.base, group.vat)]
    every = [*amounts, *of_groups, *(line.amount for line in document.lines)]
    if any(amount != to_ore(amount) or abs(amount) >= LARGEST for amount in every):
        yield Problem("amount", "An amount has parts of an øre, or is too large.")
    of_lines, gross = sum((line.amount for line in document.lines), ZERO), document.net + document.vat
    expected = gross if document.vat_included else document.net
    if of_lines != expected:
        yield Problem("sum_of_lines", f"The lines add up to {of_lines}, but the document says {expected}.")
    due = gross - document.prepaid + document.rounding
    if due != document.total:
        yield Problem("total", f"Net, VAT and rounding come to {due}, but the total says {document.total}.")
    yield from _vat_problems(document)


def _vat_problems(document: Document) -> Iterator[Problem]:
    groups: Sequence[VatGroup] = document.vat_groups
    if not groups:
        if document.vat:
            yield Problem("vat_groups", "It has VAT, but does not say at which rates.")
        return
    base, vat = sum((group.base for group in groups), ZERO), sum((group.vat for group in groups), ZERO)
    if (base, vat) != (document.net, document.vat):
        said = f"{document.net} and {document.vat}"
        yield Problem("vat_sum", f"The VAT groups come to {base} and {vat}, but the document says {said}.")
    # VAT may be rounded line by line: an øre for each.
    slack = ORE * max(2, len(document.lines))
    for group in groups:
        if abs(group.base * group.percent / 100 - group.vat) > slack:
            yield Problem("vat", f"{group.percent} % of {group.base} is not {group.vat}.")
