"""Files of invoices into the current tenant, with a report of each."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from django.db import transaction
from django.utils import timezone

from billing.actions.invoicing.storing import How, Outcome, Stored, keep, link_points
from billing.importers.invoices import ehf, json_lines
from billing.importers.invoices.incoming import Beside, Incoming
from billing.models.invoices import Source
from billing.rules.invoicing.documents import Problem
from portal.accounts.models import User
from portal.audit import actions as audit

CHUNK = 500
# Bytes of PDFs that are held at a time.
LARGEST_CHUNK = 50 * 1024 * 1024
# So many rejections are kept for the report; all of them are counted.
MOST_TOLD = 1_000


@dataclass(frozen=True)
class Rejection:
    """A document that was not taken in. `line` counts from 1; 0 where the file is one document."""

    line: int
    number: str
    problems: tuple[Problem, ...]


@dataclass
class Report:
    """What came of a file."""

    file: str
    dry_run: bool
    counts: Counter[Outcome] = field(default_factory=Counter)
    rejected: list[Rejection] = field(default_factory=list)

    @property
    def has_rejected(self) -> bool:
        return self.counts[Outcome.REJECTED] > 0

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "dry_run": self.dry_run,
            "accepted": self.counts[Outcome.NEW],
            "unchanged": self.counts[Outcome.SAME],
            "attached": self.counts[Outcome.ATTACHED],
            "rejected": self.counts[Outcome.REJECTED],
            "rejections": [
                {
                    "line": one.line or None,
                    "number": one.number,
                    "problems": [{"code": problem.code, "text": problem.text} for problem in one.problems],
                }
                for one in self.rejected
            ],
        }


def import_invoices(
    *,
    file: IO[bytes],
    name: str,
    by: User | None,
    beside: Beside = lambda _name: None,
    tells: bool = True,
    dry_run: bool = False,
) -> Report:
    """Read invoices from an open file: EHF where it begins as XML, else JSON lines. Nothing in it makes it raise.

    Some hundred documents are a transaction of their own where none is open, so what is killed half way has left what
    it did, and the same file again does the rest. With `tells`, customers are told of what is new.
    """
    report = Report(name, dry_run)
    how = How(source=Source.IMPORTED, by=by, tells=tells, at=timezone.now(), keeps_files=not dry_run)
    if dry_run:
        with transaction.atomic():
            _take_in(file, beside, how, report)
            transaction.set_rollback(True)
        return report
    _take_in(file, beside, how, report)
    link_points()
    if report.counts[Outcome.NEW] or report.counts[Outcome.ATTACHED]:
        counts = {outcome.value: report.counts[outcome] for outcome in Outcome}
        audit.record(verb="billing.invoices_imported", by=by, data={"file": name[:200], **counts})
        _wake()
    return report


def _wake() -> None:
    """Have what is new announced; beat finds what a lost wake-up leaves behind."""
    from billing.tasks import announce_invoices

    announce_invoices.delay_on_commit()


def _take_in(file: IO[bytes], beside: Beside, how: How, report: Report) -> None:
    for chunk in _chunks(_reader(file, beside)):
        for one in keep(chunk, how):
            _note(report, one)
    if not report.counts:
        report.counts[Outcome.REJECTED] += 1
        report.rejected.append(Rejection(0, "", (Problem("empty", "The file is empty."),)))


def _reader(file: IO[bytes], beside: Beside) -> Iterator[Incoming]:
    head = file.read(200).removeprefix(b"\xef\xbb\xbf").lstrip()
    file.seek(0)
    return ehf.read(file, beside) if head.startswith(b"<") else json_lines.read(file, beside)


def _chunks(incoming: Iterable[Incoming]) -> Iterator[list[Incoming]]:
    """Yield some hundred documents at a time, fewer where their PDFs are large."""
    chunk: list[Incoming] = []
    size = 0
    for one in incoming:
        chunk.append(one)
        size += len(one.pdf or b"")
        if len(chunk) == CHUNK or size >= LARGEST_CHUNK:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _note(report: Report, one: Stored) -> None:
    report.counts[one.outcome] += 1
    if one.outcome == Outcome.REJECTED and len(report.rejected) < MOST_TOLD:
        number = one.incoming.document.number if one.incoming.document else one.incoming.number
        report.rejected.append(Rejection(one.incoming.line, number[:60], one.problems))
