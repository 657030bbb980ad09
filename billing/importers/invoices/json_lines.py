"""Invoices as JSON, one object a line: docs/importing.md has every key."""

from __future__ import annotations

import binascii
import json
from base64 import b64decode
from collections.abc import Iterator
from decimal import Decimal
from typing import IO, Any

from billing.importers.invoices.incoming import Beside, Incoming, Unfit, checked_pdf, date_of, decimal_of
from billing.rules.invoicing import kid
from billing.rules.invoicing.documents import Document, DocumentLine, Kind, Party, VatGroup
from portal.tenancy.text import is_unicode

KEYS = {
    "kind", "number", "customer", "issued", "due", "first", "last", "subject", "net", "vat", "total", "prepaid",
    "rounding", "vat_included", "vat_groups", "lines", "kid", "account", "corrects", "reference", "note", "sent_as",
    "metering_point", "meter_number", "place", "currency", "seller", "buyer", "pdf", "pdf_base64",
}  # fmt: skip
LINE_KEYS = {"text", "detail", "code", "period", "quantity", "unit", "unit_price", "vat_percent", "amount"}
PARTY_KEYS = {"name", "org_no", "address", "postal_code", "city"}
SENT_AS = {"", "e_invoice", "ehf", "email", "paper"}
# No amount, quantity or price of an invoice has as many, before or after the point.
MOST_DIGITS = 12
# A line of an invoice with five thousand lines, and a PDF of ten megabytes in it.
LONGEST_LINE = 16 * 1024 * 1024


def read(file: IO[bytes], beside: Beside) -> Iterator[Incoming]:
    """Yield the documents of a file, holding one line at a time. Empty lines are skipped."""
    line = 0
    while raw := file.readline(LONGEST_LINE + 1):
        line += 1
        if len(raw) > LONGEST_LINE:
            yield Incoming(line, problems=[Unfit("line", "The line is too long.").problem])
            return
        if raw.strip():
            yield _read_line(line, raw, beside)


def _read_line(line: int, raw: bytes, beside: Beside) -> Incoming:
    number = ""
    try:
        said = _object(raw)
        number = _text(said, "number", 60)
        return Incoming(line, number, _document(said), _pdf(said, beside))
    except Unfit as error:
        return Incoming(line, number, problems=[error.problem])


def _object(raw: bytes) -> dict[str, Any]:
    try:
        said = json.loads(raw.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_constant)
    except (ArithmeticError, ValueError, RecursionError) as error:
        raise Unfit("json", f"The line is not well-formed JSON: {error}.") from error
    if not isinstance(said, dict):
        raise Unfit("json", "The line is no JSON object.")
    _only(said, KEYS)
    return said


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no amount")


def _only(said: dict[str, Any], keys: set[str]) -> None:
    if unknown := sorted(said.keys() - keys):
        raise Unfit("key", f"Unknown key {unknown[0]!r}.")


def _document(said: dict[str, Any]) -> Document:
    kind = said.get("kind", "invoice")
    if kind not in list(Kind):
        raise Unfit("kind", f"kind is invoice or credit_note, not {str(kind)[:40]!r}.")
    return Document(
        kind=Kind(kind),
        number=_text(said, "number", 60),
        customer=_text(said, "customer", 20),
        issued_on=date_of(_text(said, "issued", 40), "issued"),
        due_on=date_of(_text(said, "due", 40), "due") if said.get("due") else None,
        first=date_of(_text(said, "first", 40), "first") if said.get("first") else None,
        last=date_of(_text(said, "last", 40), "last") if said.get("last") else None,
        net=_amount(said, "net"),
        vat=_amount(said, "vat"),
        total=_amount(said, "total"),
        prepaid=_amount(said, "prepaid", default="0.00"),
        rounding=_amount(said, "rounding", default="0.00"),
        vat_included=_flag(said, "vat_included"),
        lines=tuple(_line(one) for one in _list(said, "lines")),
        vat_groups=tuple(_group(one) for one in _list(said, "vat_groups")),
        kid=kid.cleaned(_text(said, "kid", 40)),
        account=kid.cleaned(_text(said, "account", 40)),
        corrects=_text(said, "corrects", 40),
        subject=_text(said, "subject", 120),
        reference=_text(said, "reference", 100),
        note=_text(said, "note", 2000),
        sent_as=_sent_as(said),
        gsrn=_text(said, "metering_point", 18),
        meter_number=_text(said, "meter_number", 20),
        place=_text(said, "place", 200),
        currency=_text(said, "currency", 3) or "NOK",
        seller=_party(said, "seller"),
        buyer=_party(said, "buyer"),
    )


def _line(said: Any) -> DocumentLine:
    if not isinstance(said, dict):
        raise Unfit("lines", "A line of the invoice is no JSON object.")
    _only(said, LINE_KEYS)
    return DocumentLine(
        text=_text(said, "text", 200) or "–",
        detail=_text(said, "detail", 200),
        code=_text(said, "code", 20),
        period=_text(said, "period", 40),
        quantity=_maybe(said, "quantity"),
        unit=_text(said, "unit", 20),
        unit_price=_maybe(said, "unit_price"),
        vat_percent=_maybe(said, "vat_percent"),
        amount=_amount(said, "amount"),
    )


def _group(said: Any) -> VatGroup:
    if not isinstance(said, dict):
        raise Unfit("vat_groups", "A VAT group is no JSON object.")
    _only(said, {"percent", "base", "vat"})
    return VatGroup(percent=_amount(said, "percent"), base=_amount(said, "base"), vat=_amount(said, "vat"))


def _party(said: dict[str, Any], key: str) -> Party:
    party = said.get(key) or {}
    if not isinstance(party, dict):
        raise Unfit(key, f"{key} is no JSON object.")
    _only(party, PARTY_KEYS)
    return Party(**{name: _text(party, name, 120) for name in PARTY_KEYS & party.keys()})


def _pdf(said: dict[str, Any], beside: Beside) -> bytes | None:
    if text := _text(said, "pdf_base64", LONGEST_LINE):
        return checked_pdf(decoded(text))
    if name := _text(said, "pdf", 200):
        content = beside(name)
        if content is None:
            raise Unfit("pdf", f"There is no file {name!r} beside this one.")
        return checked_pdf(content)
    return None


def decoded(text: str) -> bytes:
    """Return what base64 text holds, line breaks or not. Raises Unfit."""
    try:
        return b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unfit("pdf", "The PDF is not written as base64.") from error


# Values --------------------------------------------------------------------------------------------


def _text(said: dict[str, Any], key: str, longest: int) -> str:
    value = said.get(key)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Unfit(key, f"{key} is no text.")
    text = str(value).strip()
    if len(text) > longest:
        raise Unfit(key, f"{key} has more than {longest} characters.")
    if "\x00" in text or not is_unicode(text):
        raise Unfit(key, f"{key} has a character that cannot be kept.")
    return text


def _amount(said: dict[str, Any], key: str, *, default: str = "") -> Decimal:
    value = said.get(key, default)
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise Unfit(key, f"{key} is no amount.")
    if isinstance(value, Decimal) and not -MOST_DIGITS < value.adjusted() < MOST_DIGITS:
        raise Unfit(key, f"{key} is no amount that an invoice can have.")
    return decimal_of(f"{value:f}" if isinstance(value, Decimal) else str(value), key)


def _maybe(said: dict[str, Any], key: str) -> Decimal | None:
    return None if said.get(key) in (None, "") else _amount(said, key)


def _flag(said: dict[str, Any], key: str) -> bool:
    value = said.get(key, False)
    if not isinstance(value, bool):
        raise Unfit(key, f"{key} is true or false.")
    return value


def _list(said: dict[str, Any], key: str) -> list[Any]:
    value = said.get(key, [])
    if not isinstance(value, list):
        raise Unfit(key, f"{key} is no list.")
    return value


def _sent_as(said: dict[str, Any]) -> str:
    value = _text(said, "sent_as", 20)
    if value not in SENT_AS:
        raise Unfit("sent_as", f"sent_as is one of {', '.join(sorted(SENT_AS - {''}))}, not {value!r}.")
    return value
