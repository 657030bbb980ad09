"""Which format a file is in, by its content: names and endings are not to be trusted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from metering.importers import elhub_csv, elhub_csv_old, elhub_xml, gs2
from metering.importers.archives import EMPTY_ZIP, ZIP, is_empty
from metering.importers.numbers import shown
from metering.importers.series import ImportProfile, Outcome, Rejection
from metering.importers.source import Source


@dataclass(frozen=True, slots=True)
class Format:
    """``recognises`` gets the first 64 KiB as text; ``parse`` yields outcomes and never raises on bad content."""

    name: str
    recognises: Callable[[str], bool]
    parse: Callable[[Source, ImportProfile], Iterator[Outcome]]
    # The metering point is not in the file: two points can have the same content.
    names_no_point: bool = False


FORMATS: tuple[Format, ...] = (
    Format("GS2", gs2.recognises, gs2.parse),
    Format("Elhub XML", elhub_xml.recognises, elhub_xml.parse),
    Format("Elhub CSV", elhub_csv.recognises, elhub_csv.parse, names_no_point=True),
    Format("Elhub CSV (old)", elhub_csv_old.recognises, elhub_csv_old.parse, names_no_point=True),
)

DEFAULT_PROFILE = ImportProfile()


@dataclass(frozen=True, slots=True)
class MeterFile:
    """`format` is "" for a file in none of ours; reading `outcomes` reads the file."""

    format: str
    outcomes: Iterator[Outcome]


def open_file(stream: BinaryIO, profile: ImportProfile = DEFAULT_PROFILE) -> MeterFile:
    """Look at the beginning of a file. One that is in no format of ours has one outcome, a Rejection."""
    source = Source(stream)
    if source.error and not source.head:
        return MeterFile("", iter([_unreadable(source.error)]))
    if reason := _not_a_text(source):
        return MeterFile("", iter([Rejection(0, "", reason)]))
    found = format_of(source)
    if found is None:
        return MeterFile("", iter([_unknown(source)]))
    return MeterFile(found.name, _guarded(source, found.parse(source, profile)))


def _not_a_text(source: Source) -> str:
    if source.is_empty:
        return "empty_file"
    if source.head.startswith((ZIP, EMPTY_ZIP)):
        if b"[Content_Types].xml" in source.head:
            return "spreadsheet"
        return "empty_archive" if is_empty(source.head) else "archive_in_archive"
    return "binary_file" if source.is_binary else ""


def _unknown(source: Source) -> Rejection:
    if elhub_xml.has_doctype(source.head_text()):
        return Rejection(1, "", "xml_doctype")
    return Rejection(1, "", "unknown_format", {"start": _first_words(source)})


def parse(stream: BinaryIO, profile: ImportProfile = DEFAULT_PROFILE) -> Iterator[Outcome]:
    """Yield what the file holds, in its order, reading as it goes."""
    return open_file(stream, profile).outcomes


def _guarded(source: Source, outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
    """A stream that fails on the way ends with a word about it; what was read before counts."""
    yield from outcomes
    if source.error:
        yield _unreadable(source.error)


def _unreadable(error: OSError) -> Rejection:
    return Rejection(0, "", "unreadable_file", {"error": shown(str(error), 120)})


def names_no_point(head: bytes) -> bool:
    """True when a file that begins so is in a format that does not name the metering point."""
    found = format_of(Source(BytesIO(head)))
    return found is not None and found.names_no_point


def format_of(source: Source) -> Format | None:
    text = source.head_text()
    return next((candidate for candidate in FORMATS if candidate.recognises(text)), None)


def _first_words(source: Source) -> str:
    return shown(" ".join(source.head_text().split()))
