"""manage.py import_inspection_reports: what the inspectors found."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from forms_catalog.actions.inspections import UnknownCustomer, take_in
from forms_catalog.management import inspection_files
from portal.tenancy.commands import EXIT_CODES, TenantCommand, shown, wrong_usage
from portal.tenancy.models import Tenant

SHOWN = 50


class Command(TenantCommand):
    help = (
        'Take in inspection reports from a JSON file: a list of reports, or {"reports": [...]}.\n\n'
        "A report has id, customer (the customer number), inspected (a day), and if known gsrn, address, inspector,\n"
        "summary, pdf (a file beside the JSON file) and deviations, a list with no, title, text,\n"
        "severity (note, minor, dangerous), deadline and closed (true when it is settled).\n\n"
        "A report is known by its id: the same file again changes nothing, a later one changes what is other.\n"
        "What customers have answered stays. docs/importing.md has an example."
    )
    epilog = (
        "Examples:\n  manage.py import_inspection_reports --tenant vidnett reports.json --tell\n"
        "  manage.py import_inspection_reports --tenant vidnett reports.json --dry-run --json\n\n" + EXIT_CODES
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE", help="a JSON file")
        parser.add_argument("--tell", action="store_true", help="tell the customers of new reports by e-mail")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, report what would come of it")
        parser.add_argument("--json", action="store_true", help="print one JSON object with the report")

    def run_for(self, tenant: Tenant, **options: Any) -> bool:
        path = Path(options["file"])
        if not path.is_file():
            wrong_usage(f"There is no file {shown(options['file'])!r}.")
        reading = inspection_files.read(path)
        counts: Counter[str] = Counter(new=0, changed=0, unchanged=0)
        for at, found in reading.reports:
            try:
                counts[take_in(found=found, tell=options["tell"])] += 1
            except UnknownCustomer as error:
                reading.rejected.append(inspection_files.Rejection(at, found.number, str(error)))
        if options["dry_run"]:
            transaction.set_rollback(True)
        rejected = sorted(reading.rejected, key=lambda one: one.at)
        self._say(tenant, counts, rejected, options)
        return bool(rejected)

    def _say(
        self, tenant: Tenant, counts: Counter[str], rejected: list[inspection_files.Rejection], options: dict[str, Any]
    ) -> None:
        if options["json"]:
            said = {"tenant": tenant.slug, "dry_run": options["dry_run"], **counts}
            lines = [{"at": one.at, "id": one.number, "reason": one.reason} for one in rejected]
            self.stdout.write(json.dumps({**said, "rejected": lines}, ensure_ascii=False))
            return
        self.stdout.write("dry run, nothing is kept" if options["dry_run"] else "taken in")
        for name, count in [*counts.items(), ("rejected", len(rejected))]:
            self.stdout.write(f"  {name:<10}{count:>6}")
        for one in rejected[:SHOWN]:
            self.stdout.write(f"  report {one.at}, {one.number or 'no id'}: {one.reason}")
