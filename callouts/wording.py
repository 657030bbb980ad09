"""A call-off in words: what lists, the check-your-answers page and the detail page say of it."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from callouts.models import CallOff, CallOffLine
from callouts.rules import codes, facts
from portal.tenancy.models import current_tenant
from portal.ui import formatting

Row = tuple[str, str]


@dataclass(frozen=True)
class Section:
    """One of the parts of a call-off; `anchor` is the part's place on the form."""

    anchor: str
    title: str
    rows: list[Row]


def with_unit(value: Decimal | int | None, unit: dict[str, str]) -> str:
    """Return "1 600 kg", or "" when there is no value."""
    if value is None:
        return ""
    return f"{formatting.exact(Decimal(value))}{formatting.NBSP}{current_tenant().text(unit)}".strip()


def quantity_of(line: CallOffLine) -> str:
    return with_unit(line.quantity, line.unit_name)


def packages_of(line: CallOffLine) -> str:
    """Return "2 IBC", else the number of the load carrier or tank, else "": what lists show under the quantity."""
    return with_unit(line.package_count, line.package_name) or line.load_carrier_no


def load_carrier_of(line: CallOffLine) -> str:
    """Return "MDE-331, 1 000 liter"."""
    size = with_unit(line.container_size, line.container_unit_name)
    return ", ".join(filter(None, [line.load_carrier_no, size]))


def title_of(call_off: CallOff, line: CallOffLine | None) -> str:
    """Return what a call-off is of, for lists: its waste, else its service."""
    if line and line.fraction_name:
        return line.fraction_name
    is_waste = call_off.service in facts.MOVES_WASTE or not call_off.service
    return _("No waste chosen yet") if is_waste else str(call_off.get_service_display())


def codes_of(line: CallOffLine) -> str:
    """Return "Hazardous waste, EAL 13 02 05*" or "NS 9912": what lists show under the waste."""
    return ", ".join(filter(None, [kind_of_waste(line), _ewc(line) if line.is_hazardous else _group(line)]))


def kind_of_waste(line: CallOffLine) -> str:
    if line.is_radioactive:
        return _("Radioactive waste")
    return _("Hazardous waste") if line.is_hazardous else ""


def _ewc(line: CallOffLine) -> str:
    return _whole(_("EAL %(code)s"), line.shown_ewc)


def _group(line: CallOffLine) -> str:
    return _whole(_("NS %(code)s"), line.ns_group) or _ewc(line)


def all_codes_of(line: CallOffLine) -> str:
    article = _whole(_("Art. %(code)s"), line.article_no)
    substance = _whole(_("Substance no. %(code)s"), line.waste_substance_no)
    return ", ".join(filter(None, [article, _ewc(line), substance, _whole(_("NS %(code)s"), line.ns_group)]))


def _whole(text: str, code: str) -> str:
    """Return a code with its name, which lines do not break; "" without the code."""
    return (text % {"code": code}).replace(" ", formatting.NBSP) if code else ""


def declaration_of(line: CallOffLine) -> str:
    """Return the declaration number, or who declares; "" for waste that needs neither."""
    if line.declared_by == facts.BY_SUPPLIER:
        return _("%(supplier)s declares for us") % {"supplier": current_tenant().name}
    return codes.shown_declaration_no(line.declaration_no)


def transport_of(transport: str) -> str:
    if transport == facts.OWN_DELIVERY:
        return _("We deliver ourselves")
    return _("%(supplier)s collects") % {"supplier": current_tenant().name} if transport else ""


def sections_of(call_off: CallOff, lines: list[CallOffLine]) -> list[Section]:
    """Return the whole call-off as it stands, part by part; what is left empty is left out, save what must be there."""
    return [
        Section("part-1", _("Service and producer"), _required(_service_rows(call_off))),
        *(Section("part-2", _("Waste"), _waste_rows(line)) for line in lines),
        *(Section("part-3", _("Quantity and packaging"), _quantity_rows(line)) for line in lines),
        Section("part-4", _("Collection"), _collection_rows(call_off)),
        Section("part-5", _("Reference and note"), _reference_rows(call_off, lines)),
    ]


def brief_rows(call_off: CallOff, line: CallOffLine | None) -> list[Row]:
    """Return what an opened row of the history adds to its columns."""
    declaration = (_("Declaration number"), declaration_of(line)) if line else ("", "")
    if line and line.declared_by == facts.BY_SUPPLIER:
        declaration = (_("Declaration"), declaration_of(line))
    carrier = (_("Load carrier"), load_carrier_of(line)) if line else ("", "")
    transport = (_("Transport"), transport_of(call_off.transport))
    return _optional([declaration, carrier, transport, (_("Picked up at"), call_off.pickup_address)])


def rows_of(call_off: CallOff, lines: list[CallOffLine]) -> list[Row]:
    """Return the whole call-off as one list, for messages."""
    return [row for section in sections_of(call_off, lines) for row in section.rows]


def _required(rows: list[Row]) -> list[Row]:
    return [(label, value or formatting.MISSING) for label, value in rows]


def _optional(rows: list[Row]) -> list[Row]:
    return [(label, value) for label, value in rows if value]


def _service_rows(call_off: CallOff) -> list[Row]:
    org_no = formatting.org_no(call_off.producer_org_no)
    producer = ", ".join(filter(None, [call_off.producer_name, org_no]))
    return [(_("Kind of service"), str(call_off.get_service_display())), (_("Waste producer"), producer)]


def _waste_rows(line: CallOffLine) -> list[Row]:
    rows = _required([(_("Waste fraction"), line.fraction_name)])
    rows += _optional([(_("Codes"), all_codes_of(line)), (_("Kind of waste"), kind_of_waste(line))])
    if line.is_hazardous or line.is_radioactive:
        supplier_declares = line.declared_by == facts.BY_SUPPLIER
        label = _("Declaration") if supplier_declares else _("Declaration number")
        rows += _required([(label, declaration_of(line))])
    return rows


def _quantity_rows(line: CallOffLine) -> list[Row]:
    packages = with_unit(line.package_count, line.package_name)
    rows = _required([(_("Quantity"), quantity_of(line))])
    return rows + _optional([(_("Packages"), packages), (_("Load carrier"), load_carrier_of(line))])


def _collection_rows(call_off: CallOff) -> list[Row]:
    rows = _required([(_("Transport"), transport_of(call_off.transport))])
    rows += _optional([(_("Pick-up address"), call_off.pickup_address)])
    contact = [call_off.contact_name, formatting.phone(call_off.contact_phone) if call_off.contact_phone else ""]
    return rows + _required([(_("Contact person"), ", ".join(filter(None, contact)))])


def _reference_rows(call_off: CallOff, lines: list[CallOffLine]) -> list[Row]:
    notes = "\n".join(filter(None, [line.note for line in lines]))
    reference = call_off.invoice_reference or _("No reference")
    return [(_("Reference on the invoice"), reference), *_optional([(_("Note"), notes)])]
