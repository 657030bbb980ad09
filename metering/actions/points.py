"""Metering points and their holders, from a file."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext as _

from metering.models import Holding, MeteringPoint
from metering.moves import Conflict, Moves, Period, moves
from metering.points_file import Rejection, Row
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.customers.models import Customer

CHUNK_POINTS = 1_000


@dataclass
class PointsReport:
    """How many metering points and holdings were new, changed and as before."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    new_holdings: int = 0
    changed_holdings: int = 0
    unchanged_holdings: int = 0
    rejected: list[Rejection] = field(default_factory=list)


@transaction.atomic
def upsert_points(*, rows: Sequence[Row], source: str, by: User | None, vacated: Sequence[Row] = ()) -> PointsReport:
    """Make new metering points, change known ones (by number), and move their holders; nothing is removed.

    Of several rows of a point the latest says what the point is. A row whose customer is not registered, or whose
    period goes against another, is rejected; the point itself is taken in all the same. Whoever held it until then
    holds it no longer, for it is somebody else's: so too from the first day of rows that were rejected (`vacated`).
    """
    report = PointsReport()
    by_point: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_point[row.gsrn].append(row)
    left_by_point: dict[str, list[Row]] = defaultdict(list)
    for row in vacated:
        left_by_point[row.gsrn].append(row)
    for chunk in _chunks(by_point.items(), CHUNK_POINTS):
        points = _upsert({gsrn: _facts(listed) for gsrn, listed in chunk}, report)
        left = [row for gsrn in points for row in left_by_point.pop(gsrn, [])]
        _move(points, [row for _, listed in chunk for row in listed], left, report)
    for others in _chunks(left_by_point.items(), CHUNK_POINTS):
        known = {point.gsrn: point for point in MeteringPoint.objects.filter(gsrn__in=[gsrn for gsrn, _ in others])}
        _move(known, [], [row for gsrn, listed in others if gsrn in known for row in listed], report)
    counts = {name: getattr(report, name) for name in ("new", "changed", "new_holdings", "changed_holdings")}
    data = {"file": source, **counts, "rejected": len(report.rejected)}
    audit.record(verb="metering.points_imported", by=by, data=data)
    return report


def _chunks(items: Iterable[tuple[str, list[Row]]], size: int) -> Iterator[list[tuple[str, list[Row]]]]:
    walk = iter(items)
    while chunk := list(islice(walk, size)):
        yield chunk


def _facts(rows: list[Row]) -> dict[str, object]:
    facts: dict[str, object] = {}
    for row in sorted(rows, key=lambda row: row.valid_from or date.min):
        facts |= row.facts
    return facts


def _upsert(wanted: dict[str, dict[str, object]], report: PointsReport) -> dict[str, MeteringPoint]:
    # Their numbers stay: files with days of them need not wait.
    known = MeteringPoint.objects.filter(gsrn__in=wanted).select_for_update(no_key=True)
    points = {point.gsrn: point for point in known}
    new, changed = [], []
    names: set[str] = set()
    for gsrn, facts in wanted.items():
        point = points.get(gsrn)
        if point is None:
            new.append(MeteringPoint(gsrn=gsrn, **facts))
            continue
        differing = {name: value for name, value in facts.items() if getattr(point, name) != value}
        for name, value in differing.items():
            setattr(point, name, value)
        names |= differing.keys()
        if differing:
            changed.append(point)
    points |= {point.gsrn: point for point in MeteringPoint.objects.bulk_create(new)}
    if changed:
        MeteringPoint.objects.bulk_update(changed, names)
    report.new += len(new)
    report.changed += len(changed)
    report.unchanged += len(wanted) - len(new) - len(changed)
    return points


def _move(points: dict[str, MeteringPoint], rows: list[Row], vacated: list[Row], report: PointsReport) -> None:
    customers = dict(
        Customer.objects.filter(number__in={row.customer_number for row in rows}).values_list("number", "pk")
    )
    listed: dict[int, list[Period]] = defaultdict(list)
    numbers = {point.pk: gsrn for gsrn, point in points.items()}
    for row in rows:
        if row.customer_number and row.customer_number not in customers:
            reason = _("The customer %(number)s is not registered.") % {"number": row.customer_number}
            report.rejected.append(Rejection(row.line, reason, row.gsrn))
            vacated.append(row)
        elif row.valid_from is not None:
            customer = customers.get(row.customer_number)
            period = Period(row.valid_from, row.valid_to, customer, row.support_scheme, None, row.line)
            listed[points[row.gsrn].pk].append(period)
    rejected = _add_vacated(listed, [(points[row.gsrn].pk, row) for row in vacated])
    stored = _stored(listed)
    written: dict[int, Moves] = {}
    for point, periods in listed.items():
        found = written[point] = moves(stored[point], periods)
        report.unchanged_holdings += found.unchanged
        report.rejected += [
            _rejection(conflict, numbers[point]) for conflict in found.conflicts if conflict.line not in rejected
        ]
    _write(written, report)


def _add_vacated(listed: dict[int, list[Period]], vacated: list[tuple[int, Row]]) -> set[int]:
    """Add nobody from the first day of rows that were rejected, unless another row tells of that day.

    Returns the rows' lines: what becomes of them has been said.
    """
    for point, row in vacated:
        if row.valid_from is not None and all(period.first != row.valid_from for period in listed[point]):
            listed[point].append(Period(row.valid_from, None, None, line=row.line))
    return {row.line for _, row in vacated}


def _stored(points: Iterable[int]) -> dict[int, list[Period]]:
    stored: dict[int, list[Period]] = defaultdict(list)
    for one in Holding.objects.filter(metering_point__in=points).select_for_update():
        period = Period(one.valid_from, one.valid_to, one.customer_id, one.support_scheme, one.pk)
        stored[one.metering_point_id].append(period)
    return stored


def _rejection(conflict: Conflict, gsrn: str) -> Rejection:
    words = {"line": conflict.against, "day": conflict.day}
    reason = (
        _("Line %(line)d says otherwise from %(day)s.") if conflict.against else _("Somebody holds it from %(day)s.")
    )
    return Rejection(conflict.line, reason % words, gsrn)


def _write(written: dict[int, Moves], report: PointsReport) -> None:
    """What ends earlier goes first, so that no day has two holders meanwhile."""
    for name in ("shortened", "changed"):
        rows = [
            Holding(
                pk=period.key,
                metering_point_id=point,
                customer_id=period.customer,
                valid_from=period.first,
                valid_to=period.last,
                support_scheme=period.scheme,
            )
            for point, found in written.items()
            for period in getattr(found, name)
        ]
        Holding.objects.bulk_update(rows, ["customer", "valid_to", "support_scheme"], batch_size=CHUNK_POINTS)
        report.changed_holdings += len(rows)
    added = [
        Holding(
            metering_point_id=point,
            customer_id=period.customer,
            valid_from=period.first,
            valid_to=period.last,
            support_scheme=period.scheme,
        )
        for point, found in written.items()
        for period in found.added
        if period.customer is not None
    ]
    Holding.objects.bulk_create(added)
    report.new_holdings += len(added)
