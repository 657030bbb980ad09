"""Lifelike made-up sites, units and orders for the demo's companies."""

from orders.demo.build import build

__all__ = ["build"]
