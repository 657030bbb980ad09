"""Reads that take more than one condition on one table."""

from dataclasses import dataclass, field

from callouts.models import CallOff, FractionWord, WasteFraction, WasteProducer
from callouts.rules import codes
from portal.customers.models import Customer

MOST_HITS = 12
REMEMBERED_ADDRESSES = 20


def known_addresses(customer: Customer, also: str = "") -> list[str]:
    """Return the pick-up addresses a customer may choose among: `also`, its producers' and those it has used."""
    producers = [producer.full_address for producer in WasteProducer.objects.of(customer).in_use()]
    used = (
        CallOff.objects.of(customer).exclude(pickup_address="").order_by("-pk").values_list("pickup_address", flat=True)
    )
    return list(dict.fromkeys(filter(None, [also, *producers, *used[:REMEMBERED_ADDRESSES]])))


@dataclass(frozen=True)
class Hits:
    """What a search for a fraction gave: `shown` begins with the chosen one where the search does not hold it."""

    query: str = ""
    count: int = 0
    shown: list[WasteFraction] = field(default_factory=list)
    chosen: WasteFraction | None = None

    @property
    def is_cut(self) -> bool:
        return self.count > MOST_HITS


def find_fractions(query: str, chosen: WasteFraction | None) -> Hits:
    """Search the offered fractions for every term of the query, and keep the chosen one in sight.

    Those whose name or code begins with the first term stand foremost, then those people call so. The terms are
    intersected here: as one statement the planner sometimes went through all words for each fraction.
    """
    weights = _weights(codes.search_terms(query))
    offered = WasteFraction.objects.offered().filter(pk__in=weights)
    in_order = sorted(offered.order_by("name", "article_no"), key=lambda fraction: -weights[fraction.pk])
    first = in_order[:MOST_HITS]
    missing = [chosen] if chosen and chosen not in first else []
    return Hits(query.strip(), len(in_order), [*missing, *first], chosen)


def _weights(terms: list[str]) -> dict[int, int]:
    """Return the ids of the fractions that have all terms, with the weight of the first."""
    found = [FractionWord.objects.beginning_with(term).weights() for term in terms]
    every = set.intersection(*map(set, found)) if found else set()
    return {pk: found[0][pk] for pk in every}
