"""Reads that take more than one condition on one table."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from callouts.models import (
    CallOff,
    CallOffLine,
    FractionWord,
    LoadCarrier,
    PackageType,
    Unit,
    WasteFraction,
    WasteProducer,
)
from callouts.rules import codes, facts
from portal.customers.models import Customer
from portal.tenancy.scope import once

# As many as fit on a phone's screen; the second number is what "Show more" leads to.
MOST_HITS, STILL_MORE = 12, 60
REMEMBERED_ADDRESSES = 20
REMEMBERED_CARRIERS = 50
# Call-offs that "recently used" looks back on, and fractions it shows.
LOOKED_BACK_ON, RECENT = 60, 6


def known_addresses(customer: Customer, also: str = "") -> list[str]:
    """Return the pick-up addresses a customer may choose among: `also`, its producers' and those it has used."""
    producers = [producer.full_address for producer in producers_of(customer)]
    used = once(("callouts.used_addresses", customer.pk), lambda: _used_addresses(customer))
    return list(dict.fromkeys(filter(None, [also, *producers, *used])))


def _used_addresses(customer: Customer) -> list[str]:
    used = CallOff.objects.of(customer).exclude(pickup_address="").order_by("-pk")
    return list(used.values_list("pickup_address", flat=True)[:REMEMBERED_ADDRESSES])


def draft_count(customer: Customer) -> int:
    """Return how many drafts a customer has; counted once a request."""
    return once(("callouts.drafts", customer.pk), CallOff.objects.of(customer).drafts().count)


def producers_of(customer: Customer) -> list[WasteProducer]:
    """Return the producers a customer may call off for, in order; read once a request."""
    return once(("callouts.producers", customer.pk), lambda: list(WasteProducer.objects.of(customer).in_use()))


def known_units() -> list[Unit]:
    """Return what quantities are counted in, in order; read once a request, as the packages are."""
    return once(("callouts.units",), lambda: list(Unit.objects.all()))


def known_packages() -> list[PackageType]:
    return once(("callouts.packages",), lambda: list(PackageType.objects.all()))


def known_carriers(customer: Customer) -> list[LoadCarrier]:
    """Return the load carriers a customer has called off with, the last used first."""
    found = LoadCarrier.objects.filter(customer=customer).order_by("-used_at", "number")
    return list(found[:REMEMBERED_CARRIERS])


def recent_fractions(customer: Customer, service: str) -> list[int]:
    """Return the ids of the fractions in a customer's latest call-offs, the last used first."""
    # Two queries: as one the planner went through all lines where it knew nothing of the tables yet.
    latest = CallOff.objects.of(customer).submitted().newest_first().values_list("pk", flat=True)[:LOOKED_BACK_ON]
    ages = {pk: age for age, pk in enumerate(latest)}
    lines = CallOffLine.objects.filter(
        call_off__in=ages, fraction__service=facts.article_service(service), fraction__is_active=True
    )
    used: dict[int, int] = {}
    for fraction, call_off in lines.order_by().values_list("fraction", "call_off"):
        used[fraction] = min(ages[call_off], used.get(fraction, LOOKED_BACK_ON))
    return sorted(used, key=lambda fraction: (used[fraction], fraction))


@dataclass(frozen=True)
class Hits:
    """What a search for a fraction gave: `shown` begins with the chosen one where the search does not hold it."""

    query: str = ""
    category: str = ""
    count: int = 0
    limit: int = MOST_HITS
    shown: list[WasteFraction] = field(default_factory=list)
    chosen: WasteFraction | None = None
    # Whether they are what the customer used lately: nothing was searched for.
    are_recent: bool = False

    @property
    def is_cut(self) -> bool:
        return self.count > self.limit

    @property
    def has_more(self) -> bool:
        return self.is_cut and self.limit < STILL_MORE

    @property
    def was_asked(self) -> bool:
        return bool(self.query or self.category)


@dataclass(frozen=True, kw_only=True)
class Search:
    """What is looked for: words, within a category and what a kind of service draws on.

    `recent` are ids, the last used first.
    """

    query: str = ""
    category: str = ""
    service: str = facts.WASTE
    recent: Sequence[int] = ()
    limit: int = MOST_HITS


def find_fractions(search: Search | str, chosen: WasteFraction | None) -> Hits:
    """Search the offered fractions for every term of the query, and keep the chosen one in sight.

    Recently used ones stand foremost; then those whose name or code begins with the first term, then those people call
    so. Without words it is the category by name, and without that what was used recently; what is rented out and sold
    is little enough to be shown from the start. The terms are intersected here: as one statement the planner sometimes
    went through all words for each fraction.
    """
    search = Search(query=search) if isinstance(search, str) else search
    if not search.query.strip() and not search.category and (search.recent or search.service in facts.MOVES_WASTE):
        return _recent(search, chosen)
    offered = WasteFraction.objects.offered().for_service(search.service)
    if search.category:
        offered = offered.filter(category=search.category)
    weights: dict[int, int] = {}
    if search.query.strip():
        weights = _weights(codes.search_terms(search.query))
        offered = offered.filter(pk__in=weights)
    rank = {pk: place for place, pk in enumerate(search.recent)}
    by_name = offered.order_by("name", "article_no").values_list("pk", flat=True)
    in_order = sorted(by_name, key=lambda pk: (rank.get(pk, len(rank)), -weights.get(pk, 0)))
    shown = _with_chosen(_read(in_order[: search.limit]), chosen)
    return Hits(search.query.strip(), search.category, len(in_order), search.limit, shown, chosen)


def _recent(search: Search, chosen: WasteFraction | None) -> Hits:
    recent = _read(search.recent[:RECENT])
    return Hits(shown=_with_chosen(recent, chosen), chosen=chosen, are_recent=bool(recent))


def _read(ids: Sequence[int]) -> list[WasteFraction]:
    found = WasteFraction.objects.in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def _with_chosen(found: list[WasteFraction], chosen: WasteFraction | None) -> list[WasteFraction]:
    return [chosen, *found] if chosen and chosen not in found else found


def _weights(terms: list[str]) -> dict[int, int]:
    """Return the ids of the fractions that have all terms, with the weight of the first."""
    found = [FractionWord.objects.beginning_with(term).weights() for term in terms]
    every = set.intersection(*map(set, found)) if found else set()
    return {pk: found[0][pk] for pk in every}
