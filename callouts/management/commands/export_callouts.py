"""manage.py export_callouts: what was sent in or changed since a moment, for other systems."""

from callouts.exporting import CSV_COLUMNS, call_offs_changed, csv_rows
from portal.tenancy.export_command import EXIT_CODES, NEXT, ExportCommand


class Command(ExportCommand):
    help = (
        "Write the call-offs that were sent in, moved on, corrected or given papers since a moment: each whole, with\n"
        "all its lines as they are now. The fields are those of the webhooks (docs/webhooks.md).\n\n"
        "jsonl: a call-off a line. csv: a line of a call-off a line, comma and UTF-8, with a line of names.\n\n" + NEXT
    )
    epilog = (
        "Examples:\n"
        "  manage.py export_callouts --tenant kyst --since 2026-11-01\n"
        "  manage.py export_callouts --tenant kyst --since 2026-11-13T08:00:00+01:00 --format csv > callouts.csv\n\n"
        + EXIT_CODES
    )
    csv_columns = CSV_COLUMNS
    changed = staticmethod(call_offs_changed)
    csv_rows = staticmethod(csv_rows)
