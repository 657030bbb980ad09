"""Prices as staff see and edit them."""

from billing.admin import prices, spot

__all__ = ["prices", "spot"]
