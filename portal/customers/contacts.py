"""Who the customers are whose registered e-mail address or number somebody has proved to be theirs.

Told and given only after the proof. Whoever has it is let in without staff where it is plain whose it is: all customers
with this contact are private, carry one name, and nobody acts for them or was taken off them. A company's post box is
read by many, a household's number is several people's, and a caretaker's address stands on many customers: there staff
decide, and also where somebody was shut out, who may still read the post.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from portal.accounts.models import User
from portal.accounts.registers import Known, Proved, Register
from portal.accounts.sms_limit import take_sms
from portal.customers.actions import add_proved_owner
from portal.customers.models import Customer, Membership
from portal.customers.queries import removals
from portal.customers.rules import is_same_name
from portal.notifications.actions import notify
from portal.notifications.models import Channel
from portal.notifications.phones import usable_mobile

# More of one person's would be a mistake in the register.
MOST = 20


def customers_with(proved: Proved) -> "QuerySet[Customer]":
    """Return the customers that are registered with a proved address or number."""
    if proved.email:
        return Customer.objects.filter(email__iexact=proved.email).order_by("number")
    return Customer.objects.filter(phone=proved.phone).order_by("number") if proved.phone else Customer.objects.none()


@dataclass(frozen=True)
class Finding:
    """`free` are the customers that are plainly the person's and that nobody acts for or was taken off; `is_plain` says
    if any may be given to somebody who has no account.
    """

    customers: Sequence[Customer]
    free: Sequence[Customer]

    @property
    def is_plain(self) -> bool:
        return bool(self.free) and len(self.free) == len(self.customers)


def finding_on(proved: Proved, *, for_user: User | None = None) -> Finding:
    """Look a contact up. A customer that `for_user` acts for counts as nobody else's. Who is disabled counts as well:
    that shuts a person out, and frees nothing.
    """
    members = Membership.objects.filter(customer=OuterRef("pk"))
    if for_user:
        members = members.exclude(user=for_user)
    rows = customers_with(proved).annotate(is_taken=Exists(members) | Exists(removals(OuterRef("pk"))))
    found = list(rows[: MOST + 1])
    is_one = len(found) <= MOST and all(
        one.kind == Customer.Kind.PRIVATE and is_same_name(one.name, found[0].name) for one in found
    )
    return Finding(found, [one for one in found if is_one and not one.is_taken])


def _find(proved: Proved) -> Known | None:
    finding = finding_on(proved)
    if not finding.customers:
        return None
    first = finding.customers[0]
    return Known(first.name, first.email) if finding.is_plain else Known("", needs_staff=True)


@transaction.atomic
def _give(user: User, proved: Proved) -> None:
    """Make the person an owner of the customers that are plainly theirs."""
    rows = Customer.objects.select_for_update()
    free = {one.pk for one in finding_on(proved, for_user=user).free}
    given = [customer for customer in rows.filter(pk__in=free).order_by("number") if _join(user, customer)]
    if given:
        _tell(given[0], user, proved)


def _join(user: User, customer: Customer) -> bool:
    """Tell whether the person is new there. Of two at once, the second finds that somebody acts for it."""
    if Membership.objects.filter(customer=customer).exists() or removals(customer.pk).exists():
        return False
    return add_proved_owner(user=user, customer=customer, way="contact")


def _tell(customer: Customer, user: User, proved: Proved) -> None:
    """Tell the customer at the other contact it has, or else at the one that was proved: nobody comes in silence."""
    mobile = usable_mobile(customer.phone) if proved.email else ""
    by_sms = bool(mobile) and take_sms()
    notify(
        event="customers.opened_by_contact",
        key=f"customers.opened_by_contact:{customer.pk}:{user.pk}",
        context={"customer_name": customer.name, "by_sms": bool(proved.phone)},
        email=customer.email or user.email,
        phone=customer.phone if by_sms else "",
        language=user.language,
        channels=[Channel.SMS if by_sms else Channel.EMAIL],
    )


REGISTER = Register(find=_find, give=_give)
