"""What staff see: the day's jobs and the orders, what customers report, and what can be ordered where."""

from orders.admin import jobs, orders, places, reports

__all__ = ["jobs", "orders", "places", "reports"]
