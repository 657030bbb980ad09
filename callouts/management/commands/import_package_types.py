"""manage.py import_package_types: types of package from a CSV file."""

from callouts.catalogue_files import PACKAGES
from callouts.management.catalogue_command import CatalogueCommand, help_of


class Command(CatalogueCommand):
    form = PACKAGES
    help = help_of(PACKAGES)
