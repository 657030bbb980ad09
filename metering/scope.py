"""The metering points that an authorization can be limited to."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from metering.models import MeteringPoint
    from portal.customers.models import Customer

PREFIX = "metering:"


def reference_of(point: "MeteringPoint") -> str:
    """Return how an authorization names a metering point: by the 18 digits, which outlive our rows."""
    return f"{PREFIX}{point.gsrn}"


def gsrns_in(scope: Iterable[str]) -> list[str]:
    """Return the metering points among the things an authorization is limited to."""
    return [reference.removeprefix(PREFIX) for reference in scope if reference.startswith(PREFIX)]


def choices(customer: "Customer") -> Iterator[tuple[str, str]]:
    """Yield the customer's present metering points to choose from."""
    from metering.models import Holding
    from portal.customers.queries import today

    for holding in Holding.objects.of(customer).held_on(today()):
        point = holding.metering_point
        place = " ".join(filter(None, [point.postal_code, point.city]))
        name = ", ".join(filter(None, [point.address, place]))
        yield reference_of(point), f"{name} ({point.gsrn})" if name else point.gsrn
