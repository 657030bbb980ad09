"""Taking in outages from the operations centre: each once, and never an older word over a newer one."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from outages.actions import notices
from outages.actions.outages import NotValid, add_update, save_outage
from outages.importing import Reading, Rejection, Row
from outages.models import Outage
from portal.accounts.models import User


@dataclass
class Report:
    """What came of a file; the numbers count outages, `told` the notices that were ordered. What is `left_out` of an
    outage, a metering point that cannot be, keeps nothing else of it out.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    stale: int = 0
    told: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    left_out: list[Rejection] = field(default_factory=list)


def take_in(reading: Reading, *, tell: bool, by: User | None) -> Report:
    """Keep what was read, each outage by itself: one that cannot be kept is rejected with the reason."""
    report = Report(rejected=list(reading.rejected), left_out=reading.left_out)
    for row in reading.rows:
        try:
            with transaction.atomic():
                _take_in(row, report, tell=tell, by=by)
        except NotValid as error:
            reason = " ".join(str(problem.message) for problem in error.problems)
            report.rejected.append(Rejection(row.line, reason, row.external_id))
    report.rejected.sort(key=lambda rejection: rejection.line)
    return report


def _take_in(row: Row, report: Report, *, tell: bool, by: User | None) -> None:
    known = Outage.objects.select_for_update().filter(external_id=row.external_id).first()
    if known and _is_older(row, known):
        report.stale += 1
        return
    fields = {**row.values, "external_id": row.external_id, **_expected(row)}
    is_changed = known is None or any(getattr(known, name) != value for name, value in fields.items())
    fields["external_changed_at"] = row.changed_at or (known.external_changed_at if known else None)
    outage = save_outage(outage=known, fields=fields, by=by) if is_changed or known is None else known
    said = _say(row, outage, by)
    if known is None:
        report.new += 1
    elif is_changed or said:
        report.changed += 1
    else:
        report.unchanged += 1
    if tell and notices.tell(outage=Outage.objects.get(pk=outage.pk), by=by):
        report.told += 1


def _is_older(row: Row, known: Outage) -> bool:
    return bool(row.changed_at and known.external_changed_at and row.changed_at < known.external_changed_at)


def _say(row: Row, outage: Outage, by: User | None) -> bool:
    """Add the updates there are not yet; returns whether there were any."""
    there = set(outage.updates.values_list("at", flat=True))
    fresh = [said for said in row.updates if said.at not in there and said.at <= timezone.now()]
    for said in fresh:
        add_update(
            outage=outage,
            at=said.at,
            text=said.text,
            expected_at=said.expected_at,
            by=by,
            moves_end="expected_at" not in row.values,
        )
    return bool(fresh)


def _expected(row: Row) -> dict[str, Any]:
    """A row that says when the power is expected back knows it better than its updates, which are older; only one that
    says nothing there has what they said last.
    """
    if "expected_at" not in row.values or row.values["expected_at"]:
        return {}
    said = [update.expected_at for update in row.updates if update.expected_at and update.at <= timezone.now()]
    return {"expected_at": said[-1]} if said else {}
