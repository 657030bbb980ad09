"""What readings hold of a person: only which installation they want to see first. Readings are the customer's."""

from typing import Any

from metering.models import PreferredInstallation
from portal.accounts.models import User


def export(user: User) -> list[dict[str, Any]]:
    chosen = PreferredInstallation.objects.filter(user=user).select_related("customer", "metering_point")
    return [
        {"customer": one.customer.number, "preferred_installation": one.metering_point.gsrn}
        for one in chosen.order_by("pk")
    ]


def forget(user: User) -> None:
    PreferredInstallation.objects.filter(user=user).delete()
