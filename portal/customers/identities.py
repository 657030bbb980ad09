"""Who the private customers are: matched by the keyed hash of the identity number, which itself is never kept.

Reading the file is pure: bytes in, numbers and rejections out. No message repeats an identity number.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from stdnum.exceptions import ValidationError as InvalidNumber
from stdnum.no import fodselsnummer

from portal.accounts.models import Identity, User
from portal.accounts.oidc.identity import hashes_of
from portal.accounts.registers import Known, Proved, Register
from portal.audit import actions as audit
from portal.customers.actions.owners import tell_owners
from portal.customers.csv_files import Rejection, Unreadable, decode
from portal.customers.models import Customer, CustomerIdentity, Membership, Role
from portal.customers.queries import removals
from portal.notifications.actions import notify
from portal.notifications.models import Channel

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


def _free(proved: Proved, *, user: User | None = None) -> tuple[list[Customer], bool]:
    """Return the customers that the person may act for, and whether there are others that staff must look at."""
    found = list(_customers_with(proved.hashes))
    free = [customer for customer in found if not _is_shut_out(customer, proved, user=user)]
    return free, len(free) < len(found)


def _is_shut_out(customer: Customer, proved: Proved, *, user: User | None) -> bool:
    """Whether the person may be one whom somebody took off the customer, or who is disabled there, and comes back with
    a new e-mail address. Only where the other's identity is known as another's is it plainly not they.
    """
    off = removals(customer.pk).filter(object_type=User._meta.label_lower).exclude(by=F("object_id"))
    for user_id, identity in off.values_list("object_id", "data__identity"):
        if (user and user_id == user.pk) or not identity or identity in proved.hashes:
            return True
    disabled = Membership.objects.filter(customer=customer, user__is_active=False)
    known = Identity.objects.exclude(number_hash__in=proved.hashes).values("user")
    return disabled.exclude(user__in=known).exists()


def _find(proved: Proved) -> Known | None:
    free, others = _free(proved)
    if free:
        return Known(free[0].name, free[0].email)
    return Known("", needs_staff=True) if others else None


def _give(user: User, proved: Proved) -> None:
    """Make the person an owner of the customers they are, and tell who owns it already, or else the customer."""
    for customer in _free(proved, user=user)[0]:
        membership, is_new = Membership.objects.get_or_create(
            user=user, customer=customer, defaults={"role": Role.OWNER}
        )
        if is_new:
            data = {"by": "identity"}
            entry = audit.record(verb="customers.member_added", by=user, obj=user, customer=customer, data=data)
            tell_owners(membership, key=entry.pk, by=user)
            _tell_customer(customer, user)


def _tell_customer(customer: Customer, user: User) -> None:
    """Tell a customer nobody else acts for, at its own address: nobody comes in silence."""
    is_alone = not Membership.objects.filter(customer=customer).exclude(user=user).exists()
    if is_alone and customer.email and customer.email.lower() != user.email.lower():
        event = "customers.opened_by_identity"
        notify(
            event=event,
            key=f"{event}:{customer.pk}:{user.pk}",
            context={"customer_name": customer.name},
            email=customer.email,
            language=user.language,
            channels=[Channel.EMAIL],
        )


REGISTER = Register(find=_find, give=_give)
