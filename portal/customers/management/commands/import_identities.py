"""manage.py import_identities: who the private customers are, from a CSV file."""

from collections.abc import Sequence

from portal.customers import actions, identities
from portal.documents.csv_command import CsvCommand, help_of
from portal.documents.csv_files import Outcome, Row
from portal.tenancy.commands import EXIT_CODES


class Command(CsvCommand):
    form = identities.IDENTITIES
    key_in_report = "number"
    help = (
        help_of(identities.IDENTITIES)
        + "\n\nWith them customers sign in with ID-porten. No report repeats a number. Delete the file afterwards."
    )
    epilog = (
        "Examples:\n"
        "  manage.py import_identities --tenant fjord identities.csv --dry-run\n"
        "  manage.py import_identities --tenant fjord - < identities.csv\n\n" + EXIT_CODES
    )

    def take_in(self, rows: Sequence[Row], *, source: str) -> Outcome:
        return actions.store_identities(rows=rows, source=source, by=None)
