"""manage.py import_locations: customers' sites from a CSV file."""

from orders.management.master_data_command import MasterDataCommand, help_of
from orders.master_data import LOCATIONS


class Command(MasterDataCommand):
    form = LOCATIONS
    help = help_of(LOCATIONS)
