"""manage.py import_customers: customers from a CSV file."""

from collections.abc import Sequence

from portal.customers import actions
from portal.customers.importing import CUSTOMERS
from portal.documents.csv_command import CsvCommand, help_of
from portal.documents.csv_files import Outcome, Row
from portal.tenancy.commands import EXIT_CODES


class Command(CsvCommand):
    form = CUSTOMERS
    key_in_report = "number"
    help = help_of(CUSTOMERS)
    epilog = (
        "Examples:\n"
        "  manage.py import_customers --tenant fjord customers.csv --dry-run\n"
        "  manage.py import_customers --tenant fjord customers.csv --json\n\n" + EXIT_CODES
    )

    def take_in(self, rows: Sequence[Row], *, source: str) -> Outcome:
        return actions.upsert_customers(rows=rows, source=source, by=None)
