"""Prices and invoices as staff see them."""

from billing.admin import invoices, prices, spot

__all__ = ["invoices", "prices", "spot"]
