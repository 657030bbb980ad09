"""manage.py export_orders: what was ordered or changed since a moment, for other systems."""

from orders.exporting import CSV_COLUMNS, csv_rows, orders_changed
from portal.tenancy.export_command import EXIT_CODES, NEXT, ExportCommand


class Command(ExportCommand):
    help = (
        "Write the orders of which anything was ordered, changed, cancelled or done since a moment: each whole, with\n"
        "all its jobs as they are now. The fields are those of the webhooks (docs/webhooks.md).\n\n"
        "jsonl: an order a line. csv: a job a line, comma and UTF-8, with a line of names.\n\n" + NEXT
    )
    epilog = (
        "Examples:\n"
        "  manage.py export_orders --tenant fjord --since 2026-11-01\n"
        "  manage.py export_orders --tenant fjord --since 2026-11-13T08:00:00+01:00 --format csv > orders.csv\n\n"
        + EXIT_CODES
    )
    csv_columns = CSV_COLUMNS
    changed = staticmethod(orders_changed)
    csv_rows = staticmethod(csv_rows)
