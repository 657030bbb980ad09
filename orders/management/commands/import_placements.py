"""manage.py import_placements: placed units from a CSV file."""

from orders.management.master_data_command import MasterDataCommand, help_of
from orders.master_data import PLACEMENTS


class Command(MasterDataCommand):
    form = PLACEMENTS
    help = help_of(PLACEMENTS)
