"""manage.py import_outages: power cuts and planned work from the operations centre."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from outages import importing
from outages.actions.taking_in import Report, take_in
from portal.clients.http import Unavailable, client
from portal.tenancy.commands import EXIT_CODES, TenantCommand, contents, shown, wrong_usage
from portal.tenancy.models import Tenant

SHOWN = 50


class Command(TenantCommand):
    help = (
        "Take in power cuts and planned work from a file or an address: CSV or JSON, told by the content.\n\n"
        f"CSV: the first line names the columns: {','.join(importing.COLUMNS)}.\n"
        f"Needed are {', '.join(importing.REQUIRED)}; several values in a cell are separated by |.\n"
        'JSON: a list of objects with the same names, or {"outages": [...]};\n'
        'besides, "updates" with at, text, expected.\n\n'
        "An outage is known by its id: the same file again changes nothing, a later one changes what is other.\n"
        "With `changed`, what is older than what was taken in before is left alone.\n"
        "What is not in the file stays as it is.\n"
        "docs/importing.md has an example of each."
    )
    epilog = (
        "Examples:\n  manage.py import_outages --tenant vidnett outages.json --tell\n"
        "  manage.py import_outages --tenant vidnett https://ops.example/outages.csv --dry-run --json\n\n" + EXIT_CODES
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("source", metavar="FILE|URL", help="a file, an http(s) address, or - for standard input")
        parser.add_argument("--tell", action="store_true", help="tell the customers it touches, as publishing does")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, report what would come of it")
        parser.add_argument("--json", action="store_true", help="print one JSON object with the report")

    def run_for(self, tenant: Tenant, **options: Any) -> bool:
        reading = importing.read(_fetched(options["source"]), tenant.zone, tenant.language)
        report = take_in(reading, tell=options["tell"], by=None)
        if options["dry_run"]:
            transaction.set_rollback(True)
        if options["json"]:
            said = {"tenant": tenant.slug, "dry_run": options["dry_run"], **asdict(report)}
            self.stdout.write(json.dumps(said, ensure_ascii=False))
        else:
            self._print(report, dry_run=options["dry_run"])
        return bool(report.rejected or report.left_out)

    def _print(self, report: Report, *, dry_run: bool) -> None:
        self.stdout.write("dry run, nothing is kept" if dry_run else "taken in")
        for name in ("new", "changed", "unchanged", "stale", "told"):
            self.stdout.write(f"  {name:<10}{getattr(report, name):>6}")
        for name, found in {"rejected": report.rejected, "left out": report.left_out}.items():
            self.stdout.write(f"  {name:<10}{len(found):>6}")
            for each in found[:SHOWN]:
                self.stdout.write(f"  line {each.line}, {each.external_id or 'no id'}: {each.reason}")


def _fetched(source: str) -> bytes:
    if source.startswith(("http://", "https://")):
        try:
            return client("outages", base_url=source).get().raise_for_status().content
        except Unavailable as problem:
            wrong_usage(f"Nothing came from {shown(source)!r}: {problem.reason}.")
    return contents(source)
