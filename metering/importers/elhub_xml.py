"""Elhub's XML: NotifyValidatedDataForBillingEnergy and CollectedData, with a PayloadEnergyTimeSeries a metering point.

The file is cut behind each payload, and each is parsed for itself within the message's own root element, so memory
holds one of them. Safe: no document type, no entities, no network, and libxml2's own limits stay on. Tolerant of
namespaces' versions and prefixes; strict about sequence, period, unit and direction. A payload whose values are only
some of its period (a correction) leaves the others alone. Directions are seen from the grid: Out of it is consumption.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from metering.importers.elhub_payload import PayloadReader
from metering.importers.numbers import shown
from metering.importers.series import ImportProfile, Outcome, Rejection
from metering.importers.source import Source

READ_BYTES = 1 << 18
# Its 9 999 values at most are 2 MB; a payload past this is none.
PAYLOAD_BYTES = 8 << 20

_NAME = r"(?:[\w.-]+:)?"
_ROOT = re.compile(rf"<({_NAME}(?:NotifyValidatedDataForBillingEnergy|CollectedData))(?:\s[^<>]*)?>")
_BEGIN = re.compile(rf"<{_NAME}PayloadEnergyTimeSeries[\s>]".encode())
_END = re.compile(rf"</{_NAME}PayloadEnergyTimeSeries\s*>".encode())
_DECLARATION = re.compile(rb"\s*<\?xml\s[^<>]*\?>")
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
_OTHER_DOCTYPE = re.compile(r"<!DOCTYPE\s+(?!\s|html\b)", re.IGNORECASE)
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def recognises(head: str) -> bool:
    return head.lstrip("\ufeff \t\r\n").startswith("<") and _ROOT.search(head) is not None


def has_doctype(head: str) -> bool:
    """Tell whether a file that begins so is XML with a document type declaration, and no web page."""
    return head.lstrip("\ufeff \t\r\n").startswith("<") and _OTHER_DOCTYPE.search(head) is not None


def parse(source: Source, profile: ImportProfile) -> Iterator[Outcome]:
    """Yield the file's series, and what was refused and why, in the order of the file. Never raises on bad content."""
    reader = PayloadReader(profile)
    pieces = _pieces(_reading(source))
    line = 1
    frame: _Frame | None = None
    try:
        for piece in pieces:
            text = piece.text
            if frame is None:
                begin = _BEGIN.search(text)
                head = text[: begin.start()] if begin and piece.is_payload else text
                if _DOCTYPE.search(head):
                    yield Rejection(1, "", "xml_doctype")
                    return
                frame = _Frame.of(head, is_whole=not piece.is_payload)
                line += head.count(b"\n")
                text = text[len(head) :]
            if piece.is_payload:
                at = line + text.count(b"\n", 0, len(text) - len(text.lstrip()))
                yield reader.read_known(text, at) or reader.read(frame.payload(text, line), text, at)
            elif text:
                frame.close(text, line)
            line += text.count(b"\n")
    except _Broken as error:
        yield Rejection(error.line, "", "broken_xml", {"error": shown(str(error), 120)})
    except _TooLarge:
        yield Rejection(line, "", "block_too_large", {"limit": PAYLOAD_BYTES})
    else:
        if not reader.count:
            yield Rejection(0, "", "no_series")


class _Broken(Exception):
    """No well-formed XML from a line on."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


class _TooLarge(Exception):
    pass


@dataclass(frozen=True, slots=True)
class _Piece:
    """The bytes up to the end of a payload, or what is left after the last one."""

    text: bytes
    is_payload: bool


def _reading(source: Source) -> Callable[[], bytes]:
    """A reader of the file's next bytes, in an encoding whose ASCII is ASCII; b"" at the end."""
    if source.head.startswith(_WIDE):
        text = source.text()
        return lambda: text.read(READ_BYTES).encode()
    buffer = bytearray(READ_BYTES)

    def read() -> bytes:
        count = source.readinto(memoryview(buffer))
        return bytes(buffer[:count])

    return read


def _pieces(read: Callable[[], bytes]) -> Iterator[_Piece]:
    """Cut the file behind its payloads. Raises _TooLarge."""
    rest = read().removeprefix(codecs.BOM_UTF8)
    piece = rest
    while piece:
        begin = 0
        for match in _END.finditer(rest):
            yield _Piece(rest[begin : match.end()], is_payload=True)
            begin = match.end()
        rest = rest[begin:]
        if len(rest) > PAYLOAD_BYTES:
            raise _TooLarge
        piece = read()
        rest += piece
    yield _Piece(rest, is_payload=False)


class _Frame:
    """The message's root element, in which each payload is parsed; comments and line breaks are taken out of it."""

    def __init__(self, before: bytes, after: bytes) -> None:
        self._before, self._after = before, after

    @classmethod
    def of(cls, head: bytes, *, is_whole: bool) -> _Frame:
        """Look at what stands before the first payload, or at the whole file when there is none. Raises _Broken."""
        plain = _without_comments(head)
        root = _ROOT.search(plain.decode("latin-1"))
        if root is None:
            raise _Broken("no element of a message", 1)
        declaration = _DECLARATION.match(plain)
        # A wide file has been made UTF-8.
        is_wide = declaration is not None and b"utf-16" in declaration[0].lower()
        start = declaration[0].strip() if declaration and not is_wide else b""
        after = f"</{root[1]}>".encode("latin-1")
        whole = head[declaration.end() :] if declaration and is_wide else head.lstrip()
        if _parsed(whole, b"" if is_whole else after, 1).getroottree().docinfo.doctype:
            # In an encoding that hides it.
            raise _Broken("a document type", 1)
        return cls(b" ".join((start + root[0].encode("latin-1")).split()), after)

    def payload(self, text: bytes, line: int) -> Any:
        """The element of a payload. Raises _Broken."""
        return _parsed(self._before + text, self._after, line)[-1]

    def close(self, text: bytes, line: int) -> None:
        """Check what stands behind the last payload. Raises _Broken, also for a file that breaks off."""
        _parsed(self._before + text, b"", line)


def _without_comments(text: bytes) -> bytes:
    """Leave out comments. One that does not end is left in, for the parser to find; a pattern would try and try."""
    kept, at = [], 0
    while (begin := text.find(b"<!--", at)) >= 0 and (end := text.find(b"-->", begin + 4)) >= 0:
        kept.append(text[at:begin])
        at = end + 3
    return b"".join([*kept, text[at:]])


def _parsed(text: bytes, after: bytes, line: int) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        return etree.fromstring(text + after, parser)
    except etree.XMLSyntaxError as error:
        raise _Broken(str(error.msg).strip(), line + (error.lineno or 1) - 1) from error
