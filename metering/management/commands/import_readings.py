"""manage.py import_readings: meter files into a tenant's readings, with a report per file."""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import CommandParser

from metering import actions
from metering.reports import Report
from portal.customers import gsrn
from portal.tenancy.commands import EXIT_CODES, TenantCommand, shown, wrong_usage
from portal.tenancy.models import Tenant

STDIN = "-"
SHOWN_ISSUES = 50
BAR = 30
COUNTS = ("accepted", "corrected", "unchanged", "rejected", "parked")


class Command(TenantCommand):
    help = (
        "Read meter files (GS2, Elhub XML, Elhub CSV) into a tenant's readings.\n\n"
        "The format is told by the content; files may be packed with gzip, or several in a zip archive. A value that\n"
        "is there already is left alone; another value corrects it unless it was registered earlier, and the day as\n"
        "it was is kept. What cannot be taken in is listed with line and reason, the rest is in. Values of metering\n"
        "points that are not registered yet are parked, and taken in when they are. A file that was read before is\n"
        "not read again. An interrupted import is completed by running it again."
    )
    epilog = (
        "Examples:\n  manage.py import_readings --tenant vidnett 2026-11-12.gs2 /srv/meter/november\n"
        "  manage.py import_readings --tenant vidnett --point 707057500000000001 april.csv\n"
        "  zcat november.gs2.gz | manage.py import_readings --tenant vidnett --json -\n\n" + EXIT_CODES
    )
    atomic = False

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "files", nargs="+", metavar="FILE", help="meter files, or folders of them; - is standard input"
        )
        parser.add_argument(
            "--point",
            default="",
            metavar="GSRN",
            help="the metering point of files that name none (Elhub CSV); else it is looked for in the file's name",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object with a report per file")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, report what would come of it")
        parser.add_argument("--again", action="store_true", help="also read files that were read before")

    def run_for(self, tenant: Tenant, **options: Any) -> bool:
        if options["point"] and not gsrn.is_valid(options["point"]):
            wrong_usage(f"{options['point']!r} is not a metering point number: 18 digits, the last a check digit.")
        names = [name for given in options["files"] for name in _files_of(given)]
        reports = [report for name in names for report in self._import(name, options)]
        if options["json"]:
            self.stdout.write(json.dumps({"tenant": tenant.slug, "files": [report.as_json() for report in reports]}))
        return any(report.has_refusals for report in reports)

    def _import(self, name: str, options: dict[str, Any]) -> Iterator[Report]:
        called = "standard input" if name == STDIN else Path(shown(name)).name
        origin = actions.Origin(name=called, reference=options["point"])
        with _opened(name) as stream, self._progress(name, stream) as progress:
            for report in actions.import_all(
                stream=stream, origin=origin, again=options["again"], dry_run=options["dry_run"], progress=progress
            ):
                if not options["json"]:
                    self.stdout.write("\n".join(_lines(report)))
                yield report

    @contextmanager
    def _progress(self, name: str, stream: BinaryIO) -> Iterator[actions.Progress | None]:
        """A bar on the terminal while the file is read; nothing when the output goes to a file or a pipe."""
        if not self.stderr.isatty():
            yield None
            return
        size = stream.seek(0, 2) or 1

        def show(done: int) -> None:
            filled = BAR * done // size
            self.stderr.write(
                f"\r{shown(name)} [{'#' * filled}{' ' * (BAR - filled)}] {done * 100 // size:3d} %", ending=""
            )

        show(0)
        yield show
        self.stderr.write("\r" + " " * (len(name) + BAR + 10) + "\r", ending="")


def _files_of(given: str) -> list[str]:
    """The file itself, or the files of a folder and those below it, hidden ones left out.

    Stops before the first file is read when one of them is not there, or may not be read.
    """
    if given == STDIN:
        return [given]
    path = Path(given)
    if path.is_dir():
        found = sorted(str(one) for one in path.rglob("*") if one.is_file() and not _is_hidden(one.relative_to(path)))
        if not found:
            wrong_usage(f"There is no file in the folder {shown(given)!r}.")
        return [name for one in found for name in _files_of(one)]
    if not path.is_file():
        wrong_usage(f"There is no file {shown(given)!r}.")
    if not os.access(given, os.R_OK):
        wrong_usage(f"The file {shown(given)!r} may not be read.")
    return [given]


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    """The file, or what came on standard input in a temporary one: a file is read twice, first for its fingerprint."""
    if name != STDIN:
        with Path(name).open("rb") as stream:
            yield stream
        return
    with tempfile.TemporaryFile() as spool:
        while piece := sys.stdin.buffer.read(1 << 20):
            spool.write(piece)
        yield spool


def _how(report: Report) -> str:
    if report.already_imported and report.has_refusals:
        return "already read, nothing done; --again reads it once more"
    if report.already_imported:
        return "already imported, nothing done"
    if report.dry_run:
        return "dry run"
    return "imported" if report.accepted or report.corrected or report.unchanged else "nothing taken in"


def _lines(report: Report) -> Iterator[str]:
    """The report as an operator reads it."""
    yield f"{report.file}: {_how(report)} ({report.format or 'unknown format'}, {report.seconds:.1f} s)"
    yield f"  {report.series} series, {report.values_per_second:,} values/s"
    for label in COUNTS:
        yield f"  {label:<10}{getattr(report, label):>12,} values"
    for issue in report.issues[:SHOWN_ISSUES]:
        where = f"line {issue.line}" if issue.line else "file"
        point = f", {issue.reference}" if issue.reference else ""
        yield f"  {'note' if issue.is_note else 'rejected'}: {where}{point}: {issue.text}"
    if report.issue_count > SHOWN_ISSUES:
        yield f"  … and {report.issue_count - SHOWN_ISSUES} more; --json lists up to {actions.MAX_KEPT}"
