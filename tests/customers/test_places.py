"""Where a customer is served is read once a request, for each customer and each part of it by itself."""

import pytest

from portal.customers import places
from portal.customers.models import Customer
from portal.customers.places import Place, Source
from portal.tenancy.models import Tenant
from portal.tenancy.scope import remembering
from tests import factories


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A source whose places are named after who asked; what it was asked."""
    found: list[str] = []

    def of(customer: Customer) -> list[Place]:
        found.append(f"{customer.pk} {sorted(customer.scope or [])}")
        return [Place(kind="test", street=found[-1])]

    monkeypatch.setattr(places, "_sources", {"test": Source(of=of, at=lambda *_: [], found_by=lambda _: [])})
    return found


def streets(customer: Customer) -> list[str]:
    return [place.street for place in places.places_of(customer)]


def test_who_reads_a_part_never_gets_the_whole(tenant: Tenant, asked: list[str]) -> None:
    whole = factories.customer()
    part = Customer.objects.get(pk=whole.pk)
    part.scope = frozenset({"metering:707057500000000001"})
    other = factories.customer()
    with remembering():
        each = [streets(one) for one in (whole, part, other, whole, part, other)]
    assert each[:3] == each[3:] == [[text] for text in asked]
    assert len(asked) == 3


def test_the_next_request_reads_anew(tenant: Tenant, asked: list[str]) -> None:
    customer = factories.customer()
    for _ in range(2):
        with remembering():
            streets(customer)
            streets(customer)
    assert len(asked) == 2
