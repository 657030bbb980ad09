"""manage.py import_payment_agreements: who gets e-invoices and who pays by direct debit, from a CSV file."""

from collections.abc import Sequence

from billing.actions.invoicing.agreements import upsert_agreements
from billing.importers.invoices.agreements import AGREEMENTS
from portal.documents.csv_command import CsvCommand, help_of
from portal.documents.csv_files import Outcome, Row
from portal.tenancy.commands import EXIT_CODES


class Command(CsvCommand):
    form = AGREEMENTS
    help = help_of(AGREEMENTS)
    epilog = (
        "Examples:\n"
        "  manage.py import_payment_agreements --tenant vidnett agreements.csv --dry-run\n"
        "  manage.py import_payment_agreements --tenant vidnett agreements.csv --json\n\n" + EXIT_CODES
    )

    def take_in(self, rows: Sequence[Row], *, source: str) -> Outcome:
        return upsert_agreements(rows=rows, source=source, by=None)
