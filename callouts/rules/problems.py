"""Why a call-off cannot be sent in yet: each problem names its field and says what to do."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from callouts.rules.facts import (
    BY_CUSTOMER,
    BY_SUPPLIER,
    BY_US,
    MOVES_WASTE,
    OWN_DELIVERY,
    RENTAL,
    CallOffFacts,
    Limits,
    LineFacts,
    PackageFacts,
    UnitFacts,
    article_service,
    moves_waste,
)

MOST_LINES = 30
MOST_PACKAGES = 10_000
LARGEST_CONTAINER = Decimal(100_000)


@dataclass(frozen=True)
class Problem:
    """`field` is the form's and the model's name for it, `brief` the few words the list of parts has room for.

    `line` is the line's place, counted from 0; None for what concerns the call-off.
    """

    field: str
    message: str
    brief: str
    line: int | None = None


def problems_with(call_off: CallOffFacts) -> list[Problem]:
    """Return everything that stands in the way of sending it in, in the order of the form; empty when it is ready."""
    found = [*_service_and_producer(call_off)]
    for number, line in enumerate(call_off.lines):
        found += [replace(problem, line=number) for problem in _line(call_off, line)]
    if len(call_off.lines) > MOST_LINES:
        message = _("A call-off has at most %(most)s lines. Make another one for the rest.") % {"most": MOST_LINES}
        found.append(Problem("lines", message, _("Too many lines")))
    return [*found, *_collection(call_off), *_dates(call_off)]


def _service_and_producer(call_off: CallOffFacts) -> Iterator[Problem]:
    if not call_off.service:
        yield Problem("service", _("Choose the kind of service."), _("Kind of service is missing"))
    if call_off.service in MOVES_WASTE and not call_off.has_producer:
        yield Problem("producer", _("Choose the waste producer."), _("Waste producer is missing"))
    elif call_off.has_producer and not call_off.producer_is_active:
        yield Problem("producer", _("This waste producer is no longer in use. Choose another."), _("Choose another"))
    elif call_off.has_producer and call_off.producer_waits:
        message = _("This waste producer is not approved yet. Save the call-off, and send it in when it is.")
        yield Problem("producer", message, _("Waits for approval"))


def _line(call_off: CallOffFacts, line: LineFacts) -> Iterator[Problem]:
    is_waste = call_off.service in MOVES_WASTE
    yield from _waste(call_off, line, required=is_waste)
    yield from _quantity(line, required=is_waste)
    if is_waste:
        yield from _packages(line)
        yield from _allowed_package(line)
    yield from _container(line)
    if not moves_waste(call_off.service) and line.fraction is None and not line.note:
        yield Problem(
            "note", _("Write what you need, for example which equipment and for how long."), _("Note is missing")
        )


def _waste(call_off: CallOffFacts, line: LineFacts, *, required: bool) -> Iterator[Problem]:
    if line.fraction is None:
        if required:
            yield Problem("fraction", _("Find and choose the waste fraction."), _("Waste fraction is missing"))
        return
    if not line.fraction.is_active:
        message = _("“%(name)s” is no longer in use. Choose another waste fraction.")
        yield Problem("fraction", message % {"name": line.fraction.name}, _("Choose another waste fraction"))
    if call_off.service and line.fraction.service != article_service(call_off.service):
        message = _("“%(name)s” does not belong to this kind of service. Choose another.")
        yield Problem("fraction", message % {"name": line.fraction.name}, _("Choose another"))
    elif line.fraction.needs_declaration:
        yield from _declaration(call_off, line)


def _declaration(call_off: CallOffFacts, line: LineFacts) -> Iterator[Problem]:
    supplier = {"supplier": call_off.supplier}
    if line.declared_by == BY_SUPPLIER:
        if not call_off.supplier_may_declare:
            message = _("%(supplier)s cannot declare for this producer: there is no valid authorization.")
            yield Problem("declared_by", message % supplier, _("Authorization is missing"))
    elif line.declared_by != BY_CUSTOMER:
        message = _("Choose who declares the waste.")
        yield Problem("declared_by", message, _("Declaration is missing"))
    elif not line.declaration_no:
        message = _("Enter the declaration number, or choose that %(supplier)s declares for you.")
        yield Problem("declaration_no", message % supplier, _("Declaration number is missing"))
    else:
        yield from _declaration_no(line.declaration_no, call_off.limits)


def _declaration_no(number: str, limits: Limits) -> Iterator[Problem]:
    if not (number.isascii() and number.isdecimal()):
        message = _("The declaration number is digits only, for example 123.456.789.")
        yield Problem("declaration_no", message, _("Declaration number has other signs than digits"))
    elif not limits.shortest_declaration_no <= len(number) <= limits.longest_declaration_no:
        message = _("The declaration number has %(count)s digits; it should have from %(least)s to %(most)s.")
        values = {"count": len(number), "least": limits.shortest_declaration_no, "most": limits.longest_declaration_no}
        yield Problem("declaration_no", message % values, _("Check the declaration number"))


def _quantity(line: LineFacts, *, required: bool) -> Iterator[Problem]:
    if line.quantity is None:
        if required:
            yield Problem("quantity", _("Enter the quantity."), _("Quantity is missing"))
    elif line.quantity <= 0:
        yield Problem("quantity", _("The quantity must be more than zero."), _("Check the quantity"))
    elif line.unit and line.unit.most is not None and line.quantity > line.unit.most:
        message = _("That is more than one call-off can hold. Check the quantity and its unit, %(unit)s.")
        yield Problem("quantity", message % {"unit": line.unit.name}, _("Check the quantity"))
    if line.unit is None:
        if required or line.quantity is not None:
            yield Problem("unit", _("Choose a unit for the quantity."), _("Unit is missing"))
    elif line.fraction and not _is_allowed(line.unit, line.fraction.units):
        message = _("“%(name)s” can only be given in %(units)s.")
        values = {"name": line.fraction.name, "units": ", ".join(unit.name for unit in line.fraction.units)}
        yield Problem("unit", message % values, _("Choose another unit"))


def _is_allowed(unit: UnitFacts, allowed: tuple[UnitFacts, ...]) -> bool:
    return not allowed or unit.code in {one.code for one in allowed}


def _packages(line: LineFacts) -> Iterator[Problem]:
    if line.package_count is None and line.package is None and line.load_carrier_no:
        return  # In bulk, in a tank or a container that has a number of its own.
    if line.package_count is None:
        message = _("Enter the number of packages, or the load carrier or tank number.")
        yield Problem("package_count", message, _("Number of packages is missing"))
    elif not 0 < line.package_count <= MOST_PACKAGES:
        message = _("The number of packages must be from 1 to %(most)s.")
        yield Problem("package_count", message % {"most": MOST_PACKAGES}, _("Check the number of packages"))
    if line.package is None:
        yield Problem("package_type", _("Choose the type of package."), _("Type of package is missing"))


def _allowed_package(line: LineFacts) -> Iterator[Problem]:
    if line.package and line.fraction and not _may_come_in(line.package, line.fraction.packages):
        message = _("“%(name)s” can only come in %(packages)s.")
        values = {"name": line.fraction.name, "packages": ", ".join(one.name for one in line.fraction.packages)}
        yield Problem("package_type", message % values, _("Choose another type of package"))


def _may_come_in(package: PackageFacts, allowed: tuple[PackageFacts, ...]) -> bool:
    return not allowed or package.code in {one.code for one in allowed}


def _container(line: LineFacts) -> Iterator[Problem]:
    if line.container_size is None:
        return
    if not 0 < line.container_size <= LARGEST_CONTAINER:
        message = _("The size must be more than zero and at most %(most)s.")
        yield Problem("container_size", message % {"most": LARGEST_CONTAINER}, _("Check the size"))
    if not line.has_container_unit:
        yield Problem("container_unit", _("Choose a unit for the size."), _("Unit of the size is missing"))


def _collection(call_off: CallOffFacts) -> Iterator[Problem]:
    if call_off.transport not in {BY_US, OWN_DELIVERY}:
        yield Problem("transport", _("Choose who transports."), _("Transport is missing"))
    if call_off.transport == BY_US and not call_off.pickup_address:
        if moves_waste(call_off.service):
            yield Problem("pickup_address", _("Choose or write the pick-up address."), _("Pick-up address is missing"))
        else:
            yield Problem("pickup_address", _("Choose or write the delivery address."), _("Address is missing"))
    if not call_off.contact_name:
        yield Problem("contact_name", _("Enter a contact person."), _("Contact person is missing"))
    if not call_off.contact_phone:
        yield Problem("contact_phone", _("Enter the contact person’s mobile number."), _("Mobile number is missing"))


def _dates(call_off: CallOffFacts) -> Iterator[Problem]:
    if call_off.wanted_on and call_off.today and call_off.wanted_on < call_off.today:
        yield Problem("wanted_on", _("The wanted date is over. Choose today or later."), _("Wanted date is over"))
    if call_off.service != RENTAL or not call_off.rented_until:
        return
    if call_off.wanted_on and call_off.rented_until < call_off.wanted_on:
        yield Problem("rented_until", _("The rental ends before it begins."), _("Check the dates"))
    elif call_off.today and call_off.rented_until < call_off.today:
        yield Problem("rented_until", _("The last day of the rental is over."), _("Check the dates"))
