"""Where staff publish outages, follow the notices, and take hazards off the queue."""

from outages.admin import hazards, outages

__all__ = ["hazards", "outages"]
