from billing.models.rates import OwnRate, OwnZone
from billing.models.settings import BillingSettings
from billing.models.settled import SettledMonth
from billing.models.spot import SpotPriceDay
from billing.models.tariffs import TariffVersion

__all__ = ["BillingSettings", "OwnRate", "OwnZone", "SettledMonth", "SpotPriceDay", "TariffVersion"]
