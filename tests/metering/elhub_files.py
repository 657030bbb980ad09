"""Elhub files for tests: good ones whose parts can be bent."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

from metering.importers import detect
from metering.importers.series import ImportProfile, Outcome, Rejection, Series
from tests.metering import elhub_writer
from tests.metering.gs2_files import POINT, hours

WRITTEN = datetime(2026, 1, 6, 6, tzinfo=UTC)
MIDNIGHT = datetime(2026, 1, 4, 23, tzinfo=UTC)
NAMED = ImportProfile(reference=POINT)
NEW_HEADING = "Fra;Til;Målenavn;Volum;Enhet;Kvalitet;Registreringstidspunkt"
OLD_HEADING = "Fra,Til,KWH 60 Forbruk"


def xml(*series: Series, message: str = elhub_writer.NOTIFY) -> str:
    """A message of these series; of a short one where none are given."""
    out = io.StringIO()
    elhub_writer.write(out, series or [hours([1500, 250, 2000], start=MIDNIGHT)], written_at=WRITTEN, message=message)
    return out.getvalue()


def new_csv(values: list[str], *, start: datetime = MIDNIGHT, offset: int = 1, minutes: int = 60) -> str:
    """Rows of consumption on a clock that many hours ahead of UTC."""
    clock = start + timedelta(hours=offset)
    rows = []
    for value in values:
        stop = clock + timedelta(minutes=minutes)
        times = ";".join(f"{time:%Y-%m-%dT%H:%M:%S}+{offset:02d}:00" for time in (clock, stop))
        rows.append(f"{times};KWH {minutes} Forbruk;{value};kWh;Målt;2026-01-06T07:00:00+01:00")
        clock = stop
    return "\n".join([NEW_HEADING, *rows, ""])


def old_csv(*rows: tuple[str, str, str]) -> str:
    return "\n".join([OLD_HEADING, *(f'{start},{stop},"{value}"' for start, stop, value in rows), ""])


def outcomes(content: str | bytes, profile: ImportProfile = NAMED) -> list[Outcome]:
    data = content.encode() if isinstance(content, str) else content
    return list(detect.parse(io.BytesIO(data), profile))


def series_of(content: str | bytes, profile: ImportProfile = NAMED) -> list[Series]:
    """The file's series; fails when anything was refused."""
    found = outcomes(content, profile)
    assert not [one for one in found if isinstance(one, Rejection)], found
    return [one for one in found if isinstance(one, Series)]


def codes_of(content: str | bytes, profile: ImportProfile = NAMED) -> list[tuple[int, str]]:
    """Line and code of what was refused."""
    return [(one.line, one.code) for one in outcomes(content, profile) if isinstance(one, Rejection)]
