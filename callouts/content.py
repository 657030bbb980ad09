"""What a draft holds: one kind of value, whether from the form or the database, so that the two can be compared."""

from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal

from callouts.models import CallOff, CallOffLine, PackageType, Unit, WasteFraction, WasteProducer
from callouts.rules import facts
from callouts.rules.problems import Problem, problems_with
from portal.tenancy.models import current_tenant


@dataclass(frozen=True, kw_only=True)
class LineContent:
    """Field by field as on CallOffLine."""

    fraction: WasteFraction | None = None
    declared_by: str = ""
    declaration_no: str = ""
    quantity: Decimal | None = None
    unit: Unit | None = None
    package_count: int | None = None
    package_type: PackageType | None = None
    load_carrier_no: str = ""
    container_size: Decimal | None = None
    container_unit: Unit | None = None
    note: str = ""

    def tidied(self) -> "LineContent":
        """Drop the declaration that the waste does not need, and the number of one that the supplier makes."""
        if self.fraction and not self.fraction.needs_declaration:
            return replace(self, declared_by="", declaration_no="")
        return replace(self, declaration_no="") if self.declared_by == facts.BY_SUPPLIER else self


@dataclass(frozen=True, kw_only=True)
class DraftContent:
    """Field by field as on CallOff; anything may be missing."""

    service: str = ""
    producer: WasteProducer | None = None
    transport: str = ""
    pickup_address: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    invoice_reference: str = ""
    lines: tuple[LineContent, ...] = field(default=(LineContent(),))

    @property
    def line(self) -> LineContent:
        """The one line the page has."""
        return self.lines[0] if self.lines else LineContent()

    def tidied(self) -> "DraftContent":
        """Drop what was filled in and then made needless by another answer."""
        address = "" if self.transport == facts.OWN_DELIVERY else self.pickup_address
        return replace(self, pickup_address=address, lines=tuple(line.tidied() for line in self.lines))


CALL_OFF_FIELDS = tuple(one.name for one in fields(DraftContent) if one.name != "lines")
LINE_FIELDS = tuple(one.name for one in fields(LineContent))
RELATED = ("fraction", "unit", "package_type", "container_unit")


def content_of(call_off: CallOff) -> DraftContent:
    """Read a call-off with its lines: one query, and one more for the producer."""
    lines = CallOffLine.objects.filter(call_off=call_off).select_related(*RELATED).order_by("position")
    return DraftContent(
        **{name: getattr(call_off, name) for name in CALL_OFF_FIELDS},
        lines=tuple(LineContent(**{name: getattr(line, name) for name in LINE_FIELDS}) for line in lines),
    )


def line_of(call_off: CallOff, position: int, content: LineContent) -> CallOffLine:
    """Return an unsaved line with copies of the names and codes in the catalogue."""
    line = CallOffLine(call_off=call_off, position=position, **{name: getattr(content, name) for name in LINE_FIELDS})
    if fraction := content.fraction:
        line.fraction_name = fraction.name
        for name in ("article_no", "ns_group", "waste_substance_no", "ewc_code", "is_hazardous", "is_radioactive"):
            setattr(line, name, getattr(fraction, name))
    line.unit_name = content.unit.name if content.unit else {}
    line.container_unit_name = content.container_unit.name if content.container_unit else {}
    line.package_name = content.package_type.name_of(content.package_count) if content.package_type else {}
    return line


def facts_of(content: DraftContent, *, on: date) -> facts.CallOffFacts:
    """Return what the rules ask about, on a day of the tenant's."""
    producer = content.producer
    units = {unit.code: unit for unit in Unit.objects.all()}
    return facts.CallOffFacts(
        supplier=current_tenant().name,
        service=content.service,
        has_producer=producer is not None,
        producer_is_active=producer is None or producer.is_active,
        supplier_may_declare=producer is not None and producer.may_be_declared_for(on),
        transport=content.transport,
        pickup_address=content.pickup_address,
        contact_name=content.contact_name,
        contact_phone=content.contact_phone,
        lines=tuple(_line_facts(line, units) for line in content.lines),
    )


def _line_facts(line: LineContent, units: dict[str, Unit]) -> facts.LineFacts:
    return facts.LineFacts(
        fraction=_fraction_facts(line.fraction, units) if line.fraction else None,
        declared_by=line.declared_by,
        declaration_no=line.declaration_no,
        quantity=line.quantity,
        unit=_unit_facts(line.unit) if line.unit else None,
        package_count=line.package_count,
        has_package_type=line.package_type is not None,
        load_carrier_no=line.load_carrier_no,
        container_size=line.container_size,
        has_container_unit=line.container_unit is not None,
        note=line.note,
    )


def _fraction_facts(fraction: WasteFraction, units: dict[str, Unit]) -> facts.FractionFacts:
    return facts.FractionFacts(
        name=fraction.name,
        is_active=fraction.is_active,
        needs_declaration=fraction.needs_declaration,
        units=tuple(_unit_facts(units[code]) for code in fraction.allowed_units if code in units),
    )


def _unit_facts(unit: Unit) -> facts.UnitFacts:
    return facts.UnitFacts(code=unit.code, name=str(unit), most=unit.most)


def problems_of(content: DraftContent, *, on: date) -> list[Problem]:
    """Return what stands in the way of sending it in."""
    return problems_with(facts_of(content, on=on))
