"""What the commands share that write what has changed since a moment, for other systems."""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.core.management.base import CommandParser

from portal.tenancy.commands import TenantCommand, wrong_usage
from portal.tenancy.models import Tenant
from portal.tenancy.windows import settled_until

EXIT_CODES = "Exit code: 0 when all is written, 2 on wrong usage."
NEXT = (
    "The last line on standard error says where the next export begins: “Next: --since …”. Used so, nothing is\n"
    "left out and nothing comes twice unless it was changed again."
)


class ExportCommand(TenantCommand):
    """Subclasses give the things that changed from one moment to before another, and the rows of one for CSV."""

    csv_columns: Sequence[str]
    changed: Callable[[datetime, datetime], Iterator[dict[str, Any]]]
    csv_rows: Callable[[dict[str, Any]], Iterator[list[Any]]]

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        said = "a day or a moment, ISO 8601; the company's own time unless an offset is given"
        parser.add_argument("--since", required=True, metavar="TIMESTAMP", help=said)
        parser.add_argument("--format", choices=["jsonl", "csv"], default="jsonl")

    def run_for(self, tenant: Tenant, **options: Any) -> bool:
        since, until = moment(options["since"], tenant), settled_until()
        things = self.changed(since, until)
        if options["format"] == "csv":
            # Everything in quotes: a bare carriage return, which csv leaves bare, begins a line for a spreadsheet.
            writer = csv.writer(self.stdout, lineterminator="\n", quoting=csv.QUOTE_ALL)
            writer.writerow(self.csv_columns)
            for thing in things:
                writer.writerows(self.csv_rows(thing))
        else:
            for thing in things:
                self.stdout.write(json.dumps(thing, ensure_ascii=False))
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
