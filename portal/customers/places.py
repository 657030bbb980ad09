"""Where customers are served: what the domains know of it, for those who look for the customers of an area.

A domain registers a `Source` in its AppConfig.ready(). Outages and news ask here and import no domain.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from portal.customers.models import Customer
from portal.tenancy.scope import once, remembered
from portal.ui import formatting


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place where a customer is served today, such as an installation. What is not known is "".

    `kind` is the domain's name of it ("metering_point"), `street` the street with the number ("Torget 3"), `gsrn` the
    18 digits of a metering point, `grid_station` the station that feeds it, `price_area` "NO1" to "NO5".
    """

    kind: str
    street: str = ""
    postal_code: str = ""
    city: str = ""
    gsrn: str = ""
    grid_station: str = ""
    price_area: str = ""

    @property
    def full_address(self) -> str:
        """Return "Torget 3, 1489 Eidnes", as far as it is known."""
        return formatting.address(self.street, self.postal_code, self.city)


@dataclass(frozen=True, kw_only=True)
class Search:
    """Places with any of these. An empty search finds nothing."""

    postal_codes: frozenset[str] = frozenset()
    grid_stations: frozenset[str] = frozenset()
    gsrns: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Source:
    """What a domain brings. `of` returns the places of a customer, in the order the customer knows them; `at` those of
    them with a metering point's number; `found_by` every place that a search finds, with the key of the customer it
    serves.
    """

    of: Callable[[Customer], Iterable[Place]]
    at: Callable[[Customer, str], Iterable[Place]]
    found_by: Callable[[Search], Iterable[tuple[int, Place]]]


_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Add a source; the same name again replaces it."""
    _sources[name] = source


def places_of(customer: Customer) -> Sequence[Place]:
    """Return the places where a customer is served today, as far as the person may see them; read once a request."""
    return once(
        _key(customer),
        lambda: [place for source in _sources.values() for place in source.of(customer)],
    )


def places_at(customer: Customer, gsrn: str) -> Sequence[Place]:
    """Return those of them at a metering point. Of thousands the others are not read for it."""
    if (known := known_of(customer)) is not None:
        return [place for place in known if place.gsrn == gsrn]
    return [place for source in _sources.values() for place in source.at(customer, gsrn)]


def known_of(customer: Customer) -> Sequence[Place] | None:
    """Return the places if this request has read them already, else None."""
    found: Sequence[Place] | None = remembered(_key(customer))
    return found


def _key(customer: Customer) -> tuple[object, ...]:
    return ("customers.places", customer.pk, customer.scope)


def found_by(search: Search) -> Iterator[tuple[int, Place]]:
    """Yield (customer's key, place) for every place of the tenant that the search finds; streams."""
    for source in _sources.values():
        yield from source.found_by(search)
