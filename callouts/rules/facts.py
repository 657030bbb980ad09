"""A call-off as the rules see it: plain values, read from the form or from the database."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

# What a call-off may be for. Rental and sale bring something; the others move waste.
WASTE, TANK_CLEANING, RENTAL, SALE = "waste", "tank_cleaning", "rental", "sale"
MOVES_WASTE = frozenset({WASTE, TANK_CLEANING})

BY_US, OWN_DELIVERY = "by_us", "own_delivery"
BY_CUSTOMER, BY_SUPPLIER = "customer", "supplier"

# Packing groups of the agreement on dangerous goods by road (ADR); the last says that it is none of it.
NO_GROUP, NOT_DANGEROUS = "none", "not_adr"


def moves_waste(service: str) -> bool:
    """Whether a kind of service takes waste away, as far as is known: "" is not chosen yet."""
    return not service or service in MOVES_WASTE


def article_service(service: str) -> str:
    """Return which part of the catalogue a kind of service draws on: tank cleaning takes the same waste."""
    return WASTE if moves_waste(service) else service


@dataclass(frozen=True, kw_only=True)
class UnitFacts:
    code: str
    name: str
    # The largest quantity in one call-off that is not a slip of the pen; None for no limit.
    most: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class PackageFacts:
    code: str
    name: str


@dataclass(frozen=True, kw_only=True)
class FractionFacts:
    name: str
    is_active: bool = True
    # The part of the catalogue it stands in: waste, rental or sale.
    service: str = WASTE
    # Hazardous or radioactive: no driver takes it undeclared.
    needs_declaration: bool = False
    # The units it may be given in; empty for any.
    units: tuple[UnitFacts, ...] = ()
    # The packages it may come in; empty for any.
    packages: tuple[PackageFacts, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LineFacts:
    fraction: FractionFacts | None = None
    declared_by: str = ""
    declaration_no: str = ""
    quantity: Decimal | None = None
    unit: UnitFacts | None = None
    package_count: int | None = None
    package: PackageFacts | None = None
    load_carrier_no: str = ""
    container_size: Decimal | None = None
    has_container_unit: bool = False
    note: str = ""
    un_number: str = ""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a tenant has decided."""

    # The national declaration publishes neither a length nor a check digit: wide limits that catch a slip of the paste.
    shortest_declaration_no: int = 5
    longest_declaration_no: int = 15


@dataclass(frozen=True, kw_only=True)
class CallOffFacts:
    # The tenant's name, for sentences that say who does what.
    supplier: str
    service: str = ""
    has_producer: bool = False
    producer_is_active: bool = True
    # Whether the producer still waits for somebody to accept it.
    producer_waits: bool = False
    # Whether the producer has authorised the supplier to declare its waste, today.
    supplier_may_declare: bool = False
    transport: str = ""
    pickup_address: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    wanted_on: date | None = None
    rented_until: date | None = None
    # The tenant's day; None leaves dates unchecked.
    today: date | None = None
    limits: Limits = Limits()
    lines: tuple[LineFacts, ...] = ()
