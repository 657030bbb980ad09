"""The metering points that an authorization can be limited to."""

from collections.abc import Iterator

from metering.models import Holding
from metering.scope import reference_of
from portal.customers.models import Customer
from portal.customers.queries import today


def choices(customer: Customer) -> Iterator[tuple[str, str]]:
    """Yield the customer's present metering points to choose from."""
    for holding in Holding.objects.of(customer).held_on(today()):
        point = holding.metering_point
        name = point.full_address
        yield reference_of(point), f"{name} ({point.gsrn})" if name else point.gsrn
