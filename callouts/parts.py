"""The list beside the form: its five parts, and how far each has come."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from callouts.content import DraftContent, LineContent
from callouts.rules import facts
from callouts.rules.problems import Problem
from callouts.wording import transport_of, with_unit

DONE, ERROR, OPEN = "done", "error", "open"
FIELDS = (
    ("service", "producer"),
    ("q", "fraction", "declared_by", "declaration_no", "consistency", "packing_group", "un_number"),
    (
        "quantity",
        "unit",
        "package_count",
        "package_type",
        "load_carrier_no",
        "container_size",
        "container_unit",
        "note",
    ),
    (
        "transport",
        "pickup_address",
        "pickup_place",
        "pickup_other",
        "wanted_on",
        "rented_until",
        "contact_name",
        "contact_phone",
    ),
    ("invoice_reference", "files", "file_kind"),
)


@dataclass(frozen=True)
class Part:
    """A part of the form. `detail` sums it up when it is done, else says what it lacks."""

    number: int
    title: str
    detail: str
    state: str

    @property
    def anchor(self) -> str:
        return f"part-{self.number}"

    @property
    def icon(self) -> str:
        return {DONE: "CheckmarkCircleFill", ERROR: "XMarkOctagonFill"}.get(self.state, "MinusCircle")


def parts_of(
    content: DraftContent, line: LineContent, problems: list[Problem], wrong: Collection[str], *, checked: bool
) -> list[Part]:
    """Return the parts, with one of the lines. `wrong` names the form's fields with errors; unless `checked`, what
    lacks is no error yet.
    """
    titles = [
        _("Service and producer"),
        _("Waste"),
        _("Quantity and packaging"),
        _("Collection") if facts.moves_waste(content.service) else _("Delivery to you"),
        _("Reference and files"),
    ]
    summaries = [_service(content), _waste(line), _quantity(line), _collection(content), content.invoice_reference]
    here = content.position_of(line)
    problems = [problem for problem in problems if problem.line in {None, here}]
    found = []
    for number, names in enumerate(FIELDS):
        lacks = next((problem for problem in problems if problem.field in names), None)
        is_wrong = any(name in wrong for name in names)
        state = _state(is_wrong=is_wrong or (checked and lacks is not None), is_ready=lacks is None)
        detail = lacks.brief if lacks else (_("Check what is marked") if is_wrong else summaries[number])
        if state == DONE and not summaries[number]:
            state, detail = OPEN, _("Optional")
        found.append(Part(number + 1, titles[number], detail, state))
    return found


def _state(*, is_wrong: bool, is_ready: bool) -> str:
    if is_wrong:
        return ERROR
    return DONE if is_ready else OPEN


def _joined(*words: str) -> str:
    return ", ".join(filter(None, words))


def _service(content: DraftContent) -> str:
    from callouts.models import CallOff

    service = str(CallOff.Service(content.service).label) if content.service else ""
    return _joined(service, content.producer.list_name if content.producer else "")


def _waste(line: LineContent) -> str:
    return line.fraction.name if line.fraction else ""


def _quantity(line: LineContent) -> str:
    quantity = with_unit(line.quantity, line.unit.name if line.unit else {})
    packages = with_unit(line.package_count, line.package_type.name_of(line.package_count) if line.package_type else {})
    return _joined(quantity, packages or line.load_carrier_no)


def _collection(content: DraftContent) -> str:
    place = content.pickup_address.partition(",")[0] if content.transport == facts.BY_US else ""
    return _joined(place, transport_of(content.transport, content.service))
