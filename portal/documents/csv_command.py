"""What the commands that take in a CSV file share."""

import json
from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from portal.documents import csv_files
from portal.tenancy.commands import EXIT_CODES, STDIN, TenantCommand, contents, last_lines, shown
from portal.tenancy.models import Tenant

SHOWN = 50


def help_of(form: csv_files.Format) -> str:
    """Describe a file: what is done with it, and each of its columns."""
    width = max(map(len, form.columns))
    columns = [f"  {name:<{width}}  {described(column)}" for name, column in form.columns.items()]
    return "\n".join(
        [
            f"Take in {form.name} from a CSV file.",
            f"New ones are made, known ones (by {form.key}) changed, none removed.",
            "",
            "The first line names the columns, in any order; one that is left out is left alone:",
            *columns,
            "",
            "Separated by comma or semicolon; UTF-8, or as Windows saves it. Lines with something wrong are rejected,",
            "with the reason; the others are taken in.",
        ]
    )


def described(column: csv_files.Column) -> str:
    return f"{column.help} (needed)" if column.required else column.help


class FileCommand(TenantCommand):
    """A command that takes a file in and reports, line by line."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE.csv", help="the file to read; - is standard input")
        parser.add_argument("--dry-run", action="store_true", help="report what would happen, and change nothing")
        parser.add_argument("--json", action="store_true", help="write the report as JSON, with every rejected line")


class CsvCommand(FileCommand):
    """Subclasses name their file's format, and take in its rows."""

    form: csv_files.Format
    # What a rejected line's key is called in the report for programs.
    key_in_report = "key"
    epilog = EXIT_CODES

    @abstractmethod
    def take_in(self, rows: Sequence[csv_files.Row], *, source: str) -> csv_files.Outcome:
        """Take the rows in, in the open transaction."""

    def run_for(self, tenant: Tenant, **options: Any) -> bool:
        reading = csv_files.read(contents(options["file"]), self.form)
        name = "standard input" if options["file"] == STDIN else shown(options["file"])
        done = self.take_in(reading.rows, source=Path(name).name)
        if options["dry_run"]:
            transaction.set_rollback(True)
        done.rejected = sorted([*reading.rejected, *done.rejected], key=lambda rejection: rejection.line)
        report = report_of(done, name=name, dry_run=options["dry_run"])
        self.stdout.write(for_programs(report, self.key_in_report) if options["json"] else in_lines(report))
        return bool(done.rejected)


def for_programs(report: dict[str, Any], key: str) -> str:
    rejected = [{"line": one["line"], key: one["key"], "reason": one["reason"]} for one in report["rejected"]]
    return json.dumps({**report, "rejected": rejected}, ensure_ascii=False, indent=2)


def report_of(done: csv_files.Outcome, *, name: str, dry_run: bool) -> dict[str, Any]:
    """Return the report: how many rows of each kind, and the rejected ones."""
    return {
        "file": name,
        "dry_run": dry_run,
        "accepted": done.new,
        "changed": done.changed,
        "unchanged": done.unchanged,
        "rejected": [{"line": each.line, "key": each.number, "reason": each.reason} for each in done.rejected],
    }


def in_lines(report: dict[str, Any]) -> str:
    """Write the report for people: the counts, then the first rejected lines with their reasons."""
    rejected = report["rejected"]
    counts = f"{report['accepted']} new, {report['changed']} changed, {report['unchanged']} unchanged"
    return "\n".join([f"{report['file']}: {counts}, {len(rejected)} rejected.", *rejected_lines(report, "key")])


def rejected_lines(report: dict[str, Any], key: str) -> list[str]:
    """Return the end of a report for people: the first of the "rejected" with their reasons, and whether it was all for
    show.
    """
    rejected = report["rejected"]
    lines = [f"  line {r['line']}{', ' + r[key] if r[key] else ''}: {r['reason']}" for r in rejected[:SHOWN]]
    return [*lines, *last_lines(len(rejected) - SHOWN, dry_run=report["dry_run"])]
