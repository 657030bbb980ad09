"""What dispatch's own system says became of jobs, as CSV or JSON lines: bytes in, lines and rejections out."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from orders.master_data import day
from orders.models import Status
from orders.models.order import REASON_LENGTH
from portal.documents import csv_files
from portal.documents.csv_files import Column, Format, Rejection, Unreadable, decode, one_of, text

# A job goes back to received when the customer changes it; dispatch cannot say so.
STATUSES = [status.value for status in Status if status != Status.RECEIVED]
# What lies further off is a slip of a program, and neither a database nor a calendar holds all of it.
NEAR = timedelta(days=731)


@dataclass(frozen=True)
class Line:
    """What a line says of a job. `position` is None when the order is said to have one job only."""

    line: int
    number: int
    position: int | None
    status: Status
    at: datetime | None
    reason: str = ""
    day: date | None = None

    @property
    def key(self) -> str:
        return f"{self.number}-{self.position}" if self.position else str(self.number)


@dataclass
class Reading:
    lines: list[Line] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)


def job_code(value: str) -> tuple[int, int | None]:
    """Return number and position of "118204-1", or of "118204" where the order has one job."""
    number, _dash, position = "".join(value.split()).partition("-")
    numbers = [part for part in (number, position) if part]
    if not number or not all(part.isdecimal() and len(part) <= 15 for part in numbers) or (_dash and not position):
        said = {"value": value[:40]}
        raise ValidationError(_("Write the order and the job as 118204-1, not “%(value)s”."), params=said)
    return int(number), int(position) if position else None


def moment(value: str) -> datetime:
    try:
        found = datetime.fromisoformat(value)
    except ValueError as error:
        said = {"value": value[:40]}
        raise ValidationError(_("Write the time as 2026-11-13T10:05, not “%(value)s”."), params=said) from error
    _check_near(found.date(), value)
    return found


def near_day(value: str) -> date:
    found = day(value)
    _check_near(found, value)
    return found


def _check_near(found: date, value: str) -> None:
    if abs(found - timezone.now().date()) > NEAR:
        said = {"value": value[:40]}
        raise ValidationError(_("Must be within two years of today, not “%(value)s”."), params=said)


FORM = Format(
    "status of jobs",
    "job",
    {
        "job": Column(
            job_code,
            "118204-1, 118 204-1 on the driver slip; 118204 for an order of one job",
            required=True,
        ),
        "status": Column(one_of(STATUSES), ", ".join(STATUSES), required=True),
        "at": Column(
            moment, "when, 2026-11-13T10:05, the company's own time unless an offset is given; empty: now", empty=None
        ),
        "reason": Column(text(REASON_LENGTH), "why; needed for attempted; the customer reads it"),
        "day": Column(near_day, "the day the job is moved to, if it is", empty=None),
    },
    repeats=True,
)


def read(data: bytes, zone: tzinfo) -> Reading:
    """Read a file's bytes; the format is told by the content. The same job may stand on several lines."""
    reading = Reading()
    try:
        is_json = decode(data).lstrip().startswith("{")
    except Unreadable as error:
        return Reading(rejected=[Rejection(error.line, str(error))])
    if not is_json:
        found = csv_files.read(data, FORM)
        reading.lines = [_line(row.line, row.values, zone) for row in found.rows]
        reading.rejected = found.rejected
        return reading
    for line, written in _json_lines(decode(data)):
        try:
            reading.lines.append(_line(line, _clean(written), zone))
        except ValidationError as error:
            key = str(written.get("job", ""))[:40] if isinstance(written, dict) else ""
            reading.rejected.append(Rejection(line, " ".join(error.messages), key))
    return reading


def _json_lines(words: str) -> Iterator[tuple[int, Any]]:
    """Yield (line number, what it holds) of the lines that are not blank; None for what is no JSON."""
    for line, written in enumerate(words.splitlines(), start=1):
        if written.strip():
            try:
                yield line, json.loads(written)
            except (ValueError, RecursionError):
                yield line, None


def _clean(written: Any) -> dict[str, Any]:
    """Return clean values of an object. Raises ValidationError with all there is to say."""
    if not isinstance(written, dict):
        raise ValidationError(_("This is no JSON object."))
    if unknown := sorted(set(map(str, written)) - set(FORM.columns)):
        known = {"names": ", ".join(unknown)[:80], "known": ", ".join(FORM.columns)}
        raise ValidationError(_("Unknown: %(names)s. There are %(known)s."), params=known)
    return csv_files.clean_values({name: _words(written.get(name)) for name in FORM.columns}, FORM)


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str | int) and not isinstance(value, bool):
        return str(value)
    raise ValidationError(_("Values are text or whole numbers."))


def _line(line: int, values: dict[str, Any], zone: tzinfo) -> Line:
    number, position = values["job"]
    at = values.get("at")
    return Line(
        line=line,
        number=number,
        position=position,
        status=Status(values["status"]),
        at=at if at is None or at.tzinfo else at.replace(tzinfo=zone),
        reason=values.get("reason", ""),
        day=values.get("day"),
    )
