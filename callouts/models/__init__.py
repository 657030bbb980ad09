"""The waste catalogue of a tenant, its customers' producers, and the call-offs."""

from callouts.models.attachment import CallOffFile
from callouts.models.call_off import CallOff, CallOffLine, StatusChange
from callouts.models.catalogue import (
    Consistency,
    EwcCode,
    FractionWord,
    PackageType,
    PackingGroup,
    Unit,
    WasteFraction,
)
from callouts.models.customers import CallOffTemplate, FractionRequest, LoadCarrier
from callouts.models.producer import DeclarationAuthorization, WasteProducer
from callouts.models.settings import CallOffSettings

__all__ = [
    "CallOff",
    "CallOffFile",
    "CallOffLine",
    "CallOffSettings",
    "CallOffTemplate",
    "Consistency",
    "DeclarationAuthorization",
    "EwcCode",
    "FractionRequest",
    "FractionWord",
    "LoadCarrier",
    "PackageType",
    "PackingGroup",
    "StatusChange",
    "Unit",
    "WasteFraction",
    "WasteProducer",
]
