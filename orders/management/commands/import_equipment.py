"""manage.py import_equipment: equipment types from a CSV file."""

from orders.management.master_data_command import MasterDataCommand, help_of
from orders.master_data import EQUIPMENT


class Command(MasterDataCommand):
    form = EQUIPMENT
    help = help_of(EQUIPMENT)
