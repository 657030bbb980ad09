"""The writes of billing, and settling from the command line."""

from billing.actions.settling import settle, settle_month, store_month
from billing.actions.tariffs import import_tariffs, save_tariff

__all__ = ["import_tariffs", "save_tariff", "settle", "settle_month", "store_month"]
