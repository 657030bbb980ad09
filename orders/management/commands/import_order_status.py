"""manage.py import_order_status: what became of jobs, from dispatch's own system."""

import json
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from orders.actions.dispatch import take_in_status
from orders.status_files import FORM, read
from portal.documents.csv_command import in_lines, report_of
from portal.tenancy.commands import EXIT_CODES, STDIN, TenantCommand, contents, shown
from portal.tenancy.models import Tenant


class Command(TenantCommand):
    atomic = False
    help = "\n".join(
        [
            "Take in what became of jobs: CSV with a line of column names, or JSON lines with the same names.",
            "",
            *(
                f"  {name:<7} {column.help}{' (needed)' if column.required else ''}"
                for name, column in FORM.columns.items()
            ),
            "",
            "Customers are told as they have chosen. The same file again changes nothing. What is older than what is",
            "known is left alone; a job that is done or cancelled stays so.",
        ]
    )
    epilog = (
        "Examples:\n"
        "  manage.py import_order_status --tenant fjord status.csv --dry-run\n"
        '  echo \'{"job": "118204-1", "status": "done", "at": "2026-11-13T10:05"}\' | '
        "manage.py import_order_status --tenant fjord -\n\n" + EXIT_CODES
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE", help="the file to read; - is standard input")
        parser.add_argument("--dry-run", action="store_true", help="report what would happen, and change nothing")
        parser.add_argument("--json", action="store_true", help="write the report as JSON, with every rejected line")

    def run_for(self, tenant: Tenant, **options: Any) -> bool:
        reading = read(contents(options["file"]), tenant.zone)
        name = "standard input" if options["file"] == STDIN else shown(options["file"])
        if options["dry_run"]:
            with transaction.atomic():
                done = take_in_status(reading.lines)
                transaction.set_rollback(True)
        else:
            done = take_in_status(reading.lines)
        done.rejected = sorted([*reading.rejected, *done.rejected], key=lambda rejection: rejection.line)
        report = report_of(done, name=name, dry_run=options["dry_run"])
        self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2) if options["json"] else in_lines(report))
        return bool(done.rejected)
