"""Elhub's CSV of today, as a customer fetches it: a row a value, with offsets, quality and time of registration.

`Fra;Til;Målenavn;Volum;Enhet;Kvalitet;Registreringstidspunkt`. The file does not name its metering point: its name or
whoever hands it in does. Tolerant of the order of columns, of encodings and of the decimal sign; a row that cannot be
read costs only itself.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import TextIO

from metering.days import RESOLUTIONS, Quality, Wh
from metering.importers.moments import read_moment
from metering.importers.numbers import UNITS, Refused, exact_wh, shown, unit_of
from metering.importers.runs import Row, Runs
from metering.importers.series import ImportProfile, Outcome, Rejection
from metering.importers.source import Source

# No row of ours is longer; what is cannot be one.
LINE_CHARACTERS = 4_000
REQUIRED = ("from", "to", "name", "volume", "unit")
# Columns by what their heading begins with. Letters beyond ASCII may have been spoilt on the way.
HEADINGS = {
    "from": re.compile(r"fra$"),
    "to": re.compile(r"til$"),
    "name": re.compile(r"m.{1,3}lenavn"),
    "point": re.compile(r"m.{1,3}lepunkt"),
    "volume": re.compile(r"volum"),
    "unit": re.compile(r"enhet"),
    "quality": re.compile(r"kvalitet"),
    "registered": re.compile(r"registrering"),
}
QUALITIES = {
    "": Quality.MEASURED,
    "målt": Quality.MEASURED,
    "estimert": Quality.ESTIMATED,
    "stipulert": Quality.ESTIMATED,
    "midlertidig": Quality.TEMPORARY,
    "foreløpig": Quality.TEMPORARY,
    "beregnet": Quality.CALCULATED,
}
NAME = re.compile(r"kwh\s+([0-9]{1,3})\s+(forbruk|produksjon)", re.IGNORECASE)
WORDS = {"forbruk": True, "produksjon": False}


def recognises(head: str) -> bool:
    columns = _columns(_first_line(head))
    return "volume" in columns and {"from", "to"} <= columns.keys()


def parse(source: Source, profile: ImportProfile) -> Iterator[Outcome]:
    """Yield the file's series, and what was refused and why. Never raises on bad content."""
    lines = numbered_lines(source.text())
    number, heading = next(lines)
    columns = _columns(heading)
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        yield Rejection(number, "", "bad_header", {"missing": ", ".join(missing)})
        return
    if not profile.reference and "point" not in columns:
        yield Rejection(number, "", "point_not_named", {}, sum(1 for _ in lines))
        return
    delimiter, width = delimiter_of(heading), max(columns.values()) + 1

    def read(line: int, text: str) -> list[Row]:
        cells = split_line(text, delimiter)
        if not text.endswith("\n") and len(cells) <= columns["volume"] + 1:
            # The file ends here, and nothing tells whether the number does.
            raise Refused("cut_short")
        if len(cells) < width:
            raise Refused("short_row", found=len(cells), expected=width)
        return [_row(line, {name: cells[at].strip() for name, at in columns.items()}, profile)]

    yield from rows_to_series(lines, read, profile)


def rows_to_series(
    lines: Iterator[tuple[int, str]], read: Callable[[int, str], list[Row]], profile: ImportProfile
) -> Iterator[Outcome]:
    """Put the values of lines together; a line that cannot be read is a rejection of its own."""
    runs = Runs(profile.zone)
    for number, text in lines:
        try:
            if len(text) >= LINE_CHARACTERS:
                raise Refused("block_too_large", limit=LINE_CHARACTERS)
            for row in read(number, text):
                yield from runs.add(row)
        except Refused as why:
            yield Rejection(number, profile.reference, why.code, why.params, 1)
            runs.has_rows = True
    yield from runs.finish()
    if not runs.has_rows:
        yield Rejection(0, "", "no_series")


def numbered_lines(text: TextIO) -> Iterator[tuple[int, str]]:
    """Lines with something on them, from 1, none longer than a row may be: the rest of one that is, is left out."""
    number, is_rest = 0, False
    while piece := text.readline(LINE_CHARACTERS):
        number += not is_rest
        if not is_rest and piece.strip(" \t\r\n;,\x1a\ufeff"):
            yield number, piece
        is_rest = not piece.endswith("\n")


def split_line(text: str, delimiter: str) -> list[str]:
    """Cells of a line. Raises Refused when its quotation marks do not match."""
    if '"' not in text:
        return text.rstrip("\r\n").split(delimiter)
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        raise Refused("bad_quotes") from error


def delimiter_of(heading: str) -> str:
    return max(";,\t", key=heading.count)


def cells_of_heading(heading: str) -> list[str]:
    return [cell.strip(' \t\r\n"\ufeff').lower() for cell in heading.split(delimiter_of(heading))]


def wh_of(text: str, unit: str) -> Wh:
    """`1 234,567` of a unit in whole Wh; None for an empty cell. Raises Refused."""
    plain = text.replace(",", ".").replace("\xa0", "").replace(" ", "")
    if not plain:
        return None
    exact = exact_wh(1, plain, Decimal(10) ** UNITS[unit_of(unit)])
    return int(exact.to_integral_value(ROUND_HALF_UP))


def _row(line: int, cells: dict[str, str], profile: ImportProfile) -> Row:
    start, stop = read_moment(cells["from"], "Fra"), read_moment(cells["to"], "Til")
    minutes, is_consumption = read_name(cells["name"])
    if stop - start != timedelta(minutes=minutes):
        raise Refused("wrong_row_period", start=shown(cells["from"]), stop=shown(cells["to"]), minutes=minutes)
    check_start(start, minutes)
    registered = cells.get("registered", "")
    return Row(
        line,
        shown("".join(cells.get("point", "").split())) or profile.reference,
        profile.direction_of(into_installation=is_consumption),
        start,
        minutes,
        wh_of(cells["volume"], cells["unit"]),
        QUALITIES.get(cells.get("quality", "").lower(), Quality.TEMPORARY),
        read_moment(registered, "Registreringstidspunkt") if registered else None,
    )


def check_start(start: datetime, minutes: int) -> None:
    if start.second or start.microsecond or start.minute % minutes % 60:
        raise Refused("uneven_start", start=f"{start:%Y-%m-%d %H:%M:%S}Z")


@lru_cache(maxsize=64)
def read_name(text: str) -> tuple[int, bool]:
    """Minutes a value, and whether it is consumption, of `KWH 60 Forbruk`. Raises Refused."""
    match = NAME.fullmatch(text)
    if match is None:
        raise Refused("unknown_series_name", name=shown(text))
    minutes = int(match[1])
    if minutes not in RESOLUTIONS:
        raise Refused("unsupported_step", step=minutes)
    return minutes, WORDS[match[2].lower()]


def _first_line(head: str) -> str:
    return next((line for line in head.splitlines() if line.strip(" \t\ufeff")), "")


def _columns(heading: str) -> dict[str, int]:
    """Position by name, of the columns that are known."""
    found: dict[str, int] = {}
    for at, cell in enumerate(cells_of_heading(heading)):
        for name, pattern in HEADINGS.items():
            if pattern.match(cell):
                found.setdefault(name, at)
    return found
