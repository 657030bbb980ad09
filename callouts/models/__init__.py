"""The waste catalogue of a tenant, its customers' producers, and the call-offs."""

from callouts.models.call_off import CallOff, CallOffLine
from callouts.models.catalogue import FractionWord, PackageType, Unit, WasteFraction
from callouts.models.producer import WasteProducer

__all__ = ["CallOff", "CallOffLine", "FractionWord", "PackageType", "Unit", "WasteFraction", "WasteProducer"]
