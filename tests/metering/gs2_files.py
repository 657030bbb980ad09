"""GS2 texts for tests: a good message whose parts can be bent, and a reader of what came of it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from metering.days import Direction, Wh
from metering.importers import detect, gs2_writer
from metering.importers.series import ImportProfile, Note, Outcome, Rejection, Series

POINT = "707057500000000001"
OTHER_POINT = "707057500000000018"

SERIES: Mapping[str, str | None] = {
    "Reference": POINT,
    "Start": "2026-01-05.00:00:00",
    "Stop": "2026-01-05.03:00:00",
    "Step": "0000-00-00.01:00:00",
    "Unit": "kWh",
    "Type-of-value": "interval",
    "Direction-of-flow": "in",
    "Value": "< 1.5// 0.25// 2// >",
    "No-of-values": "3",
    "Sum": "3.75",
}


def block(name: str = "Time-series", changes: Mapping[str, str | None] | None = None, **keys: str | None) -> str:
    """A block with some keys changed, or left out (None). Underscores in keyword names stand for hyphens."""
    fields = {**SERIES, **(changes or {}), **{key.replace("_", "-"): value for key, value in keys.items()}}
    return f"##{name}\n" + "".join(f"#{key}={value}\n" for key, value in fields.items() if value is not None)


def message(*blocks: str, offset: str | None = "1", objects: int | str | None = None) -> str:
    """A whole message around the blocks."""
    reference = "" if offset is None else f"#GMT-reference={offset}\n"
    start = f"##Start-message\n#Id=0\n#Message-type=Settlement-data\n#Version=1.2\n{reference}"
    count = len(blocks) + 2 if objects is None else objects
    return "\n".join([start, *blocks, f"##End-message\n#Id=0\n#Number-of-objects={count}\n"])


def outcomes(content: str | bytes, profile: ImportProfile = detect.DEFAULT_PROFILE) -> list[Outcome]:
    data = content.encode() if isinstance(content, str) else content
    return list(detect.parse(io.BytesIO(data), profile))


def series_of(content: str | bytes, profile: ImportProfile = detect.DEFAULT_PROFILE) -> list[Series]:
    """The file's series; fails when anything was refused."""
    found = outcomes(content, profile)
    assert not [one for one in found if isinstance(one, Rejection)]
    return [one for one in found if isinstance(one, Series)]


def rejections_of(content: str | bytes) -> list[Rejection]:
    return [one for one in outcomes(content) if isinstance(one, Rejection)]


def notes_of(content: str | bytes) -> list[Note]:
    return [one for one in outcomes(content) if isinstance(one, Note)]


def hours(
    values: list[Wh],
    *,
    start: datetime,
    reference: str = POINT,
    direction: Direction = Direction.CONSUMPTION,
    quality: list[int] | None = None,
    resolution_minutes: int = 60,
) -> Series:
    """A series as a parser would yield it, to be written to a file."""
    return Series(reference, direction, start, resolution_minutes, values, quality, 0)


def written(*series: Series, utc_offset_minutes: int = 60) -> bytes:
    """A GS2 file of these series."""
    out = io.StringIO()
    gs2_writer.write(out, series, written_at=datetime(2026, 1, 6, 6, tzinfo=UTC), utc_offset_minutes=utc_offset_minutes)
    return out.getvalue().encode()


def local_midnight_of_january(day: int) -> datetime:
    """Midnight in Norway of a day in January 2026, in UTC."""
    return datetime(2026, 1, day, tzinfo=UTC) - timedelta(hours=1)
