"""The writes of billing."""

from billing.actions.settling import store_month
from billing.actions.tariffs import import_tariffs, save_tariff

__all__ = ["import_tariffs", "save_tariff", "store_month"]
