"""What every reader of invoices yields, and the words that all of them share. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from billing.rules.invoicing.documents import Document, Problem

NUMBER = re.compile(r"[+-]?\d{1,10}(\.\d{1,10})?")
LARGEST_PDF = 10 * 1024 * 1024
# Gives the content of a file that lies beside the one that is read; None where there is none.
Beside = Callable[[str], bytes | None]


@dataclass(frozen=True)
class Incoming:
    """One document as it was read, or why it could not be. `line` counts from 1; 0 where a file is one document."""

    line: int
    number: str = ""
    document: Document | None = None
    pdf: bytes | None = None
    problems: list[Problem] = field(default_factory=list)


class Unfit(ValueError):
    """A document that cannot be read; the message is for a person, the code for a program."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    @property
    def problem(self) -> Problem:
        return Problem(self.code, str(self))


def decimal_of(text: str, what: str) -> Decimal:
    """Read a plain decimal number with a point. Raises Unfit for anything else, such as NaN or 1e9."""
    written = text.strip()
    if not NUMBER.fullmatch(written):
        raise Unfit("number", f"{what}: {written[:40]!r} is no amount.")
    return Decimal(written)


def date_of(text: str, what: str) -> date:
    """Read YYYY-MM-DD. Raises Unfit."""
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError as error:
        raise Unfit("date", f"{what}: {text.strip()[:40]!r} is no date.") from error


def checked_pdf(content: bytes) -> bytes:
    """Return a PDF's content. Raises Unfit for what is no PDF, or too large."""
    if len(content) > LARGEST_PDF:
        raise Unfit("pdf", f"The PDF is larger than {LARGEST_PDF // 1024 // 1024} MB.")
    # Readers take some bytes before the head, and after the end.
    if b"%PDF-" not in content[:1024] or b"%%EOF" not in content[-2048:]:
        raise Unfit("pdf", "The PDF is not a PDF.")
    return content
