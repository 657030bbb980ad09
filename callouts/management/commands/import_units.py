"""manage.py import_units: units of quantity and size from a CSV file."""

from callouts.catalogue_files import UNITS
from callouts.management.catalogue_command import CatalogueCommand, help_of


class Command(CatalogueCommand):
    form = UNITS
    help = help_of(UNITS)
