"""manage.py export_orders: what was ordered or changed since a moment, for other systems."""

import csv
import json
from datetime import datetime
from typing import Any

from django.core.management.base import CommandParser

from orders.exporting import CSV_COLUMNS, csv_rows, orders_changed, settled_until
from portal.tenancy.commands import TenantCommand, wrong_usage
from portal.tenancy.models import Tenant


class Command(TenantCommand):
    help = (
        "Write the orders of which anything was ordered, changed, cancelled or done since a moment: each whole, with\n"
        "all its jobs as they are now. The fields are those of the webhooks (docs/webhooks.md).\n\n"
        "jsonl: an order a line. csv: a job a line, comma and UTF-8, with a line of names.\n\n"
        "The last line on standard error says where the next export begins: “Next: --since …”. Used so, nothing is\n"
        "left out and nothing comes twice unless it was changed again."
    )
    epilog = (
        "Examples:\n"
        "  manage.py export_orders --tenant fjord --since 2026-11-01\n"
        "  manage.py export_orders --tenant fjord --since 2026-11-13T08:00:00+01:00 --format csv > orders.csv\n\n"
        "Exit code: 0 when all is written, 2 on wrong usage."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        said = "a day or a moment, ISO 8601; the company's own time unless an offset is given"
        parser.add_argument("--since", required=True, metavar="TIMESTAMP", help=said)
        parser.add_argument("--format", choices=["jsonl", "csv"], default="jsonl")

    def run_for(self, tenant: Tenant, **options: Any) -> bool:
        since, until = moment(options["since"], tenant), settled_until()
        orders = orders_changed(since, until)
        if options["format"] == "csv":
            writer = csv.writer(self.stdout, lineterminator="\n")
            writer.writerow(CSV_COLUMNS)
            for order in orders:
                writer.writerows(csv_rows(order))
        else:
            for order in orders:
                self.stdout.write(json.dumps(order, ensure_ascii=False))
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
