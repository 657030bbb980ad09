"""What became of invoices, as CSV: payments, and invoices sent to collection or called back from it.

Comma or semicolon; UTF-8, or as Windows saves it. Pure: bytes in, rows and rejections out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from billing.importers.invoices.incoming import Unfit, date_of, decimal_of
from billing.rules.invoicing import kid
from billing.rules.invoicing.documents import Problem
from billing.rules.money import to_ore
from portal.documents import csv_files

COLUMNS = ("event", "invoice", "kid", "date", "amount", "reference", "currency")
NEEDED = ("date",)


class Event(StrEnum):
    PAYMENT = "payment"
    COLLECTION = "collection"
    COLLECTION_ENDED = "collection_ended"


@dataclass(frozen=True)
class Row:
    """`invoice` is a number, "" where only the KID is given. `amount` (NOK) and `reference` are a payment's."""

    line: int
    event: Event
    invoice: str
    kid: str
    on: date
    amount: Decimal = Decimal("0.00")
    reference: str = ""


@dataclass(frozen=True)
class Rejection:
    line: int
    problem: Problem


@dataclass
class Reading:
    rows: list[Row] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)


def read(data: bytes) -> Reading:
    """Read a file. What makes the whole of it unreadable is one rejection."""
    reading = Reading()
    problems = csv_files.whole_text(data, lambda text: _read_into(reading, text))
    reading.rejected.extend(Rejection(line, Problem("file", reason)) for line, reason in problems)
    return reading


def _read_into(reading: Reading, text: str) -> None:
    lines = csv_files.lines(text)
    columns = csv_files.headings(*next(lines, (1, [])), COLUMNS, NEEDED)
    if not {"invoice", "kid"} & set(columns):
        raise csv_files.Unreadable("There must be a column 'invoice' or 'kid'.")
    for line, cells in lines:
        try:
            reading.rows.append(_row(line, _named(columns, cells)))
        except Unfit as error:
            reading.rejected.append(Rejection(line, error.problem))


def _named(columns: Sequence[str], cells: Sequence[str] | None) -> dict[str, str]:
    """Return a line's cells by column; those at the end may be left out. Raises Unfit where there are too many.

    They are too many where an amount with a decimal comma stands in a file with commas between the columns.
    """
    if cells is None:
        raise Unfit("quotes", "The quotation marks do not match. After one that is not closed, nothing can be read.")
    if len(cells) > len(columns):
        text = f"It has {len(cells)} cells, but the file has {len(columns)} columns: is there a comma in an amount?"
        raise Unfit("columns", text)
    return dict(zip(columns, (cell.strip() for cell in cells), strict=False))


def _row(line: int, cells: dict[str, str]) -> Row:
    event = _event(cells.get("event", ""))
    number, reference = cells.get("invoice", ""), cells.get("reference", "")
    written = kid.cleaned(cells.get("kid", ""))
    if written and not kid.is_valid(written):
        raise Unfit("kid", f"The check digit of KID {written[:30]} is wrong.")
    if not number and not written:
        raise Unfit("invoice", "It names neither invoice nor KID.")
    if cells.get("currency", "") not in ("", "NOK"):
        raise Unfit("currency", f"The currency is {cells['currency'][:10]}; only NOK is taken.")
    on = date_of(cells.get("date", ""), "date")
    if event != Event.PAYMENT:
        return Row(line, event, number, written, on)
    if not 0 < len(reference) <= 60:
        raise Unfit("reference", "A payment needs a reference of at most 60 characters: it is told apart by it.")
    return Row(line, event, number, written, on, _amount(cells.get("amount", "")), reference)


def _event(text: str) -> Event:
    try:
        return Event(text or Event.PAYMENT)
    except ValueError as error:
        raise Unfit("event", f"event is one of {', '.join(Event)}, not {text[:30]!r}.") from error


def _amount(text: str) -> Decimal:
    """Read kroner with comma or point, and blanks between thousands."""
    amount = decimal_of("".join(text.split()).replace("\N{MINUS SIGN}", "-").replace(",", "."), "amount")
    if not amount or amount != to_ore(amount):
        raise Unfit("amount", "The amount is zero, or has parts of an øre.")
    return amount
