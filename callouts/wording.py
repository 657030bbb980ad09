"""A call-off in words: what lists, the check-your-answers page and the detail page say of it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from callouts.content import DraftContent
from callouts.models import CallOff, CallOffLine
from callouts.rules import codes, facts
from callouts.rules.declaration import Answer, DeclarationFacts, answers_of
from portal.tenancy.models import current_tenant
from portal.ui import formatting

Row = tuple[str, str]


@dataclass(frozen=True)
class Section:
    """One of the parts of a call-off; `anchor` is the part's place on the form."""

    anchor: str
    title: str
    rows: list[Row]
    # The key of the line it belongs to, "" for the call-off's own parts.
    line: str = ""


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
    return _("No waste chosen yet") if facts.moves_waste(call_off.service) else str(call_off.get_service_display())


def others_of(call_off: CallOff) -> str:
    """Return "and 2 more" where there are more lines than the one that lists show. Reads all lines, as a prefetch."""
    count = len(call_off.lines.all()) - 1
    return ngettext("and %(count)s more", "and %(count)s more", count) % {"count": count} if count > 0 else ""


def line_name(content: DraftContent, place: int) -> str:
    """Return "Line 2, Spillolje" for a line's place, counted from 0."""
    line = content.lines[place]
    number = _("Line %(number)s") % {"number": place + 1}
    return ", ".join(filter(None, [number, line.fraction.name if line.fraction else ""]))


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
    number = codes.shown_declaration_no(line.declaration_no)
    if line.declared_by == facts.BY_SUPPLIER:
        # Once the supplier has declared, there is a number here too.
        return ", ".join(
            filter(None, [number, _("%(supplier)s declares for us") % {"supplier": current_tenant().name}])
        )
    return number


def transport_of(transport: str, service: str = "") -> str:
    """Return who transports: waste is collected, what is rented or bought is brought."""
    moves_waste = facts.moves_waste(service)
    if transport == facts.OWN_DELIVERY:
        return _("We deliver ourselves") if moves_waste else _("We fetch it ourselves")
    text = _("%(supplier)s collects") if moves_waste else _("%(supplier)s delivers")
    return text % {"supplier": current_tenant().name} if transport else ""


def sections_of(call_off: CallOff, lines: list[CallOffLine]) -> list[Section]:
    """Return the whole call-off as it stands, part by part; what is left empty is left out, save what must be there."""
    found = [Section("part-1", _("Service and producer"), _required(_service_rows(call_off)))]
    for number, line in enumerate(lines, start=1):
        waste, quantity, key = _waste_rows(call_off, line), _quantity_rows(call_off, line), str(line.key)
        if len(lines) > 1:
            found.append(Section("part-2", _line_title(number, len(lines)), [*waste, *quantity], key))
        else:
            found.append(Section("part-2", _("Waste"), waste, key))
            found.append(Section("part-3", _("Quantity and packaging"), quantity, key))
    return [
        *found,
        Section("part-4", _collection_title(call_off), _collection_rows(call_off)),
        Section("part-5", _("Reference and files"), _reference_rows(call_off)),
    ]


def without(sections: list[Section], labels: Collection[str]) -> list[Section]:
    """Return the parts without the rows of these labels."""
    return [replace(each, rows=[row for row in each.rows if row[0] not in labels]) for each in sections]


def _line_title(number: int, count: int) -> str:
    return _("Line %(number)s of %(count)s") % {"number": number, "count": count}


def _collection_title(call_off: CallOff) -> str:
    return _("Collection") if facts.moves_waste(call_off.service) else _("Delivery to you")


def declaration_answers(call_off: CallOff, line: CallOffLine) -> list[Answer]:
    """Return what the national declaration asks of a line, answered or not; empty for waste that needs none."""
    if not line.declared_by:
        return []
    return answers_of(
        DeclarationFacts(
            producer_org_no=call_off.producer_org_no,
            waste_substance_no=line.waste_substance_no,
            ewc_code=line.ewc_code,
            unit=line.unit.code if line.unit else "",
            has_quantity=line.quantity is not None,
            has_packages=bool(line.package_count or line.load_carrier_no),
            un_number=line.un_number,
            packing_group=line.packing_group,
            consistency=line.consistency,
            is_radioactive=line.is_radioactive,
        )
    )


def completeness_of(answers: list[Answer]) -> str:
    """Return "6 of 8 answered, missing: UN number"."""
    if not answers:
        return ""
    missing = [answer.label for answer in answers if not answer.is_known]
    if not missing:
        return _("Complete: all %(count)s answers are here") % {"count": len(answers)}
    values = {"known": len(answers) - len(missing), "count": len(answers), "missing": ", ".join(missing)}
    return _("%(known)s of %(count)s answered. Missing: %(missing)s") % values


def brief_rows(call_off: CallOff, line: CallOffLine | None) -> list[Row]:
    """Return what an opened row of the history adds to its columns."""
    declaration = (_("Declaration number"), declaration_of(line)) if line else ("", "")
    if line and line.declared_by == facts.BY_SUPPLIER:
        declaration = (_("Declaration"), declaration_of(line))
    carrier = (_("Load carrier"), load_carrier_of(line)) if line else ("", "")
    transport = (_("Transport"), transport_of(call_off.transport, call_off.service))
    return _optional([declaration, carrier, transport, (_("Picked up at"), call_off.pickup_address)])


def rows_of(call_off: CallOff, lines: list[CallOffLine]) -> list[Row]:
    """Return the whole call-off as one list, for messages."""
    return [row for section in sections_of(call_off, lines) for row in section.rows]


def line_rows(call_off: CallOff, line: CallOffLine) -> dict[str, str]:
    """Return what is said of a line by label, without what is reckoned from the rest."""
    rows = dict([*_waste_rows(call_off, line), *_quantity_rows(call_off, line)])
    rows.pop(_("For the declaration"), None)
    return rows


def _required(rows: list[Row]) -> list[Row]:
    return [(label, value or formatting.MISSING) for label, value in rows]


def _optional(rows: list[Row]) -> list[Row]:
    return [(label, value) for label, value in rows if value]


def _service_rows(call_off: CallOff) -> list[Row]:
    rows = [(_("Kind of service"), str(call_off.get_service_display()))]
    if not facts.moves_waste(call_off.service):
        return rows
    org_no = formatting.org_no(call_off.producer_org_no)
    return [*rows, (_("Waste producer"), ", ".join(filter(None, [call_off.producer_name, org_no])))]


def _waste_rows(call_off: CallOff, line: CallOffLine) -> list[Row]:
    rows = _required([(_("Waste fraction"), line.fraction_name)])
    rows += _optional([(_("Codes"), all_codes_of(line)), (_("Kind of waste"), kind_of_waste(line))])
    if line.declared_by:
        supplier_declares = line.declared_by == facts.BY_SUPPLIER
        label = _("Declaration") if supplier_declares else _("Declaration number")
        rows += _required([(label, declaration_of(line))])
        rows += _optional(
            [
                (_("Consistency"), str(line.get_consistency_display())),
                (_("Packing group"), str(line.get_packing_group_display())),
                (_("UN number"), line.un_number),
                (_("For the declaration"), completeness_of(declaration_answers(call_off, line))),
            ]
        )
    return rows


def _quantity_rows(call_off: CallOff, line: CallOffLine) -> list[Row]:
    packages = with_unit(line.package_count, line.package_name)
    rows = [(_("Quantity"), quantity_of(line))]
    rows = _required(rows) if facts.moves_waste(call_off.service) else _optional(rows)
    return rows + _optional(
        [(_("Packages"), packages), (_("Load carrier"), load_carrier_of(line)), (_("Information"), line.note)]
    )


def _collection_rows(call_off: CallOff) -> list[Row]:
    rows = _required([(_("Transport"), transport_of(call_off.transport, call_off.service))])
    address = _("Pick-up address") if facts.moves_waste(call_off.service) else _("Delivery address")
    days = [
        (_("Wanted date"), formatting.day(call_off.wanted_on) if call_off.wanted_on else ""),
        (_("Rented until"), formatting.day(call_off.rented_until) if call_off.rented_until else ""),
    ]
    rows += _optional([(address, call_off.pickup_address), *days])
    contact = [call_off.contact_name, formatting.phone(call_off.contact_phone) if call_off.contact_phone else ""]
    return rows + _required([(_("Contact person"), ", ".join(filter(None, contact)))])


def _reference_rows(call_off: CallOff) -> list[Row]:
    names = "\n".join(f"{file.name} ({file.get_kind_display()})" for file in call_off.files.all())
    reference = call_off.invoice_reference or _("No reference")
    return [(_("Reference on the invoice"), reference), *_optional([(_("Files"), names)])]
