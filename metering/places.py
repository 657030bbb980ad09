"""The installations as places, for those who look for the customers of an area."""

from collections.abc import Iterator

from django.db.models import Q

from metering import queries
from metering.models import Holding, HoldingQuerySet, MeteringPoint
from portal.customers import places
from portal.customers.models import Customer
from portal.customers.places import Place, Search, Source
from portal.customers.queries import today

KIND = "metering_point"
FIELDS = ("address", "postal_code", "city", "gsrn", "grid_station", "price_area")


def place_of(point: MeteringPoint) -> Place:
    return Place(
        kind=KIND,
        street=point.address,
        postal_code=point.postal_code,
        city=point.city,
        gsrn=point.gsrn,
        grid_station=point.grid_station,
        price_area=point.price_area,
    )


def of(customer: Customer) -> list[Place]:
    """Return the installations the customer holds today; those a page has read already are not read again."""
    day = today()
    known = queries.known_installations(customer, day)
    return _read(_held(customer)) if known is None else [place_of(one.point) for one in known if one.holds(day)]


def at(customer: Customer, gsrn: str) -> list[Place]:
    """Return the installation with this number, if the customer holds it today."""
    return _read(_held(customer).filter(metering_point__gsrn=gsrn))


def _held(customer: Customer) -> HoldingQuerySet:
    return Holding.objects.of(customer).held_on(today())


def _read(held: HoldingQuerySet) -> list[Place]:
    """A firm has thousands, and a page asks: no objects are made."""
    rows = held.values_list(*(f"metering_point__{name}" for name in FIELDS))
    return [
        Place(
            kind=KIND,
            street=street,
            postal_code=postal_code,
            city=city,
            gsrn=gsrn,
            grid_station=grid_station,
            price_area=price_area,
        )
        for street, postal_code, city, gsrn, grid_station, price_area in rows
    ]


def has_any(customer: Customer) -> bool:
    """Tell whether the customer holds an installation today. Of thousands, the places are not read for that alone."""
    if (known := places.known_of(customer)) is not None:
        return any(place.kind == KIND for place in known)
    return _held(customer).exists()


def found_by(search: Search) -> Iterator[tuple[int, Place]]:
    """Yield (customer's key, installation) for those held today."""
    wanted = Q(metering_point__postal_code__in=search.postal_codes)
    wanted |= Q(metering_point__grid_station__in=search.grid_stations) | Q(metering_point__gsrn__in=search.gsrns)
    held = Holding.objects.held_on(today()).filter(wanted).select_related("metering_point").order_by("pk")
    for holding in held.iterator(chunk_size=2000):
        yield holding.customer_id, place_of(holding.metering_point)


SOURCE = Source(of=of, at=at, found_by=found_by)
