"""Who the private customers are: matched by the keyed hash of the identity number, which itself is never kept.

No message repeats an identity number.
"""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from stdnum.exceptions import ValidationError as InvalidNumber
from stdnum.no import fodselsnummer

from portal.accounts.models import Identity, User
from portal.accounts.registers import Known, Proved, Register
from portal.customers.actions import add_proved_owner
from portal.customers.models import Customer, Membership
from portal.customers.queries import removals
from portal.documents.csv_files import Column, Format
from portal.notifications.actions import notify
from portal.notifications.models import Channel


def _clean(value: str) -> str:
    """Return the eleven digits. No message repeats them."""
    try:
        return str(fodselsnummer.validate(value))
    except InvalidNumber as error:
        raise ValidationError(_("This is not an identity number.")) from error


IDENTITIES = Format(
    name="identity numbers of private customers",
    key="number",
    columns={
        "number": Column(str, "the customer number", required=True),
        "identity_number": Column(
            _clean, "the eleven digits; only a keyed hash is kept", required=True, is_secret=True
        ),
    },
)


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
        if add_proved_owner(user=user, customer=customer, way="identity"):
            _tell_customer(customer, user)


def _tell_customer(customer: Customer, user: User) -> None:
    """Tell a customer that has no other owner to be told, at its own address: nobody comes in silence."""
    is_alone = not Membership.objects.owners().filter(customer=customer).exclude(user=user).exists()
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
