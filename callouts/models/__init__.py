"""The waste catalogue of a tenant, its customers' producers, and the call-offs."""

from callouts.models.attachment import CallOffDocument, CallOffFile
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
from callouts.models.revision import ChangeRequest, Revision
from callouts.models.settings import CallOffSettings

__all__ = [
    "CallOff",
    "CallOffDocument",
    "CallOffFile",
    "CallOffLine",
    "CallOffSettings",
    "CallOffTemplate",
    "ChangeRequest",
    "Consistency",
    "DeclarationAuthorization",
    "EwcCode",
    "FractionRequest",
    "FractionWord",
    "LoadCarrier",
    "PackageType",
    "PackingGroup",
    "Revision",
    "StatusChange",
    "Unit",
    "WasteFraction",
    "WasteProducer",
]
