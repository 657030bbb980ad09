"""Reading what the operations centre exports: CSV or JSON, told by the content. Bytes in, rows and rejections out.

A row holds only what the file has, so a file without, say, `cause` leaves the causes alone. Times are ISO 8601; without
an offset they are the company's own wall-clock time.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from outages.models import Outage
from outages.rules.affected import street_of
from outages.rules.phase import Kind
from outages.rules.problems import is_too_far
from portal.customers import gsrn
from portal.documents.csv_files import Unreadable, decode
from portal.tenancy.text import is_unicode

COLUMNS = (
    *("id", "kind", "where", "cause", "starts", "expected", "restored", "cancelled", "changed"),
    *("postal_codes", "streets", "grid_stations", "gsrns", "message"),
)
REQUIRED = ("id", "kind", "where", "starts")
TIMES = {"starts": "starts_at", "expected": "expected_at", "restored": "restored_at", "cancelled": "cancelled_at"}
MOST_VALUES = 5000
Texts = dict[str, str]


@dataclass(frozen=True)
class Said:
    """An update of the file."""

    at: datetime
    text: Texts
    expected_at: datetime | None = None


@dataclass(frozen=True)
class Row:
    """An outage as the file has it: `values` by model field. `line` counts from 1 (in JSON, the outages)."""

    line: int
    external_id: str
    values: dict[str, Any]
    changed_at: datetime | None = None
    updates: tuple[Said, ...] = ()


@dataclass(frozen=True)
class Rejection:
    """What was not taken in, and why."""

    line: int
    reason: str
    external_id: str = ""


@dataclass
class Reading:
    """`left_out` are parts of rows that are read all the same."""

    rows: list[Row] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    left_out: list[Rejection] = field(default_factory=list)


class Wrong(ValueError):
    """A value cannot be used; the message is for a person."""


def read(data: bytes, zone: ZoneInfo, language: str) -> Reading:
    """Read a file. What makes all of it unreadable is one rejection. `language` is that of plain texts."""
    reading = Reading()
    try:
        text = decode(data)
        entries = _json(text) if text.lstrip()[:1] in "[{" else _csv(text)
        seen: set[str] = set()
        for line, entry in entries:
            _take(reading, line, entry, zone, language, seen)
    except Unreadable as error:
        reading.rejected.append(Rejection(error.line, str(error)))
    return reading


def _take(reading: Reading, line: int, entry: object, zone: ZoneInfo, language: str, seen: set[str]) -> None:
    name = str(entry.get("id", ""))[:60] if isinstance(entry, Mapping) else ""
    try:
        row = _row(line, entry, zone, language)
        if row.external_id in seen:
            raise Wrong("The id stands in the file twice.")
    except Wrong as error:
        reading.rejected.append(Rejection(line, str(error), name))
        return
    seen.add(row.external_id)
    reading.rows.append(row)
    if misprints := _leave_out_misprints(row.values):
        reason = f"gsrns: Left out, the check digit does not fit: {', '.join(misprints)}."
        reading.left_out.append(Rejection(line, reason, row.external_id))


def _leave_out_misprints(values: dict[str, Any]) -> list[str]:
    """Take metering points that cannot be out of the values, and return them: that the others are told, and when the
    power is back, must not wait for them. Where no other is left, an outage that is known keeps those it has.
    """
    numbers = values.pop("gsrns", None)
    misprints = [number for number in numbers or [] if not gsrn.is_valid(number)]
    right = [number for number in numbers or [] if gsrn.is_valid(number)]
    if right or numbers == []:
        values["gsrns"] = right
    return misprints


# The two formats ---------------------------------------------------------------------------------------


def _json(text: str) -> Iterator[tuple[int, object]]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"This is no JSON: {error}", getattr(error, "lineno", 1)) from error
    outages = data.get("outages") if isinstance(data, dict) else data
    if not isinstance(outages, list):
        raise Unreadable('There is no list of outages: write [...] or {"outages": [...]}.')
    yield from enumerate(outages, start=1)


def _csv(text: str) -> Iterator[tuple[int, object]]:
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = [name.strip().lower() for name in next(reader)]
        _check_columns(columns)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, _cells(columns, cells)
    except csv.Error as error:
        raise Unreadable(f"The quotation marks do not match ({error}).", reader.line_num) from error


def _check_columns(columns: list[str]) -> None:
    unknown = [name for name in columns if name not in COLUMNS]
    missing = [name for name in REQUIRED if name not in columns]
    if unknown or len(set(columns)) < len(columns):
        raise Unreadable(f"Unknown or repeated column: {', '.join(unknown or columns)}. Known: {', '.join(COLUMNS)}.")
    if missing:
        raise Unreadable(f"Missing column: {', '.join(missing)}.")


def _cells(columns: list[str], cells: list[str]) -> object:
    """A line as the entry that JSON would have; one of another length is told apart in `_row`."""
    if len(cells) != len(columns):
        return None
    entry: dict[str, Any] = {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}
    for name in ("postal_codes", "streets", "grid_stations", "gsrns"):
        if name in entry:
            entry[name] = [part.strip() for part in entry[name].split("|") if part.strip()]
    return entry


# One entry ---------------------------------------------------------------------------------------------


def _row(line: int, entry: object, zone: ZoneInfo, language: str) -> Row:
    if not isinstance(entry, Mapping):
        raise Wrong("This is no outage: too few or too many values.")
    if unknown := sorted(set(entry) - {*COLUMNS, "updates"}):
        raise Wrong(f"Unknown: {', '.join(map(str, unknown))[:200]}.")
    external_id = _text(entry.get("id"), 60)
    if not external_id:
        raise Wrong("id: Missing.")
    values: dict[str, Any] = {}
    for name, read_value in READERS.items():
        if name in entry:
            target, value = _named(name, lambda raw=entry[name], reader=read_value: reader(raw))  # type: ignore[misc]
            values[target] = value
    for name, target in TIMES.items():
        if name in entry:
            values[target] = _named(name, lambda raw=entry[name]: _time(raw, zone))[1]  # type: ignore[misc]
    if "message" in entry:
        values["message"] = _texts(entry["message"], language)
    _check_required(values)
    changed = _named("changed", lambda: _time(entry.get("changed"), zone))[1]
    return Row(line, external_id, values, changed, _updates(entry.get("updates"), zone, language))


TARGETS = {"where": "area_name", **TIMES}


def _named(name: str, make: Callable[[], Any]) -> tuple[str, Any]:
    try:
        return TARGETS.get(name, name), make()
    except Wrong as error:
        raise Wrong(f"{name}: {error}") from error


def _check_required(values: dict[str, Any]) -> None:
    needed = {"kind": "kind", "area_name": "where", "starts_at": "starts"}
    if missing := [name for target, name in needed.items() if not values.get(target)]:
        raise Wrong(f"{', '.join(missing)}: Missing.")


def _text(value: object, limit: int) -> str:
    text = " ".join(str(value).split()) if value is not None else ""
    if "\0" in text or not is_unicode(text):
        raise Wrong("A NUL or half a character is no text.")
    if len(text) > limit:
        raise Wrong(f"At most {limit} characters, not {len(text)}.")
    return text


def _one_of(choices: list[str]) -> Callable[[object], str]:
    def read_choice(value: object) -> str:
        if value not in choices:
            raise Wrong(f"Must be one of {', '.join(choices)}, not {_text(value, 10_000)[:40]!r}.")
        return str(value)

    return read_choice


def _time(value: object, zone: tzinfo) -> datetime | None:
    """Read a moment; a wall-clock time that comes twice in autumn is the first of the two. Years that nobody means are
    refused: at the ends of the calendar there is no other time zone to show them in.
    """
    if value in (None, ""):
        return None
    try:
        moment = parse_datetime(str(value))
    except ValueError:
        moment = None
    if moment is None:
        raise Wrong(f"{str(value)[:40]!r} is no time: write 2026-11-18T09:00 or 2026-11-18T08:00:00Z.")
    try:
        moment = moment if moment.tzinfo is not None else _on_the_wall(moment, zone)
        is_wrong = is_too_far(moment, timezone.now())
    except OverflowError:
        is_wrong = True
    if is_wrong:
        raise Wrong(f"{str(value)[:40]!r} is not within ten years of today: check the year.")
    return moment


def _on_the_wall(moment: datetime, zone: tzinfo) -> datetime:
    local = moment.replace(tzinfo=zone)
    if local.astimezone(ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None) != moment:
        raise Wrong(f"There is no {moment:%H:%M} that day: the clock is put forward.")
    return local


def _list_of(check: Callable[[str], bool], what: str, limit: int) -> Callable[[object], list[str]]:
    def read_list(value: object) -> list[str]:
        if not isinstance(value, list) or len(value) > MOST_VALUES:
            raise Wrong(f"Must be a list of at most {MOST_VALUES}.")
        found = [_text(part, limit) for part in value]
        if wrong := next((part for part in found if not check(part)), None):
            raise Wrong(f"{wrong[:60]!r} is no {what}.")
        return list(dict.fromkeys(filter(None, found)))

    return read_list


def _texts(value: object, language: str) -> Texts:
    """A text in the company's language, or an object with one for each."""
    codes = [code for code, _ in settings.LANGUAGES]
    if value in (None, ""):
        return {}
    if isinstance(value, str):
        return {language: _text(value, 1000)}
    if not isinstance(value, Mapping) or not set(value) <= set(codes):
        raise Wrong(f"message: Must be a text, or an object with {', '.join(codes)}.")
    return {str(code): _text(text, 1000) for code, text in value.items() if text}


def _updates(value: object, zone: ZoneInfo, language: str) -> tuple[Said, ...]:
    if value in (None, ""):
        return ()
    if not isinstance(value, list) or not all(isinstance(entry, Mapping) for entry in value):
        raise Wrong("updates: Must be a list of objects with at, text and expected.")
    found = []
    for entry in value:
        at, text = _time(entry.get("at"), zone), _texts(entry.get("text"), language)
        if at is None or not text:
            raise Wrong("updates: Each needs at and text.")
        found.append(Said(at, text, _time(entry.get("expected"), zone)))
    if len({said.at for said in found}) < len(found):
        raise Wrong("updates: Two have the same time.")
    return tuple(sorted(found, key=lambda said: said.at))


def _is_postal_code(text: str) -> bool:
    return len(text) == 4 and text.isascii() and text.isdigit()


READERS: dict[str, Callable[[Any], Any]] = {
    "kind": _one_of([kind.value for kind in Kind]),
    "where": lambda value: _text(value, 120),
    "cause": lambda value: _one_of(list(Outage.Cause.values))(value) if value else Outage.Cause.UNKNOWN.value,
    "postal_codes": _list_of(_is_postal_code, "postal code", 4),
    "streets": _list_of(lambda line: street_of(line) is not None, "postal code with a street", 120),
    "grid_stations": _list_of(bool, "grid station", 20),
    "gsrns": _list_of(gsrn.has_its_digits, "metering point ID", 18),
}
