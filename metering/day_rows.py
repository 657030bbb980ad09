"""Days of readings into the database: staged by COPY, written by one statement a chunk, merged where one is stored.

Everything for one chunk happens in the caller's transaction. Rows are locked in the order of their key, so two workers
on the same metering points wait for each other instead of deadlocking.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection
from django.db.backends.utils import CursorWrapper

from metering.days import DayValues, Merge, ResolutionConflict, merge
from metering.models import ImportBatch, ReadingDayRevision
from portal.tenancy.scope import current_tenant_id

# (metering point id, direction, local day)
Key = tuple[int, int, date]

STAGE = """
    CREATE TEMPORARY TABLE IF NOT EXISTS metering_incoming (
        metering_point_id bigint, direction smallint, day date, resolution_minutes smallint, revision smallint,
        total_wh bigint, peak_wh integer, peak_hour smallint, values_wh integer[], quality smallint[])
    -- The connection may be another tenant's next.
    ON COMMIT DELETE ROWS
"""
COPY = """
    COPY metering_incoming (metering_point_id, direction, day, resolution_minutes, revision,
        total_wh, peak_wh, peak_hour, values_wh, quality) FROM STDIN
"""
INSERT = """
    INSERT INTO metering_readingday (tenant_id, metering_point_id, direction, day, resolution_minutes, revision,
        total_wh, peak_wh, peak_hour, values_wh, quality)
    SELECT %s, metering_point_id, direction, day, resolution_minutes, revision,
        total_wh, peak_wh, peak_hour, values_wh, quality
      FROM metering_incoming ORDER BY metering_point_id, direction, day
    ON CONFLICT (tenant_id, metering_point_id, direction, day) DO NOTHING
    RETURNING metering_point_id, direction, day
"""
DIFFERING = """
    SELECT r.metering_point_id, r.direction, r.day, r.resolution_minutes, r.values_wh, r.quality, r.revision
      FROM metering_incoming i JOIN metering_readingday r USING (metering_point_id, direction, day)
     WHERE r.tenant_id = %s
       AND (r.resolution_minutes, r.values_wh, r.quality)
           IS DISTINCT FROM (i.resolution_minutes, i.values_wh, i.quality)
     ORDER BY r.metering_point_id, r.direction, r.day
       FOR UPDATE OF r
"""
UPDATE = """
    UPDATE metering_readingday r
       SET resolution_minutes = i.resolution_minutes, revision = i.revision, total_wh = i.total_wh,
           peak_wh = i.peak_wh, peak_hour = i.peak_hour, values_wh = i.values_wh, quality = i.quality
      FROM metering_incoming i
     WHERE r.tenant_id = %s AND r.metering_point_id = i.metering_point_id AND r.direction = i.direction
       AND r.day = i.day
"""


@dataclass(slots=True)
class Tally:
    """Values, by what became of them; ``conflicts`` are days in another resolution than is stored, with that one."""

    accepted: int = 0
    corrected: int = 0
    unchanged: int = 0
    conflicts: list[tuple[Key, int]] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.accepted += other.accepted
        self.corrected += other.corrected
        self.unchanged += other.unchanged
        self.conflicts += other.conflicts


@dataclass(frozen=True, slots=True)
class _Stored:
    day: DayValues
    revision: int


def write(days: Mapping[Key, DayValues], *, batch: ImportBatch | None, at: datetime) -> Tally:
    """Store days of the current tenant; its metering points and the months must exist.

    A day that is stored already is merged: values it lacks are filled, others corrected, and the day as it was is kept
    as a revision that names the batch. Without a batch (made-up data) a correction is an error. `at` is when.
    """
    if not days:
        return Tally()
    with connection.cursor() as cursor:
        cursor.execute(STAGE)
        _stage(cursor, ((key, day, 0) for key, day in days.items()))
        cursor.execute(INSERT, [current_tenant_id()])
        inserted = set(cursor.fetchall())
        tally = Tally(accepted=sum(_known(days[key]) for key in inserted))
        if len(inserted) == len(days):
            return tally
        cursor.execute(DIFFERING, [current_tenant_id()])
        differing = {(row[0], row[1], row[2]): _stored(row) for row in cursor.fetchall()}
        same = days.keys() - inserted - differing.keys()
        tally.unchanged = sum(_known(days[key]) for key in same)
        changes = _merge_all(differing, days, tally)
        _keep_revisions(changes, differing, batch, at)
        _stage(cursor, ((key, merged.day, _revision(differing[key], merged)) for key, merged in changes.items()))
        cursor.execute(UPDATE, [current_tenant_id()])
    return tally


def _stage(cursor: CursorWrapper, rows: Iterable[tuple[Key, DayValues, int]]) -> None:
    cursor.execute("TRUNCATE metering_incoming")
    with cursor.copy(COPY) as copy:
        copy.write("".join(_line(key, day, revision) for key, day, revision in rows))


def _line(key: Key, day: DayValues, revision: int) -> str:
    """A row as COPY reads it: tabs between columns, \\N for NULL, arrays in braces."""
    peak = day.peak
    highest = f"{peak.wh}\t{peak.hour}" if peak else "\\N\t\\N"
    values = ",".join(map(str, day.values_wh))
    if day.missing:
        values = values.replace("None", "NULL")
    quality = f"{{{','.join(map(str, day.quality))}}}" if day.quality else "\\N"
    return (
        f"{key[0]}\t{key[1]:d}\t{key[2]}\t{day.resolution_minutes}\t{revision}\t{day.total_wh}\t{highest}"
        f"\t{{{values}}}\t{quality}\n"
    )


def _known(day: DayValues) -> int:
    return len(day.values_wh) - day.missing


def _stored(row: Sequence[object]) -> _Stored:
    _, _, day, resolution_minutes, values_wh, quality, revision = row
    return _Stored(DayValues(day, resolution_minutes, values_wh, quality), revision)  # type: ignore[arg-type]  # rows are untyped


def _merge_all(stored: Mapping[Key, _Stored], incoming: Mapping[Key, DayValues], tally: Tally) -> dict[Key, Merge]:
    changes = {}
    for key, there in stored.items():
        try:
            merged = merge(there.day, incoming[key])
        except ResolutionConflict:
            tally.conflicts.append((key, there.day.resolution_minutes))
            continue
        tally.accepted += len(merged.filled)
        tally.corrected += len(merged.corrected)
        tally.unchanged += merged.unchanged
        if merged.is_change:
            changes[key] = merged
    return changes


def _revision(stored: _Stored, merged: Merge) -> int:
    return stored.revision + bool(merged.corrected)


def _keep_revisions(
    changes: Mapping[Key, Merge], stored: Mapping[Key, _Stored], batch: ImportBatch | None, at: datetime
) -> None:
    revisions = [
        ReadingDayRevision(
            metering_point_id=point,
            direction=direction,
            day=day,
            revision=stored[point, direction, day].revision,
            resolution_minutes=stored[point, direction, day].day.resolution_minutes,
            values_wh=stored[point, direction, day].day.values_wh,
            quality=stored[point, direction, day].day.quality,
            replaced_at=at,
            replaced_by=batch,
        )
        for (point, direction, day), merged in changes.items()
        if merged.corrected
    ]
    ReadingDayRevision.objects.bulk_create(revisions, batch_size=1000)
