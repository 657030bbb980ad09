"""What a draft holds: one kind of value, whether from the form or the database, so that the two can be compared."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from callouts.models import CallOff, CallOffLine, CallOffSettings, PackageType, Unit, WasteFraction, WasteProducer
from callouts.queries import known_packages, known_units
from callouts.rules import facts
from callouts.rules.problems import Problem, problems_with
from portal.tenancy.models import current_tenant


@dataclass(frozen=True, kw_only=True)
class LineContent:
    """Field by field as on CallOffLine. `key` names the line and is no part of what it says."""

    key: uuid.UUID = field(default_factory=uuid.uuid4, compare=False)
    fraction: WasteFraction | None = None
    declared_by: str = ""
    declaration_no: str = ""
    un_number: str = ""
    packing_group: str = ""
    consistency: str = ""
    quantity: Decimal | None = None
    unit: Unit | None = None
    package_count: int | None = None
    package_type: PackageType | None = None
    load_carrier_no: str = ""
    container_size: Decimal | None = None
    container_unit: Unit | None = None
    note: str = ""

    def tidied(self, service: str) -> "LineContent":
        """Drop what neither the service nor the waste takes, and the number of a declaration the supplier makes."""
        if not facts.moves_waste(service):
            return replace(self, **NO_DECLARATION, package_count=None, package_type=None, load_carrier_no="")
        if self.fraction and not self.fraction.needs_declaration:
            return replace(self, **NO_DECLARATION)
        number = "" if self.packing_group == facts.NOT_DANGEROUS else self.un_number
        declaration_no = "" if self.declared_by == facts.BY_SUPPLIER else self.declaration_no
        return replace(self, declaration_no=declaration_no, un_number=number)


NO_DECLARATION: dict[str, Any] = dict.fromkeys(
    ("declared_by", "declaration_no", "un_number", "packing_group", "consistency"), ""
)


@dataclass(frozen=True, kw_only=True)
class DraftContent:
    """Field by field as on CallOff; anything may be missing, but there is always a line."""

    service: str = ""
    producer: WasteProducer | None = None
    transport: str = ""
    pickup_address: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    wanted_on: date | None = None
    rented_until: date | None = None
    invoice_reference: str = ""
    lines: tuple[LineContent, ...] = field(default_factory=lambda: (LineContent(),))

    @property
    def line(self) -> LineContent:
        return self.lines[0] if self.lines else LineContent()

    def line_at(self, key: uuid.UUID | None) -> LineContent:
        """Return the line with a key, else the first."""
        return next((line for line in self.lines if line.key == key), self.line)

    def position_of(self, line: LineContent) -> int:
        """Return a line's place, counted from 0."""
        return next((index for index, each in enumerate(self.lines) if each.key == line.key), 0)

    def with_line(self, line: LineContent) -> "DraftContent":
        """Put a line in the place of the one with its key, or last where there is none."""
        lines = tuple(line if each.key == line.key else each for each in self.lines)
        return replace(self, lines=lines if any(each.key == line.key for each in lines) else (*lines, line))

    def without_line(self, key: uuid.UUID) -> "DraftContent":
        """Leave a line out; in the place of the last there is an empty one."""
        return replace(self, lines=tuple(line for line in self.lines if line.key != key) or (LineContent(),))

    def tidied(self) -> "DraftContent":
        """Drop what was filled in and then made needless by another answer."""
        return replace(
            self,
            producer=self.producer if facts.moves_waste(self.service) else None,
            pickup_address="" if self.transport == facts.OWN_DELIVERY else self.pickup_address,
            rented_until=self.rented_until if self.service == facts.RENTAL else None,
            lines=tuple(line.tidied(self.service) for line in self.lines),
        )


CALL_OFF_FIELDS = tuple(one.name for one in fields(DraftContent) if one.name != "lines")
LINE_FIELDS = tuple(one.name for one in fields(LineContent) if one.name != "key")
# Copied onto a line from its fraction, as its name is.
OF_FRACTION = ("article_no", "ns_group", "waste_substance_no", "ewc_code", "is_hazardous", "is_radioactive")
RELATED = ("fraction", "unit", "package_type", "container_unit")


def content_of(call_off: CallOff) -> DraftContent:
    """Read a call-off with its lines: one query, and one more for the producer."""
    return content_with(call_off, CallOffLine.objects.filter(call_off=call_off).select_related(*RELATED))


def content_with(call_off: CallOff, lines: Iterable[CallOffLine]) -> DraftContent:
    """Return what a call-off holds with these lines, which need not be stored."""
    lines = sorted(lines, key=lambda line: line.position)
    found = tuple(LineContent(key=line.key, **{name: getattr(line, name) for name in LINE_FIELDS}) for line in lines)
    own = {name: getattr(call_off, name) for name in CALL_OFF_FIELDS}
    return DraftContent(**own, lines=found or (LineContent(),))


def line_of(call_off: CallOff, position: int, content: LineContent) -> CallOffLine:
    """Return an unsaved line with copies of the names and codes in the catalogue."""
    given = {name: getattr(content, name) for name in LINE_FIELDS}
    line = CallOffLine(call_off=call_off, position=position, key=content.key, **given)
    if fraction := content.fraction:
        line.fraction_name = fraction.name
        for name in OF_FRACTION:
            setattr(line, name, getattr(fraction, name))
    line.unit_name = content.unit.name if content.unit else {}
    line.container_unit_name = content.container_unit.name if content.container_unit else {}
    line.package_name = content.package_type.name_of(content.package_count) if content.package_type else {}
    return line


def facts_of(content: DraftContent, *, on: date) -> facts.CallOffFacts:
    """Return what the rules ask about, on a day of the tenant's."""
    producer = content.producer
    units = {unit.code: _unit_facts(unit) for unit in known_units()}
    packages = {package.code: _package_facts(package) for package in known_packages()}
    return facts.CallOffFacts(
        supplier=current_tenant().name,
        service=content.service,
        has_producer=producer is not None,
        producer_is_active=producer is None or producer.is_active,
        producer_waits=producer is not None and not producer.is_accepted,
        supplier_may_declare=producer is not None and producer.may_be_declared_for(on),
        transport=content.transport,
        pickup_address=content.pickup_address,
        contact_name=content.contact_name,
        contact_phone=content.contact_phone,
        wanted_on=content.wanted_on,
        rented_until=content.rented_until,
        today=on,
        limits=CallOffSettings.current().limits,
        lines=tuple(_line_facts(line, units, packages) for line in content.lines),
    )


UnitsByCode = dict[str, facts.UnitFacts]
PackagesByCode = dict[str, facts.PackageFacts]


def _line_facts(line: LineContent, units: UnitsByCode, packages: PackagesByCode) -> facts.LineFacts:
    return facts.LineFacts(
        fraction=_fraction_facts(line.fraction, units, packages) if line.fraction else None,
        declared_by=line.declared_by,
        declaration_no=line.declaration_no,
        un_number=line.un_number,
        quantity=line.quantity,
        unit=_unit_facts(line.unit) if line.unit else None,
        package_count=line.package_count,
        package=_package_facts(line.package_type) if line.package_type else None,
        load_carrier_no=line.load_carrier_no,
        container_size=line.container_size,
        has_container_unit=line.container_unit is not None,
        note=line.note,
    )


def _fraction_facts(fraction: WasteFraction, units: UnitsByCode, packages: PackagesByCode) -> facts.FractionFacts:
    return facts.FractionFacts(
        name=fraction.name,
        is_active=fraction.is_active,
        service=fraction.service,
        needs_declaration=fraction.needs_declaration,
        units=tuple(units[code] for code in fraction.allowed_units if code in units),
        packages=tuple(packages[code] for code in fraction.allowed_packages if code in packages),
    )


def _unit_facts(unit: Unit) -> facts.UnitFacts:
    return facts.UnitFacts(code=unit.code, name=str(unit), most=unit.most)


def _package_facts(package: PackageType) -> facts.PackageFacts:
    return facts.PackageFacts(code=package.code, name=str(package))


def problems_of(content: DraftContent, *, on: date) -> list[Problem]:
    """Return what stands in the way of sending it in."""
    return problems_with(facts_of(content, on=on))
