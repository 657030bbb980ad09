"""manage.py import_identities: who the private customers are, from a CSV file."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from portal.customers import identities
from portal.customers.csv_command import STDIN, contents, in_lines
from portal.tenancy.commands import EXIT_CODES, TenantCommand, shown
from portal.tenancy.models import Tenant


class Command(TenantCommand):
    help = (
        "Take in the identity numbers of private customers, so that they can sign in with ID-porten.\n\n"
        f"The first line is {','.join(identities.COLUMNS)}: the customer number, and the eleven digits.\n"
        "Only a keyed hash is kept, and no report repeats a number. Delete the file afterwards.\n\n"
        "Lines with something wrong are rejected, with the reason; the others are taken in."
    )
    epilog = (
        "Examples:\n"
        "  manage.py import_identities --tenant fjord identities.csv --dry-run\n"
        "  manage.py import_identities --tenant fjord - < identities.csv\n\n" + EXIT_CODES
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE.csv", help="the file to read; - is standard input")
        parser.add_argument("--dry-run", action="store_true", help="report what would happen, and change nothing")
        parser.add_argument("--json", action="store_true", help="write the report as JSON, with every rejected line")

    def run_for(self, tenant: Tenant, **options: Any) -> bool:
        lines, unreadable = identities.read(contents(options["file"]))
        name = "standard input" if options["file"] == STDIN else shown(options["file"])
        done = identities.store(lines, source=Path(name).name, by=None)
        if options["dry_run"]:
            transaction.set_rollback(True)
        rejected = sorted([*unreadable, *done.rejected], key=lambda rejection: rejection.line)
        report = {
            "file": name,
            "dry_run": options["dry_run"],
            "accepted": done.new,
            "changed": done.changed,
            "unchanged": done.unchanged,
            "rejected": [asdict(rejection) for rejection in rejected],
        }
        self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2) if options["json"] else in_lines(report))
        return bool(rejected)
