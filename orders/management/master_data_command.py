"""What the commands that import master data share."""

from collections.abc import Sequence

from orders.actions.master_data import take_in
from portal.documents.csv_command import CsvCommand, help_of
from portal.documents.csv_files import Outcome, Row

__all__ = ["MasterDataCommand", "help_of"]


class MasterDataCommand(CsvCommand):
    """Subclasses name their file's format."""

    def take_in(self, rows: Sequence[Row], *, source: str) -> Outcome:
        return take_in(self.form, rows, source=source, by=None)
