"""One PayloadEnergyTimeSeries of Elhub's XML: from an element to a Series, or the reason why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from lxml import etree

from metering.days import Quality, Wh
from metering.importers.coverage import Coverage
from metering.importers.elhub_shape import REGISTERED, Shape, whole_sequence
from metering.importers.frames import Frame, Frames
from metering.importers.moments import read_moment
from metering.importers.numbers import UNITS, OutOfTheOrdinary, PlainNumbers, Refused, exact_wh, shown, unit_of
from metering.importers.series import ImportProfile, Note, Outcome, Rejection, Series

STEPS = {"PT15M": 15, "PT1H": 60, "PT60M": 60}
QUALITIES = {
    "Metered": Quality.MEASURED,
    "Estimated": Quality.ESTIMATED,
    "Temporary": Quality.TEMPORARY,
    "Calculated": Quality.CALCULATED,
}
# What must be there for values to mean something, in the order in which they are looked up.
FACTS = ("ResolutionDuration", "Start", "End", "UnitType", "Direction")
# What stands in place of values by the hour.
OTHER_CONTENT = frozenset({"ProfiledObservation", "AnnualPeriodEstimatedMetrics"})
# A file whose first payloads are not understood the short way is read the long way.
_TRIES = 5
_LONGEST_NAMESPACE = 200


class PayloadReader:
    """Turns payloads into series; keeps the tables of number texts, and what they covered, from one to the next."""

    def __init__(self, profile: ImportProfile) -> None:
        self.count = 0
        self._profile = profile
        self._tables = {unit: PlainNumbers(exponent) for unit, exponent in UNITS.items()}
        self._coverage = Coverage()
        self._frames = Frames()
        self._shape: Shape | None = None
        self._tries = 0

    def read_known(self, text: bytes, line: int) -> Series | None:
        """Return the series of a payload in the shape of those before; None for one that must be read in full."""
        series = self._shape.read(text, line) if self._shape else None
        if series is None or not self._coverage.add(series):
            return None
        self.count += 1
        return series

    def read(self, payload: Any, text: bytes, line: int) -> Outcome:
        """Read an element; `text` is all that the file has of it."""
        self.count += 1
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
        frame = self._frames.get(facts)
        if frame and series.quality is None and None not in series.values_wh:
            self._learn(text, series, frame)
        return series

    def _learn(self, text: bytes, series: Series, frame: Frame) -> None:
        if self._shape is None and self._tries < _TRIES:
            self._tries += 1
            self._shape = Shape.of(text)
        if self._shape:
            self._shape.learn(text, series, frame)

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
            read_moment(registered, REGISTERED) if registered else None,
        )

    def _frame(self, facts: str) -> Frame:
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
        frame = Frame(direction, start, minutes, count, self._tables[unit])
        self._frames.remember(facts, frame)
        return frame


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
    namespace = "" if child is None else child.tag.rpartition("}")[0]
    return _paths(namespace) if len(namespace) <= _LONGEST_NAMESPACE else _paths.__wrapped__(namespace)


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


def _values(payload: Any, paths: _Paths, frame: Frame) -> tuple[list[Wh], list[int] | None]:
    """The values of the period, None where there is no observation, and their quality. Raises Refused."""
    texts: Any = paths.metered(payload)
    if len(texts) == frame.count and paths.sequence(payload) == whole_sequence(frame.count):
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
