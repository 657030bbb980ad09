"""One meter file on its way from series to stored days, chunk by chunk."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected

from metering import day_rows, parking, partitions
from metering.day_rows import Key
from metering.days import HOUR, DayValues, Direction, ResolutionConflict, UnevenDay, merge, split_into_days
from metering.importers.numbers import MAX_WH, Refused
from metering.importers.series import Note, Rejection, Series
from metering.models import ImportBatch, MeteringPoint
from metering.reports import Issues
from portal.customers import gsrn
from portal.tenancy.models import current_tenant

# A file often has all metering points of a day, then of the next: the more days a chunk has of each, the seldomer what
# their month adds up to is written. So many are some 30 MB.
CHUNK_DAYS = 16_000
FIRST_DAY = datetime(2000, 1, 2, tzinfo=UTC)
ATTEMPTS = 5
# A sender's clock may run a little ahead of ours.
AHEAD = timedelta(hours=1)
# The same for every block of a metering point: one line of the report says it.
GROUPED = frozenset({"invalid_gsrn", "no_production"})


class Intake:
    """Collects a file's series and writes them; ``tally`` and ``issues`` tell what came of them.

    Without a batch nothing is kept: each chunk is rolled back when its outcome is known.
    """

    def __init__(self, batch: ImportBatch | None, *, now: datetime) -> None:
        self.tally = day_rows.Tally()
        self.issues = Issues()
        self.series = 0
        self.parked = 0
        self._batch = batch
        self._zone = current_tenant().zone
        self._now = now
        self._latest = now + AHEAD
        self._waiting: list[Series] = []
        self._waiting_days = 0
        # Metering point id and whether it produces, by number; None for a number that is not registered.
        self._points: dict[str, tuple[int, bool] | None] = {}
        self._open_months: set[tuple[int, int]] = set()

    def take(self, outcome: Series | Rejection | Note) -> bool:
        """Add an outcome; True when a chunk became full and was written."""
        if not isinstance(outcome, Series):
            self.issues.add(outcome)
            return False
        self.series += 1
        self._waiting.append(outcome)
        self._waiting_days += 1 + len(outcome.values_wh) * outcome.resolution_minutes // 1440
        if self._waiting_days < CHUNK_DAYS:
            return False
        self.write_chunk()
        return True

    def finish(self) -> None:
        """Write what is left at the end of the file."""
        self.write_chunk()
        if self.tally.outdated:
            self.issues.add(Note(0, "", "outdated_values", {"count": self.tally.outdated}))

    def write_chunk(self) -> None:
        """Write what waits in one transaction."""
        waiting, self._waiting, self._waiting_days = self._waiting, [], 0
        with transaction.atomic():
            self._look_up(waiting)
        lines: dict[Key, int] = {}
        unknown: list[Series] = []
        days = self._days_of(waiting, lines, unknown)
        self._open(days)
        tally, parked = self._store(days, unknown)
        self.tally.add(tally)
        self._tell_parked(unknown, parked)
        for key, stored_minutes in tally.conflicts:
            self._refuse_day(key, days[key], lines[key], stored_minutes)

    def _store(self, days: dict[Key, DayValues], unknown: list[Series]) -> tuple[day_rows.Tally, int]:
        """Write a chunk and park what is unknown, in one transaction; returns what came of it.

        Workers take their locks in one order, but others (a migration, somebody's own SQL) may not: who is picked to
        give way in a deadlock tries again, for a chunk leaves nothing behind.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with transaction.atomic():
                    tally = day_rows.write(days, batch=self._batch, at=self._now, is_trial=self._batch is None)
                    parked = parking.park(unknown, batch=self._batch, at=self._now, taken=self.parked)
                    transaction.set_rollback(self._batch is None)
                return tally, parked
            except OperationalError as error:
                gave_way = isinstance(error.__cause__, DeadlockDetected) and not connection.in_atomic_block
                if not gave_way or attempt == ATTEMPTS:
                    raise
        raise AssertionError

    def _open(self, days: Iterable[Key]) -> None:
        """Make the months. A dry run leaves them behind, empty, as beat would have made them."""
        months = {(key[2].year, key[2].month): key[2] for key in days}
        partitions.open_months(day for month, day in months.items() if month not in self._open_months)
        self._open_months |= months.keys()

    def _look_up(self, waiting: list[Series]) -> None:
        new = {series.reference for series in waiting} - self._points.keys()
        if not new:
            return
        self._points.update(dict.fromkeys(new))
        rows = MeteringPoint.objects.filter(gsrn__in=new).values_list("gsrn", "pk", "has_production")
        self._points.update({number: (pk, produces) for number, pk, produces in rows})

    def _days_of(self, waiting: list[Series], lines: dict[Key, int], unknown: list[Series]) -> dict[Key, DayValues]:
        """Cut the series into local days; pieces of one day (a day of normal time in summer is two) become one."""
        days: dict[Key, DayValues] = {}
        for series in waiting:
            try:
                self._check(series)
                point = self._point_of(series)
                if point is None:
                    unknown.append(series)
                    continue
                pieces = self._pieces(point, series, days)
            except Refused as why:
                rejection = Rejection(series.line, series.reference, why.code, why.params, len(series.values_wh))
                self.issues.add(rejection, grouped=why.code in GROUPED)
            else:
                for key, day in pieces:
                    days[key] = day
                    lines[key] = series.line
        return days

    def _pieces(self, point: int, series: Series, days: dict[Key, DayValues]) -> list[tuple[Key, DayValues]]:
        """Raises Refused: a series is taken in whole or not at all."""
        direction = int(series.direction)
        try:
            split = split_into_days(
                series.start_utc,
                series.resolution_minutes,
                series.values_wh,
                series.quality,
                self._zone,
                series.registered_at,
            )
        except UnevenDay as error:
            raise Refused("uneven_day") from error
        pieces = []
        for day in split:
            key = (point, direction, day.day)
            there = days.get(key)
            pieces.append((key, day if there is None else _joined(there, day)))
        return pieces

    def _check(self, series: Series) -> None:
        """Raises Refused for what cannot be. A time of registration that lies ahead is brought back to now."""
        stop = series.start_utc + timedelta(minutes=series.resolution_minutes * len(series.values_wh))
        if stop > self._latest:
            raise Refused("future_values", stop=self._on_the_wall(stop))
        if series.start_utc < FIRST_DAY:
            raise Refused("too_old", limit=f"{FIRST_DAY:%Y-%m-%d}")
        if series.resolution_minutes < HOUR:
            _check_hours(series)
        if series.registered_at is not None and series.registered_at > self._latest:
            series.registered_at = self._now

    def _on_the_wall(self, moment: datetime) -> str:
        try:
            return f"{moment.astimezone(self._zone):%d.%m.%Y %H:%M}"
        except OverflowError:
            # The last hours there are.
            return f"{moment:%d.%m.%Y %H:%M}Z"

    def _point_of(self, series: Series) -> int | None:
        """The metering point; None for one that is not registered. Raises Refused."""
        point = self._points[series.reference]
        if point is None:
            if not gsrn.is_valid(series.reference):
                raise Refused("invalid_gsrn", reference=series.reference)
            return None
        if series.direction == Direction.PRODUCTION and not point[1]:
            raise Refused("no_production")
        return point[0]

    def _tell_parked(self, unknown: list[Series], parked: int) -> None:
        """The first `parked` of the series are kept for later; the others are lost."""
        for number, series in enumerate(unknown):
            values = len(series.values_wh)
            if number < parked:
                self.parked += values
                self.issues.add(Note(series.line, series.reference, "unknown_point", values=values), grouped=True)
            else:
                self.issues.add(Rejection(series.line, series.reference, "parking_full", {}, values), grouped=True)

    def _refuse_day(self, key: Key, day: DayValues, line: int, stored_minutes: int) -> None:
        reference = next(number for number, point in self._points.items() if point and point[0] == key[0])
        values = len(day.values_wh) - day.missing
        params: dict[str, str | int] = {"day": str(key[2]), "stored": stored_minutes}
        self.issues.add(Rejection(line, reference, "resolution_conflict", params, values))


def _check_hours(series: Series) -> None:
    """The quarters of an hour must add up to what an hour may have. Raises Refused."""
    limit = MAX_WH * series.resolution_minutes // HOUR
    highest = max(filter(None, series.values_wh), default=0)
    if highest > limit:
        number = series.values_wh.index(highest) + 1
        raise Refused("value_too_large", number=number, value=f"{highest} Wh")


def _joined(earlier: DayValues, piece: DayValues) -> DayValues:
    """Two stretches of one day in a file; parsers refuse those that overlap, but for a later registration."""
    try:
        return merge(earlier, piece).day
    except ResolutionConflict as error:
        raise Refused("resolution_conflict", day=str(piece.day), stored=earlier.resolution_minutes) from error
