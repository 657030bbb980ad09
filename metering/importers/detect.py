"""Which format a file is in, by its content: names and endings are not to be trusted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from metering.importers import gs2
from metering.importers.gs2_values import shown
from metering.importers.series import ImportProfile, Outcome, Rejection
from metering.importers.source import Source


@dataclass(frozen=True, slots=True)
class Format:
    """``recognises`` gets the first 64 KiB as text; ``parse`` yields outcomes and never raises on bad content."""

    name: str
    recognises: Callable[[str], bool]
    parse: Callable[[Source, ImportProfile], Iterator[Outcome]]


FORMATS: tuple[Format, ...] = (Format("GS2", gs2.recognises, gs2.parse),)

DEFAULT_PROFILE = ImportProfile()


@dataclass(frozen=True, slots=True)
class MeterFile:
    """`format` is "" for a file in none of ours; reading `outcomes` reads the file."""

    format: str
    outcomes: Iterator[Outcome]


def open_file(stream: BinaryIO, profile: ImportProfile = DEFAULT_PROFILE) -> MeterFile:
    """Look at the beginning of a file. One that is in no format of ours has one outcome, a Rejection."""
    try:
        source = Source(stream)
    except OSError as error:
        return MeterFile("", iter([_unreadable(error)]))
    if source.is_empty:
        return MeterFile("", iter([Rejection(0, "", "empty_file")]))
    if source.is_binary:
        return MeterFile("", iter([Rejection(0, "", "binary_file")]))
    found = format_of(source)
    if found is None:
        return MeterFile("", iter([Rejection(1, "", "unknown_format", {"start": _first_words(source)})]))
    return MeterFile(found.name, _guarded(found.parse(source, profile)))


def parse(stream: BinaryIO, profile: ImportProfile = DEFAULT_PROFILE) -> Iterator[Outcome]:
    """Yield what the file holds, in its order, reading as it goes."""
    return open_file(stream, profile).outcomes


def _guarded(outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
    """A stream that fails on the way ends with a word about it; what was read before counts."""
    try:
        yield from outcomes
    except OSError as error:
        yield _unreadable(error)


def _unreadable(error: OSError) -> Rejection:
    return Rejection(0, "", "unreadable_file", {"error": str(error)})


def format_of(source: Source) -> Format | None:
    text = source.head_text()
    return next((candidate for candidate in FORMATS if candidate.recognises(text)), None)


def _first_words(source: Source) -> str:
    return shown(" ".join(source.head_text().split()))
