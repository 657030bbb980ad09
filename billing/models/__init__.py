from billing.models.invoice_settings import InvoiceSettings
from billing.models.invoices import Invoice, InvoiceLine, Payment, PaymentAgreement
from billing.models.rates import OwnRate, OwnZone
from billing.models.settings import BillingSettings
from billing.models.settled import SettledMonth
from billing.models.spot import ReplacedSpotPriceDay, SpotPriceDay
from billing.models.tariffs import TariffVersion

__all__ = [
    "BillingSettings",
    "Invoice",
    "InvoiceLine",
    "InvoiceSettings",
    "OwnRate",
    "OwnZone",
    "Payment",
    "PaymentAgreement",
    "ReplacedSpotPriceDay",
    "SettledMonth",
    "SpotPriceDay",
    "TariffVersion",
]
