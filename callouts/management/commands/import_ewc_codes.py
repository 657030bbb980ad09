"""manage.py import_ewc_codes: EAL codes from a CSV file."""

from callouts.catalogue_files import EWC_CODES
from callouts.management.catalogue_command import CatalogueCommand, help_of


class Command(CatalogueCommand):
    form = EWC_CODES
    help = help_of(EWC_CODES)
