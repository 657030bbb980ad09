"""Days of readings into the database: staged by COPY, written by a few statements a chunk, merged where one is stored.

Everything for one chunk happens in the caller's transaction. Rows that are there and are to be changed are locked
first, in the order of their key, then new ones are added in the same order, and last their months' sums; when another
worker added or changed a day in between, all is taken back and done again. So two workers on the same metering points
wait for each other, and neither deadlocks nor loses anything.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from metering import holder_months
from metering.days import HOUR, DayValues, Merge, ResolutionConflict, merge
from metering.models import ImportBatch, ReadingDay
from portal.tenancy.scope import current_tenant_id, forget

# (metering point id, direction, local day)
Key = tuple[int, int, date]

# Another worker can add days between two statements once; that it does so again and again is no race any more.
ATTEMPTS = 20

STAGE = """
    CREATE TEMPORARY TABLE IF NOT EXISTS metering_incoming (
        number integer, known smallint, metering_point_id bigint, direction smallint, day date,
        resolution_minutes smallint, revision smallint, total_wh bigint, peak_wh integer, peak_hour smallint,
        values_wh integer[], quality smallint[], registered_at timestamptz, slots_registered_at timestamptz[],
        -- What the month gains by a day that was merged with what is stored; NULL for a day as it came.
        gain_wh bigint)
    -- The connection may be another tenant's next.
    ON COMMIT DELETE ROWS
"""
COPY = "COPY metering_incoming FROM STDIN"
# The planner knows nothing of the table it has just been handed, and little of days that are new: left to itself it
# sometimes compares every row with every other. A fenced lateral join leaves it only the way by the key; for changes,
# which cannot be fenced, the other ways are closed while they run.
BY_KEY = """
        SELECT r.* FROM metering_readingday r
         WHERE (r.tenant_id, r.metering_point_id, r.direction, r.day)
               = (%(tenant)s, i.metering_point_id, i.direction, i.day)
           -- Said besides, so that other months are not looked into.
           AND r.day BETWEEN %(first)s AND %(last)s
"""
IS_SAME = """
    (r.resolution_minutes, r.values_wh, r.quality) IS NOT DISTINCT FROM (i.resolution_minutes, i.values_wh, i.quality)
"""
# When its values were registered differs by the slot: that takes a look at each.
DIFFERS_BY_SLOT = """
    (i.registered_at IS NOT NULL AND (i.slots_registered_at IS NOT NULL OR r.slots_registered_at IS NOT NULL)
     AND (i.registered_at, i.slots_registered_at) IS DISTINCT FROM (r.registered_at, r.slots_registered_at))
"""
FIND = f"""
    SELECT {IS_SAME} AND NOT {DIFFERS_BY_SLOT} AS is_same, array_agg(i.number), sum(i.known),
           coalesce(array_agg(i.number) FILTER (WHERE i.registered_at > r.registered_at), '{{}}')
      FROM metering_incoming i CROSS JOIN LATERAL ({BY_KEY} OFFSET 0) r
     GROUP BY is_same
"""  # noqa: S608  (put together from the constants above, like those below)
# Of those that are only confirmed, and by now still are, the values need not come.
LOCK = f"""
    SELECT i.number, c.is_confirmed, r.day, r.resolution_minutes,
           CASE WHEN NOT c.is_confirmed THEN r.values_wh END, CASE WHEN NOT c.is_confirmed THEN r.quality END,
           r.registered_at, r.slots_registered_at, r.revision, r.total_wh
      FROM (SELECT * FROM metering_incoming WHERE number = ANY (%(differing)s) OR number = ANY (%(confirmed)s)
             ORDER BY metering_point_id, direction, day) i
     CROSS JOIN LATERAL ({BY_KEY} FOR UPDATE) r
     CROSS JOIN LATERAL (SELECT i.number = ANY (%(confirmed)s) AND i.registered_at > r.registered_at
            AND {IS_SAME} AND NOT {DIFFERS_BY_SLOT} AS is_confirmed) c
"""  # noqa: S608
KEEP_REVISIONS = f"""
    INSERT INTO metering_readingdayrevision (tenant_id, metering_point_id, direction, day, revision,
        resolution_minutes, values_wh, quality, registered_at, replaced_at, replaced_by_id)
    SELECT r.tenant_id, r.metering_point_id, r.direction, r.day, r.revision,
        r.resolution_minutes, r.values_wh, r.quality, r.registered_at, %(at)s, %(batch)s
      FROM (SELECT * FROM metering_incoming WHERE gain_wh IS NOT NULL) i CROSS JOIN LATERAL ({BY_KEY} OFFSET 0) r
     WHERE i.revision > r.revision
"""  # noqa: S608
CLOSE_OTHER_WAYS = "SELECT set_config(name, %s, true) FROM unnest(ARRAY['enable_hashjoin', 'enable_mergejoin']) name"
# An unchanged value that was registered again is as new as that: what is older may not replace it later. The rows are
# locked, and known to be the same still.
CONFIRM_SAME = """
    UPDATE metering_readingday r SET registered_at = i.registered_at
      FROM metering_incoming i
     WHERE (r.tenant_id, r.metering_point_id, r.direction, r.day)
           = (%(tenant)s, i.metering_point_id, i.direction, i.day)
       AND i.number = ANY (%(confirmed)s)
"""
INSERT = """
    INSERT INTO metering_readingday (tenant_id, metering_point_id, direction, day, resolution_minutes, revision,
        total_wh, peak_wh, peak_hour, values_wh, quality, registered_at, slots_registered_at)
    SELECT %(tenant)s, metering_point_id, direction, day, resolution_minutes, revision,
        total_wh, peak_wh, peak_hour, values_wh, quality, coalesce(registered_at, %(at)s), slots_registered_at
      FROM metering_incoming ORDER BY metering_point_id, direction, day
    ON CONFLICT (tenant_id, metering_point_id, direction, day) DO NOTHING
"""
UPDATE = """
    UPDATE metering_readingday r
       SET resolution_minutes = i.resolution_minutes, revision = i.revision, total_wh = i.total_wh,
           peak_wh = i.peak_wh, peak_hour = i.peak_hour, values_wh = i.values_wh, quality = i.quality,
           registered_at = i.registered_at, slots_registered_at = i.slots_registered_at
      FROM metering_incoming i
     WHERE (r.tenant_id, r.metering_point_id, r.direction, r.day)
           = (%(tenant)s, i.metering_point_id, i.direction, i.day)
       AND i.gain_wh IS NOT NULL
"""
# Days that are new, and those that were merged. A merge takes no value away, so no day is less known by it.
ADD_TO_MONTHS = """
    INSERT INTO metering_readingmonth AS m
           (tenant_id, metering_point_id, direction, month, total_wh, known_days, whole_days)
    SELECT %(tenant)s, metering_point_id, direction, month, sum(coalesce(gain_wh, total_wh)),
           bit_or((known > 0)::integer << day - month), bit_or((known = cardinality(values_wh))::integer << day - month)
      FROM metering_incoming, LATERAL (SELECT date_trunc('month', day::timestamp)::date AS month) of_day
     WHERE gain_wh IS NOT NULL OR number <> ALL (%(stored)s)
     GROUP BY metering_point_id, direction, month ORDER BY metering_point_id, direction, month
    ON CONFLICT (tenant_id, metering_point_id, direction, month) DO UPDATE
       SET total_wh = m.total_wh + excluded.total_wh, known_days = m.known_days | excluded.known_days,
           whole_days = m.whole_days | excluded.whole_days
"""


@dataclass(slots=True)
class Tally:
    """Values, by what became of them; ``outdated`` are those among the unchanged that a newer value stands against.

    ``conflicts`` are days in another resolution than is stored, with that one.
    """

    accepted: int = 0
    corrected: int = 0
    unchanged: int = 0
    outdated: int = 0
    conflicts: list[tuple[Key, int]] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.accepted += other.accepted
        self.corrected += other.corrected
        self.unchanged += other.unchanged
        self.outdated += other.outdated
        self.conflicts += other.conflicts


@dataclass(frozen=True, slots=True)
class _Stored:
    day: DayValues
    revision: int
    total_wh: int


@dataclass(frozen=True, slots=True)
class _Found:
    """Incoming days by number, their values, and which of them were registered after the stored ones."""

    numbers: Sequence[int]
    values: int
    confirmed: Sequence[int]


_NOTHING = _Found((), 0, ())


class _Raced(Exception):
    """Another worker added, changed or removed one of the days in between."""


def write(days: Mapping[Key, DayValues], *, batch: ImportBatch | None, at: datetime, is_trial: bool = False) -> Tally:
    """Store days of the current tenant; its metering points and the months must exist.

    A day that is stored already is merged: values it lacks are filled, others corrected where the incoming ones were
    not registered earlier, and the day as it was is kept as a revision that names the batch. Without a batch (made-up
    data) a correction is an error. `at` is when, also for days that do not say when they were registered. A trial tells
    what would come of it: it keeps no revision, and the caller takes back the rest.
    """
    if not days:
        return Tally()
    # What this request or task has read of them is not as it was.
    forget(ReadingDay)
    for _ in range(ATTEMPTS):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                return _Writing(cursor, days, batch, at, is_trial=is_trial).run()
        except _Raced:
            continue
    raise RuntimeError("the days kept changing while they were written")


class _Writing:
    """One attempt. Days are numbered in the order they came."""

    def __init__(
        self,
        cursor: CursorWrapper,
        days: Mapping[Key, DayValues],
        batch: ImportBatch | None,
        at: datetime,
        *,
        is_trial: bool,
    ) -> None:
        self._cursor, self._days, self._at, self._is_trial = cursor, days, at, is_trial
        self._keys = list(days)
        dates = {key[2] for key in self._keys}
        self._given: dict[str, Any] = {
            "tenant": current_tenant_id(),
            "first": min(dates),
            "last": max(dates),
            "at": at,
            "batch": batch.pk if batch else None,
        }

    def run(self) -> Tally:
        self._cursor.execute(STAGE)
        self._empty_stage()
        known = self._stage((number, key, self._days[key], 0, "\\N") for number, key in enumerate(self._keys))
        found = self._find()
        same, differing = found.get(True, _NOTHING), found.get(False, _NOTHING)
        stored = self._lock(differing.numbers, same.confirmed)
        new = len(self._keys) - len(same.numbers) - len(differing.numbers)
        self._insert(new)
        tally = Tally(accepted=known - same.values - differing.values, unchanged=same.values)
        if same.confirmed:
            self._change_rows(CONFIRM_SAME, confirmed=list(same.confirmed))
        changed = self._change(stored, tally)
        if (new or changed) and not self._is_trial:
            self._cursor.execute(ADD_TO_MONTHS, {**self._given, "stored": [*same.numbers, *differing.numbers]})
            holder_months.forget(self._given["first"], self._given["last"])
        return tally

    def _empty_stage(self) -> None:
        # Usually empty since the last commit, and truncating takes its time.
        self._cursor.execute("SELECT EXISTS (SELECT FROM metering_incoming)")
        if self._cursor.fetchone()[0]:
            self._cursor.execute("TRUNCATE metering_incoming")

    def _stage(self, rows: Iterable[tuple[int, Key, DayValues, int, object]]) -> int:
        """Add to the staging table; returns how many values there are."""
        lines, count = [], 0
        for number, key, day, revision, gain in rows:
            known = _known(day)
            count += known
            lines.append(f"{number}\t{known}\t{_line(key, day, revision)}\t{gain}\n")
        with self._cursor.copy(COPY) as copy:
            copy.write("".join(lines))
        return count

    def _find(self) -> dict[bool, "_Found"]:
        """The days that are stored already: those that are the same, and those that are not."""
        self._cursor.execute(FIND, self._given)
        return {is_same: _Found(*row) for is_same, *row in self._cursor.fetchall()}

    def _lock(self, differing: Sequence[int], confirmed: Sequence[int]) -> dict[int, _Stored]:
        """Lock the rows that are to be changed, all of them in one order; returns those that differ as they are now."""
        if not differing and not confirmed:
            return {}
        self._cursor.execute(LOCK, {**self._given, "differing": list(differing), "confirmed": list(confirmed)})
        rows = self._cursor.fetchall()
        stored = {row[0]: _Stored(DayValues(*row[2:8]), *row[8:]) for row in rows if not row[1]}
        if len(rows) != len(differing) + len(confirmed) or len(stored) != len(differing):
            raise _Raced
        return stored

    def _insert(self, expected: int) -> None:
        if expected:
            self._cursor.execute(INSERT, self._given)
            if self._cursor.rowcount != expected:
                raise _Raced

    def _change(self, stored: Mapping[int, _Stored], tally: Tally) -> bool:
        """Merge the days that differ; tells whether any is changed by it."""
        rows = []
        for number, there in stored.items():
            key = self._keys[number]
            day = self._days[key]
            is_dated = day.registered_at is not None
            try:
                merged = merge(there.day, day if is_dated else replace(day, registered_at=self._at))
            except ResolutionConflict:
                tally.conflicts.append((key, there.day.resolution_minutes))
                continue
            _count(merged, tally)
            if merged.is_change or (is_dated and _registered(merged.day) != _registered(there.day)):
                gain = merged.day.total_wh - there.total_wh
                rows.append((number, key, merged.day, there.revision + bool(merged.corrected), gain))
        if rows and not self._is_trial:
            self._stage(rows)
            self._cursor.execute(KEEP_REVISIONS, self._given)
            self._change_rows(UPDATE)
        return bool(rows)

    def _change_rows(self, statement: str, **given: Any) -> None:
        self._cursor.execute(CLOSE_OTHER_WAYS, ["off"])
        self._cursor.execute(statement, {**self._given, **given})
        self._cursor.execute(CLOSE_OTHER_WAYS, ["on"])


def _registered(day: DayValues) -> tuple[object, ...]:
    return day.registered_at, day.slots_registered_at


def _count(merged: Merge, tally: Tally) -> None:
    tally.accepted += len(merged.filled)
    tally.corrected += len(merged.corrected)
    tally.unchanged += merged.unchanged + merged.outdated
    tally.outdated += merged.outdated


def _line(key: Key, day: DayValues, revision: int) -> str:
    """The middle of a row as COPY reads it: tabs between columns, \\N for NULL, arrays in braces."""
    quality = _array([*map(int, day.quality)]) if day.quality else "\\N"
    slots = "{" + ",".join(map(_time, day.slots_registered_at)) + "}" if day.slots_registered_at else "\\N"
    return (
        f"{key[0]}\t{key[1]:d}\t{_date(key[2])}\t{day.resolution_minutes}\t{revision}\t{_total_and_peak(day)}"
        f"\t{_array(day.values_wh)}\t{quality}\t{_time(day.registered_at)}\t{slots}"
    )


def _total_and_peak(day: DayValues) -> str:
    values = day.values_wh
    if day.resolution_minutes == HOUR and None not in values:
        wh: int = max(values)  # type: ignore[type-var,assignment]  # None was just ruled out
        return f"{sum(values)}\t{wh}\t{values.index(wh)}"  # type: ignore[arg-type]
    peak = day.peak
    return f"{day.total_wh}\t{peak.wh}\t{peak.hour}" if peak else f"{day.total_wh}\t\\N\t\\N"


def _array(values: Sequence[int | None]) -> str:
    """An array as PostgreSQL reads it: a list's own form, but for the brackets and the word for nothing."""
    text = f"{{{str(values)[1:-1]}}}"
    return text.replace("None", "NULL") if None in values else text


# Files hold the same few days and times for every metering point.
@lru_cache(maxsize=4096)
def _date(day: date) -> str:
    return day.isoformat()


@lru_cache(maxsize=4096)
def _time(moment: datetime | None) -> str:
    return "\\N" if moment is None else moment.isoformat()


def _known(day: DayValues) -> int:
    return len(day.values_wh) - day.missing
