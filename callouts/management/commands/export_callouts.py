"""manage.py export_callouts: what was sent in or changed since a moment, for other systems."""

import csv
import json
from datetime import datetime
from typing import Any

from django.core.management.base import CommandParser

from callouts.exporting import CSV_COLUMNS, call_offs_changed, csv_rows
from portal.tenancy.commands import TenantCommand, wrong_usage
from portal.tenancy.models import Tenant
from portal.tenancy.windows import settled_until


class Command(TenantCommand):
    help = (
        "Write the call-offs that were sent in, moved on, corrected or given papers since a moment: each whole, with\n"
        "all its lines as they are now. The fields are those of the webhooks (docs/webhooks.md).\n\n"
        "jsonl: a call-off a line. csv: a line of a call-off a line, comma and UTF-8, with a line of names.\n\n"
        "The last line on standard error says where the next export begins: “Next: --since …”. Used so, nothing is\n"
        "left out and nothing comes twice unless it was changed again."
    )
    epilog = (
        "Examples:\n"
        "  manage.py export_callouts --tenant kyst --since 2026-11-01\n"
        "  manage.py export_callouts --tenant kyst --since 2026-11-13T08:00:00+01:00 --format csv > callouts.csv\n\n"
        "Exit code: 0 when all is written, 2 on wrong usage."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        said = "a day or a moment, ISO 8601; the company's own time unless an offset is given"
        parser.add_argument("--since", required=True, metavar="TIMESTAMP", help=said)
        parser.add_argument("--format", choices=["jsonl", "csv"], default="jsonl")

    def run_for(self, tenant: Tenant, **options: Any) -> bool:
        since, until = moment(options["since"], tenant), settled_until()
        call_offs = call_offs_changed(since, until)
        if options["format"] == "csv":
            writer = csv.writer(self.stdout, lineterminator="\n")
            writer.writerow(CSV_COLUMNS)
            for call_off in call_offs:
                writer.writerows(csv_rows(call_off))
        else:
            for call_off in call_offs:
                self.stdout.write(json.dumps(call_off, ensure_ascii=False))
        # Never backwards: a moment in the future is asked for again.
        self.stderr.write(f"Next: --since {max(since, until).isoformat()}")
        return False


def moment(text: str, tenant: Tenant) -> datetime:
    """Return the moment, or stop with words."""
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        wrong_usage(f"Not a day or a moment: {text!r}. Write it as 2026-11-13 or 2026-11-13T08:00:00+01:00.")
    return given if given.tzinfo else given.replace(tzinfo=tenant.zone)
