"""manage.py import_waste_fractions: waste fractions from a CSV file."""

from callouts.catalogue_files import FRACTIONS
from callouts.management.catalogue_command import CatalogueCommand, help_of


class Command(CatalogueCommand):
    form = FRACTIONS
    help = help_of(FRACTIONS)
