"""Who is told of what happens to a call-off: the customer's people by message, the company's systems by webhook."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from callouts.models import CallOff
from callouts.payload import call_off_payload
from portal.accounts.models import User
from portal.customers.models import Customer
from portal.customers.queries import still_acts
from portal.notifications.actions import notify
from portal.notifications.models import Channel, Message
from portal.tenancy.models import current_tenant
from portal.webhooks.actions import tell


def tell_customer(
    call_off: CallOff, *, event: str, key: str, context: dict[str, Any], to: User | None = None
) -> list[Message]:
    """Write to whoever sent the call-off in (or `to`), on the channels they have chosen; else to the customer itself.

    Somebody who no longer acts for the customer hears nothing more of it.
    """
    return notify(
        event=event,
        key=key,
        user=_still_there(call_off.customer, [to, call_off.submitted_by]),
        customer=call_off.customer,
        channels=(Channel.EMAIL,),
        context={"call_off": call_off, "url": url_of(call_off), **context},
    )


def _still_there(customer: Customer, people: Sequence[User | None]) -> User | None:
    """Return the first of the people who has an account and may see the customer's call-offs today."""
    return next((person for person in people if still_acts(person, customer, app="callouts")), None)


def url_of(call_off: CallOff) -> str:
    return current_tenant().absolute_url(reverse("callouts:call_off", args=[call_off.number]))


def tell_systems(call_off: CallOff, *, event: str, key: str, **more: Any) -> None:
    """Tell the company's other systems, with the call-off as it stands now and `more`."""
    tell(event=event, key=key, data={**call_off_payload(call_off), **more})
