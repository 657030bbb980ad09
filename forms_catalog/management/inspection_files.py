"""Reading inspection reports from JSON. A path in, reports and rejections out."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from forms_catalog.actions.inspections import FoundDeviation, FoundReport
from forms_catalog.models import Deviation
from forms_catalog.rules import checks
from portal.tenancy.text import is_unicode

KNOWN = {"id", "customer", "gsrn", "address", "inspected", "inspector", "summary", "pdf", "deviations"}
KNOWN_OF_DEVIATION = {"no", "title", "text", "severity", "deadline", "closed"}
LARGEST_PDF = 20 * 1024 * 1024
MOST_DEVIATIONS = 500


class Wrong(ValueError):
    """A value cannot be used; the message is for a person."""


@dataclass(frozen=True)
class Rejection:
    """What was not taken in, and why. `at` counts the reports of the file from 1, 0 is the file itself."""

    at: int
    number: str
    reason: str


@dataclass
class Reading:
    reports: list[tuple[int, FoundReport]] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)


def read(path: Path) -> Reading:
    """Read a file; documents are looked for beside it. What makes all of it unreadable is one rejection."""
    reading, seen = Reading(), set[str]()
    for at, entry in _entries(path, reading):
        number = str(entry.get("id", ""))[:40] if isinstance(entry, Mapping) else ""
        try:
            report = _report(entry, path.parent)
            if report.number in seen:
                raise Wrong("The id stands in the file twice.")
            seen.add(report.number)
            reading.reports.append((at, report))
        except Wrong as error:
            reading.rejected.append(Rejection(at, number, str(error)))
    return reading


def _entries(path: Path, reading: Reading) -> Iterator[tuple[int, object]]:
    try:
        data = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        reading.rejected.append(Rejection(0, "", f"This is no JSON: {error}"))
        return
    reports = data.get("reports") if isinstance(data, dict) else data
    if not isinstance(reports, list):
        reading.rejected.append(Rejection(0, "", 'There is no list: write [...] or {"reports": [...]}.'))
        return
    yield from enumerate(reports, start=1)


def _report(entry: object, folder: Path) -> FoundReport:
    if not isinstance(entry, Mapping):
        raise Wrong("This is no report.")
    _only(entry, KNOWN)
    deviations = entry.get("deviations") or []
    if not isinstance(deviations, list) or len(deviations) > MOST_DEVIATIONS:
        raise Wrong(f"deviations: Must be a list of at most {MOST_DEVIATIONS}.")
    found = tuple(_deviation(one) for one in deviations)
    if len({one.number for one in found}) < len(found):
        raise Wrong("deviations: Two have the same no.")
    return FoundReport(
        number=_text(entry, "id", 40, needed=True),
        customer_number=_text(entry, "customer", 20, needed=True),
        inspected_on=_day(_text(entry, "inspected", 40, needed=True), "inspected"),
        gsrn=_gsrn(entry),
        address=_text(entry, "address", 200),
        inspector=_text(entry, "inspector", 120),
        summary=_text(entry, "summary", 4000),
        document=_document(entry, folder),
        deviations=found,
    )


def _deviation(entry: object) -> FoundDeviation:
    if not isinstance(entry, Mapping):
        raise Wrong("deviations: Each must be an object.")
    _only(entry, KNOWN_OF_DEVIATION)
    number = entry.get("no")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 10**6:
        raise Wrong("no: Must be a whole number from 1.")
    severity = entry.get("severity") or Deviation.Severity.MINOR.value
    if severity not in Deviation.Severity.values:
        raise Wrong(f"severity: Must be one of {', '.join(Deviation.Severity.values)}.")
    if not isinstance(entry.get("closed", False), bool):
        raise Wrong("closed: Must be true or false.")
    deadline = _text(entry, "deadline", 40)
    return FoundDeviation(
        number=number,
        title=_text(entry, "title", 200, needed=True),
        text=_text(entry, "text", 4000),
        severity=str(severity),
        deadline=_day(deadline, "deadline") if deadline else None,
        is_closed=bool(entry.get("closed", False)),
    )


def _only(entry: Mapping[Any, Any], known: set[str]) -> None:
    if unknown := sorted(str(name) for name in set(entry) - known):
        raise Wrong(f"Unknown: {', '.join(unknown)[:200]}.")


def _text(entry: Mapping[Any, Any], name: str, limit: int, *, needed: bool = False) -> str:
    value = entry.get(name)
    text = "" if value is None else str(value).strip()
    if needed and not text:
        raise Wrong(f"{name}: Missing.")
    if "\0" in text or not is_unicode(text) or len(text) > limit:
        raise Wrong(f"{name}: At most {limit} characters, no NUL and no half of a character.")
    return text


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Wrong(f"{name}: {text!r} is no day: write 2026-11-18.") from error


def _gsrn(entry: Mapping[Any, Any]) -> str:
    text = _text(entry, "gsrn", 40)
    try:
        return checks.metering_point(text) if text else ""
    except ValueError as error:
        raise Wrong(f"gsrn: {text!r} is no metering point ID.") from error


def _document(entry: Mapping[Any, Any], folder: Path) -> Path | None:
    """Return the report's PDF: a file in the folder of the JSON file or below, nowhere else."""
    name = _text(entry, "pdf", 300)
    if not name:
        return None
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise Wrong(f"pdf: There is no file {name[:100]!r} beside the JSON file.")
    with path.open("rb") as file:
        is_pdf = file.read(5) == b"%PDF-"
    if not is_pdf or path.stat().st_size > LARGEST_PDF:
        raise Wrong(f"pdf: {name[:100]!r} is no PDF of at most {LARGEST_PDF // 1024**2} MB.")
    return path
