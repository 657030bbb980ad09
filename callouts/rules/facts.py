"""A call-off as the rules see it: plain values, read from the form or from the database."""

from dataclasses import dataclass
from decimal import Decimal

# What a call-off may be for. Rental and sale are described in the note; the others move waste.
WASTE, TANK_CLEANING, RENTAL, SALE = "waste", "tank_cleaning", "rental", "sale"
MOVES_WASTE = frozenset({WASTE, TANK_CLEANING})

BY_US, OWN_DELIVERY = "by_us", "own_delivery"
BY_CUSTOMER, BY_SUPPLIER = "customer", "supplier"


@dataclass(frozen=True, kw_only=True)
class UnitFacts:
    code: str
    name: str
    # The largest quantity in one call-off that is not a slip of the pen; None for no limit.
    most: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class FractionFacts:
    name: str
    is_active: bool = True
    # Hazardous or radioactive: no driver takes it undeclared.
    needs_declaration: bool = False
    # The units it may be given in; empty for any.
    units: tuple[UnitFacts, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LineFacts:
    fraction: FractionFacts | None = None
    declared_by: str = ""
    declaration_no: str = ""
    quantity: Decimal | None = None
    unit: UnitFacts | None = None
    package_count: int | None = None
    has_package_type: bool = False
    load_carrier_no: str = ""
    container_size: Decimal | None = None
    has_container_unit: bool = False
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class CallOffFacts:
    # The tenant's name, for sentences that say who does what.
    supplier: str
    service: str = ""
    has_producer: bool = False
    producer_is_active: bool = True
    # Whether the producer has authorised the supplier to declare its waste, today.
    supplier_may_declare: bool = False
    transport: str = ""
    pickup_address: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    lines: tuple[LineFacts, ...] = ()
