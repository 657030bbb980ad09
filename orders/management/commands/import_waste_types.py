"""manage.py import_waste_types: waste types from a CSV file."""

from orders.management.master_data_command import MasterDataCommand, help_of
from orders.master_data import WASTE_TYPES


class Command(MasterDataCommand):
    form = WASTE_TYPES
    help = help_of(WASTE_TYPES)
