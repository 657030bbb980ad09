from billing.models.spot import SpotPriceDay

__all__ = ["SpotPriceDay"]
