"""Who the private customers are: matched by the keyed hash of the identity number, which itself is never kept.

Reading the file is pure: bytes in, numbers and rejections out. No message repeats an identity number.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from stdnum.exceptions import ValidationError as InvalidNumber
from stdnum.no import fodselsnummer

from portal.accounts.models import User
from portal.accounts.oidc.identity import hashes_of
from portal.accounts.registers import Known, Proved, Register
from portal.audit import actions as audit
from portal.customers.csv_files import Rejection, Unreadable, decode
from portal.customers.models import Customer, CustomerIdentity, Membership, Role
from portal.customers.queries import removals

COLUMNS = ["number", "identity_number"]


@dataclass(frozen=True)
class Line:
    line: int
    number: str
    identity_number: str = field(repr=False)


@dataclass
class Report:
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: list[Rejection] = field(default_factory=list)


def read(data: bytes) -> tuple[list[Line], list[Rejection]]:
    """Read a CSV file's bytes. What makes the whole file unreadable is one rejection."""
    try:
        text = decode(data)
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in text.partition("\n")[0] else ",")
        header = [name.strip().lower() for name in next(rows, [])]
        if sorted(header) != sorted(COLUMNS):
            raise Unreadable(_("The first line must be: %(columns)s.") % {"columns": ",".join(COLUMNS)})
        found = [(rows.line_num, cells) for cells in rows if any(cell.strip() for cell in cells)]
    except (Unreadable, csv.Error) as error:
        text = str(error) if isinstance(error, Unreadable) else _("This is not a CSV file.")
        return [], [Rejection(getattr(error, "line", 1), text)]
    return _lines(found, header)


def _lines(found: list[tuple[int, list[str]]], header: list[str]) -> tuple[list[Line], list[Rejection]]:
    lines, rejected, seen = [], [], set()
    for number, cells in found:
        values = dict(zip(header, (cell.strip() for cell in cells), strict=False))
        customer = values.get("number", "")
        reason = _problem_of(values, is_whole=len(cells) == len(header), is_again=customer in seen)
        seen.add(customer)
        if reason:
            rejected.append(Rejection(number, reason, customer))
        else:
            lines.append(Line(number, customer, fodselsnummer.compact(values["identity_number"])))
    return lines, rejected


def _problem_of(values: dict[str, str], *, is_whole: bool, is_again: bool) -> str:
    if not is_whole:
        return _("A line has two columns.")
    if not values["number"]:
        return _("The customer number is missing.")
    if is_again:
        return _("The customer number stands on an earlier line already.")
    try:
        fodselsnummer.validate(values["identity_number"])
    except InvalidNumber:
        return _("This is not an identity number.")
    return ""


@transaction.atomic
def store(lines: Sequence[Line], *, source: str, by: User | None) -> Report:
    """Keep the hashes of private customers; who is unknown, or a firm, is rejected."""
    report = Report()
    customers = Customer.objects.filter(number__in=[line.number for line in lines]).select_related("identity")
    known = {customer.number: customer for customer in customers}
    for line in lines:
        customer = known.get(line.number)
        if customer is None:
            report.rejected.append(Rejection(line.line, _("There is no customer with this number."), line.number))
        elif customer.kind != Customer.Kind.PRIVATE:
            report.rejected.append(Rejection(line.line, _("Only private customers have one."), line.number))
        else:
            _store_one(customer, hashes_of(line.identity_number)[0], report)
    counts = {"new": report.new, "changed": report.changed, "unchanged": report.unchanged}
    audit.record(verb="customers.identities_imported", by=by, data={"source": source, **counts})
    return report


def _store_one(customer: Customer, number_hash: str, report: Report) -> None:
    before: str | None = getattr(getattr(customer, "identity", None), "number_hash", None)
    if before == number_hash:
        report.unchanged += 1
        return
    CustomerIdentity.objects.update_or_create(customer=customer, defaults={"number_hash": number_hash})
    report.changed += before is not None
    report.new += before is None


def _customers_with(hashes: Sequence[str]) -> "QuerySet[Customer]":
    return Customer.objects.filter(identity__number_hash__in=hashes).order_by("number")


def _find(proved: Proved) -> Known | None:
    found = _customers_with(proved.hashes).first()
    return Known(found.name, found.email) if found else None


def _give(user: User, proved: Proved) -> None:
    """Make the person an owner of the customers they are; not of one that somebody has taken them off."""
    taken_off = removals(OuterRef("pk")).filter(object_type=user._meta.label_lower, object_id=user.pk).exclude(by=user)
    for customer in _customers_with(proved.hashes).exclude(Exists(taken_off)):
        _membership, is_new = Membership.objects.get_or_create(
            user=user, customer=customer, defaults={"role": Role.OWNER}
        )
        if is_new:
            audit.record(verb="customers.member_added", by=user, obj=user, customer=customer, data={"by": "identity"})


REGISTER = Register(find=_find, give=_give)
