"""What the four commands that import a catalogue share."""

from collections.abc import Sequence

from callouts.actions import taking_in
from portal.documents.csv_command import CsvCommand, help_of
from portal.documents.csv_files import Outcome, Row

__all__ = ["CatalogueCommand", "help_of"]


class CatalogueCommand(CsvCommand):
    """Subclasses name their file's format."""

    def take_in(self, rows: Sequence[Row], *, source: str) -> Outcome:
        return taking_in.take_in(self.form, rows, source=source)
