"""manage.py import_payments: what became of invoices, from CSV files."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from billing.actions.invoicing.payments import Outcome, Report, import_payments
from billing.importers.invoices.payments import COLUMNS
from portal.tenancy.commands import EXIT_CODES, TenantCommand, contents, last_lines, shown
from portal.tenancy.models import Tenant

SHOWN = 50


class Command(TenantCommand):
    help = (
        "Take in payments of invoices, and which invoices are sent to collection.\n\n"
        f"The first line names the columns, in any order: {','.join(COLUMNS)}.\n"
        "event is payment (also when empty), collection or collection_ended. Give the invoice's number, its KID, or\n"
        "both. A payment needs amount and reference: by its reference the same payment again is nothing new. An\n"
        "amount below zero goes back to the customer. Separated by comma or semicolon; UTF-8, or as Windows saves\n"
        "it.\n\n"
        "Lines with something wrong are rejected, with the reason; the others are taken in."
    )
    epilog = (
        "Examples:\n  manage.py import_payments --tenant fjord ocr-2026-11-20.csv --dry-run\n"
        "  manage.py import_payments --tenant fjord --json *.csv\n\n" + EXIT_CODES
    )
    atomic = False

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("files", nargs="+", metavar="FILE.csv", help="files to read")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, report what would come of it")
        parser.add_argument("--json", action="store_true", help="print one JSON object with a report per file")

    def run_for(self, tenant: Tenant, **options: Any) -> bool:
        given = [(name, contents(name)) for name in options["files"]]
        reports = [
            import_payments(content=content, name=Path(shown(name)).name, by=None, dry_run=options["dry_run"])
            for name, content in given
        ]
        if options["json"]:
            files = [report.as_json() for report in reports]
            self.stdout.write(json.dumps({"tenant": tenant.slug, "files": files}, ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(line for report in reports for line in _lines(report)))
        return any(report.rejected for report in reports)


def _lines(report: Report) -> Iterator[str]:
    new, same = report.counts[Outcome.NEW], report.counts[Outcome.SAME]
    yield f"{report.file}: {new} new, {same} there already, {len(report.rejected)} rejected."
    for one in report.rejected[:SHOWN]:
        yield f"  line {one.line}: {one.problem.text}"
    yield from last_lines(len(report.rejected) - SHOWN, dry_run=report.dry_run)
