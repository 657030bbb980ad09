"""What the national declaration of hazardous waste asks, and how much of it a line answers."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from callouts.rules.facts import NOT_DANGEROUS

# The declaration takes kilograms or litres.
DECLARED_UNITS = frozenset({"KGM", "LTR", "TNE", "MTQ"})


@dataclass(frozen=True, kw_only=True)
class DeclarationFacts:
    """What is known of one line. Codes as they are kept; "" for what is not known."""

    producer_org_no: str = ""
    waste_substance_no: str = ""
    ewc_code: str = ""
    unit: str = ""
    has_quantity: bool = False
    has_packages: bool = False
    un_number: str = ""
    packing_group: str = ""
    consistency: str = ""
    is_radioactive: bool = False


@dataclass(frozen=True)
class Answer:
    """One thing the declaration asks for. `field` is the form's name for it, "" when the catalogue answers it."""

    label: str
    is_known: bool
    field: str = ""


def answers_of(line: DeclarationFacts) -> list[Answer]:
    """Return what the declaration asks of a line, in its order, each with whether the line answers it."""
    substance = _("Radioactive code") if line.is_radioactive else _("Waste substance number")
    return [
        Answer(_("Producer unit"), bool(line.producer_org_no), "producer"),
        Answer(substance, bool(line.waste_substance_no)),
        Answer(_("EAL code"), bool(line.ewc_code)),
        Answer(_("Quantity in weight or volume"), line.has_quantity and line.unit in DECLARED_UNITS, "quantity"),
        Answer(_("Packaging"), line.has_packages, "package_count"),
        Answer(_("Consistency"), bool(line.consistency), "consistency"),
        Answer(_("Packing group"), bool(line.packing_group), "packing_group"),
        _un_number(line),
    ]


def _un_number(line: DeclarationFacts) -> Answer:
    """What is not dangerous goods has none, and that is the answer."""
    if not line.un_number and line.packing_group == NOT_DANGEROUS:
        return Answer(_("UN number: none, it is not dangerous goods"), is_known=True, field="un_number")
    label = f"{_('UN number')} {line.un_number}".strip()
    return Answer(label, bool(line.un_number), "un_number")
