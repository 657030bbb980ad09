"""Elhub's XML: NotifyValidatedDataForBillingEnergy and CollectedData, with a PayloadEnergyTimeSeries a metering point.

Read piece by piece: one payload is in memory at a time. Safe: no document type, no entities, no network, and libxml2's
own limits stay on. Tolerant of namespaces' versions and prefixes; strict about sequence, period, unit and direction. A
payload whose values are only some of its period (a correction) leaves the others alone. Directions are seen from the
grid: Out of it is consumption.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from lxml import etree

from metering.days import Direction, Quality, Wh
from metering.importers.coverage import Coverage
from metering.importers.numbers import UNITS, OutOfTheOrdinary, Refused, TokenTable, exact_wh, shown, unit_of
from metering.importers.series import ImportProfile, Note, Outcome, Rejection, Series
from metering.importers.source import Source

READ_BYTES = 64 * 1024
# A year of quarter hours is 4 MB of XML; a payload past this is none.
PAYLOAD_BYTES = 64 << 20

STEPS = {"PT15M": 15, "PT1H": 60, "PT60M": 60}
QUALITIES = {
    "Metered": Quality.MEASURED,
    "Estimated": Quality.ESTIMATED,
    "Temporary": Quality.TEMPORARY,
    "Calculated": Quality.CALCULATED,
}
# What must be there for values to mean something, in the order in which they are looked up.
FACTS = ("ResolutionDuration", "Start", "End", "UnitType", "Direction")
_FRAMES = 10_000
# What stands in place of values by the hour.
OTHER_CONTENT = frozenset({"ProfiledObservation", "AnnualPeriodEstimatedMetrics"})

_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:NotifyValidatedDataForBillingEnergy|CollectedData)[\s>]")
_DOCTYPE = re.compile(r"<!DOCTYPE", re.IGNORECASE)


def recognises(head: str) -> bool:
    return head.lstrip("\ufeff \t\r\n").startswith("<") and _ROOT.search(head) is not None


def parse(source: Source, profile: ImportProfile) -> Iterator[Outcome]:
    """Yield the file's series, and what was refused and why, in the order of the file. Never raises on bad content."""
    before = _ROOT.split(source.head_text(), maxsplit=1)[0]
    if _DOCTYPE.search(before):
        yield Rejection(1, "", "xml_doctype")
        return
    stream = _Limited(source)
    reader = _PayloadReader(profile)
    try:
        for payload in _payloads(stream):
            if reader.count == 0 and payload.getroottree().docinfo.doctype:
                yield Rejection(1, "", "xml_doctype")
                return
            yield reader.read(payload)
            stream.taken = 0
    except etree.XMLSyntaxError as error:
        yield Rejection(error.lineno or 0, "", "broken_xml", {"error": shown(str(error.msg).strip(), 120)})
    except _TooLarge:
        yield Rejection(0, "", "block_too_large", {"limit": PAYLOAD_BYTES})
    else:
        if not reader.count:
            yield Rejection(0, "", "no_series")


def _payloads(stream: _Limited) -> Iterator[Any]:
    """Each payload when it is complete; what was read before it is let go of."""
    walk = etree.iterparse(
        stream,
        events=("end",),
        tag="{*}PayloadEnergyTimeSeries",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    for _, payload in walk:
        yield payload
        payload.clear()
        parent = payload.getparent()
        while parent is not None and payload.getprevious() is not None:
            del parent[0]


class _TooLarge(Exception):
    pass


class _Limited(io.RawIOBase):
    """The file, until one payload takes more than it may; ``taken`` counts its bytes."""

    def __init__(self, source: Source) -> None:
        self._file = io.BufferedReader(source, READ_BYTES)
        self.taken = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Raises _TooLarge."""
        piece = self._file.read(READ_BYTES if size < 0 else size)
        self.taken += len(piece)
        if self.taken > PAYLOAD_BYTES:
            raise _TooLarge
        return piece


class _PayloadReader:
    """Turns payloads into series; keeps the tables of number texts, and what they covered, from one to the next."""

    def __init__(self, profile: ImportProfile) -> None:
        self.count = 0
        self._profile = profile
        self._tables = {unit: TokenTable(exponent) for unit, exponent in UNITS.items()}
        self._coverage = Coverage()
        self._frames: dict[str, _Frame] = {}

    def read(self, payload: Any) -> Outcome:
        self.count += 1
        line = payload.sourceline or 0
        paths = _paths_of(payload)
        registered, reference, facts = str(paths.fields(payload)).split("\n")
        reference = shown(reference)
        try:
            series = self._series(payload, paths, (registered, reference, facts), line)
        except Refused as why:
            return Rejection(line, reference, why.code, why.params, _count_observations(payload))
        if series is None:
            return Note(line, reference, "no_hourly_values")
        if not self._coverage.add(series):
            return Rejection(line, reference, "overlap", {}, len(series.values_wh))
        return series

    def _series(self, payload: Any, paths: _Paths, fields: tuple[str, str, str], line: int) -> Series | None:
        """None for a payload that is whole, but has other things than values by the hour."""
        registered, reference, facts = fields
        frame = self._frames.get(facts)
        if frame is None:
            if any(child.tag.rpartition("}")[2] in OTHER_CONTENT for child in payload):
                return None
            frame = self._frame(facts)
        if not reference:
            raise Refused("no_reference", meter="")
        values, quality = _values(payload, paths, frame)
        return Series(
            reference,
            frame.direction,
            frame.start,
            frame.minutes,
            values,
            quality,
            line,
            read_moment(registered) if registered else None,
        )

    def _frame(self, facts: str) -> _Frame:
        """What payloads of the same period, unit and direction share. Raises Refused."""
        stated = dict(zip(FACTS, facts.split("\t"), strict=True))
        for name, value in stated.items():
            if not value:
                raise Refused("missing_field", field=name)
        unit = unit_of(stated["UnitType"])
        flow = stated["Direction"].lower()
        if flow not in ("in", "out"):
            raise Refused("unknown_direction", direction=shown(flow))
        minutes = _step(stated["ResolutionDuration"])
        start, count = _period(stated["Start"], stated["End"], minutes)
        direction = self._profile.direction_of(into_installation=flow == "out")
        if len(self._frames) >= _FRAMES:
            self._frames.clear()
        frame = self._frames[facts] = _Frame(direction, start, minutes, count, self._tables[unit])
        return frame


@dataclass(frozen=True, slots=True)
class _Frame:
    direction: Direction
    start: datetime
    minutes: int
    count: int
    table: TokenTable


@dataclass(frozen=True, slots=True)
class _Paths:
    """What to look for in payloads of one namespace.

    ``fields`` gives registration, metering point and FACTS as lines of text; ``sequence`` all sequence numbers, and
    ``metered`` the texts of the values that were measured.
    """

    namespace: str
    fields: etree.XPath
    sequence: etree.XPath
    metered: etree.XPath


def _paths_of(payload: Any) -> _Paths:
    child = next(iter(payload), None)
    return _paths("" if child is None else child.tag.rpartition("}")[0])


@lru_cache(maxsize=64)
def _paths(namespace: str) -> _Paths:
    prefix = "c:" if namespace else ""
    spaces = {"c": namespace[1:]} if namespace else None

    def path(expression: str) -> etree.XPath:
        return etree.XPath(expression.replace("c:", prefix), namespaces=spaces, smart_strings=False)

    period, product = "c:ObservationPeriodTimeSeriesPeriod", "c:ProductIncludedProductCharacteristics"
    point, flow = "c:MeteringPointUsedDomainLocation", "c:MPDetailMeasurementMeteringPointCharacteristic"
    facts = [f"{period}/c:ResolutionDuration", f"{period}/c:Start", f"{period}/c:End"]
    facts += [f"{product}/c:UnitType", f"{flow}/c:Direction"]
    texts = ["c:RegistrationDateTime", f"{point}/c:Identification", *facts]
    separators = ["'\n'", "'\n'", "'\t'", "'\t'", "'\t'", "'\t'"]
    pieces = [f"normalize-space({text})" for text in texts]
    joined = [part for pair in zip(pieces, [*separators, "''"], strict=True) for part in pair]
    return _Paths(
        namespace=f"{namespace}}}" if namespace else "",
        fields=path(f"concat({', '.join(joined)})"),
        sequence=path("c:Observation/@Sequence"),
        metered=path("c:Observation[count(*) = 1]/c:Metered/text()"),
    )


@lru_cache(maxsize=1024)
def _whole_sequence(count: int) -> list[str]:
    return [str(number) for number in range(1, count + 1)]


def _values(payload: Any, paths: _Paths, frame: _Frame) -> tuple[list[Wh], list[int] | None]:
    """The values of the period, None where there is no observation, and their quality. Raises Refused."""
    texts: Any = paths.metered(payload)
    if len(texts) == frame.count and paths.sequence(payload) == _whole_sequence(frame.count):
        try:
            return list(map(frame.table.__getitem__, texts)), None
        except OutOfTheOrdinary:
            pass
    return _one_by_one(payload, paths.namespace, frame.count, Decimal(10) ** frame.table.exponent)


def _one_by_one(payload: Any, namespace: str, count: int, scale: Decimal) -> tuple[list[Wh], list[int] | None]:
    values: list[Wh] = [None] * count
    flags = [0] * count
    last = 0
    for observation in payload.iterfind(f"{namespace}Observation"):
        number = _sequence_number(observation.get("Sequence") or "", last, count)
        child = next(iter(observation), None)
        kind = "" if child is None else child.tag.rpartition("}")[2]
        if child is None or kind not in QUALITIES or len(observation) != 1:
            raise Refused("bad_value", number=number, value=shown(kind))
        exact = exact_wh(number, (child.text or "").strip(), scale)
        values[number - 1] = int(exact.to_integral_value(ROUND_HALF_UP))
        flags[number - 1] = int(QUALITIES[kind])
        last = number
    if not last:
        raise Refused("no_values")
    return values, flags if any(flags) else None


def _sequence_number(text: str, last: int, count: int) -> int:
    """Raises Refused unless it is a number above the one before and within the period."""
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise Refused("bad_sequence", value=shown(text), last=last)
    number = int(text)
    if number > count:
        raise Refused("wrong_period", expected=count, found=number)
    if number <= last:
        raise Refused("bad_sequence", value=number, last=last)
    return number


def _count_observations(payload: Any) -> int:
    return sum(1 for child in payload if child.tag.endswith("Observation"))


def _step(stated: str) -> int:
    if stated not in STEPS:
        raise Refused("unsupported_step", step=shown(stated))
    return STEPS[stated]


@lru_cache(maxsize=4096)
def _period(start: str, end: str, minutes: int) -> tuple[datetime, int]:
    """The beginning in UTC, and how many steps there are to the end. Raises Refused."""
    since, until = read_moment(start, "Start"), read_moment(end, "End")
    if until <= since:
        raise Refused("stop_before_start")
    count, rest = divmod(until - since, timedelta(minutes=minutes))
    if rest or since.second or since.microsecond or since.minute % min(minutes, 60):
        raise Refused("uneven_start", start=f"{since:%Y-%m-%d %H:%M:%S}Z")
    return since, count


@lru_cache(maxsize=4096)
def read_moment(text: str, field: str = "RegistrationDateTime") -> datetime:
    """`2026-10-24T22:00:00Z` or with an offset, in UTC. Raises Refused; a time without a zone is none."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Refused("bad_time", field=field, value=shown(text))
