"""manage.py import_customers: customers from a CSV file."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from portal.customers import actions, importing
from portal.tenancy.commands import EXIT_CODES, TenantCommand, shown, wrong_usage
from portal.tenancy.models import Tenant

STDIN = "-"
SHOWN = 50


class Command(TenantCommand):
    help = (
        "Take in customers from a CSV file: new ones are made, known ones (by number) changed, none removed.\n\n"
        f"The first line names the columns, in any order: {','.join(importing.COLUMNS)}.\n"
        f"Needed are {', '.join(importing.REQUIRED)}; a column that is left out is left alone.\n"
        "kind is private, business or housing_cooperative.\n"
        "Separated by comma or semicolon; UTF-8, or as Windows saves it.\n\n"
        "Lines with something wrong are rejected, with the reason; the others are taken in."
    )
    epilog = (
        "Examples:\n"
        "  manage.py import_customers --tenant fjord customers.csv --dry-run\n"
        "  manage.py import_customers --tenant fjord customers.csv --json\n\n" + EXIT_CODES
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE.csv", help="the file to read; - is standard input")
        parser.add_argument("--dry-run", action="store_true", help="report what would happen, and change nothing")
        parser.add_argument("--json", action="store_true", help="write the report as JSON, with every rejected line")

    def run_for(self, tenant: Tenant, **options: Any) -> bool:
        reading = importing.read(contents(options["file"]))
        name = "standard input" if options["file"] == STDIN else shown(options["file"])
        done = actions.upsert_customers(rows=reading.rows, source=Path(name).name, by=None)
        if options["dry_run"]:
            transaction.set_rollback(True)
        report = {
            "file": name,
            "dry_run": options["dry_run"],
            "accepted": done.new,
            "changed": done.changed,
            "unchanged": done.unchanged,
            "rejected": [asdict(rejection) for rejection in reading.rejected],
        }
        self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2) if options["json"] else in_lines(report))
        return bool(reading.rejected)


def contents(name: str) -> bytes:
    """Return the file's bytes, or stop with words."""
    try:
        return sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()
    except OSError as error:
        wrong_usage(f"Cannot read {shown(name)}: {error.strerror}.")


def in_lines(report: dict[str, Any]) -> str:
    """Write the report for people: the counts, then the first rejected lines with their reasons."""
    rejected = report["rejected"]
    counts = f"{report['accepted']} new, {report['changed']} changed, {report['unchanged']} unchanged"
    lines = [f"{report['file']}: {counts}, {len(rejected)} rejected."]
    lines += [f"  line {r['line']}{customer(r['number'])}: {r['reason']}" for r in rejected[:SHOWN]]
    if len(rejected) > SHOWN:
        lines.append(f"  and {len(rejected) - SHOWN} more: see all with --json.")
    if report["dry_run"]:
        lines.append("Nothing was changed: this was a dry run.")
    return "\n".join(lines)


def customer(number: str) -> str:
    return f", customer {number}" if number else ""
