"""Twenty sends at once, over twenty connections: one order, one number, one message."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection
from django.urls import reverse

from orders.actions import NewAddress, Wish, add_to_basket
from orders.jobs import Service
from orders.models import Basket, Location, Order
from portal.audit.models import Entry
from portal.notifications.models import Message
from portal.tenancy.models import NumberSeries, Tenant
from portal.tenancy.scope import tenant_transaction
from tests import factories
from tests.orders import makers

SENDS = 20


def test_twenty_parallel_sends_make_one_order(committed_tenant: Tenant) -> None:
    with tenant_transaction(committed_tenant):
        site = makers.site()
        makers.line(site)
        makers.line(site, wanted_on=makers.MONDAY)
        key = makers.key(site)
        clients = [factories.client_for(site.person, tenant=committed_tenant) for _ in range(SENDS)]
    together = threading.Barrier(SENDS)

    def send(number: int) -> str:
        together.wait()
        try:
            return str(clients[number].post(reverse("orders:send"), {"key": key}).headers.get("location"))
        finally:
            connection.close()

    with ThreadPoolExecutor(SENDS) as pool:
        answers = set(pool.map(send, range(SENDS)))
    with tenant_transaction(committed_tenant):
        order = Order.objects.get()
        assert answers == {reverse("orders:confirmation", args=[order.number])}
        assert order.lines.count() == 2
        assert NumberSeries.objects.get(series="orders").last == order.number == 1
        assert Message.objects.count() == 1
        assert Entry.objects.filter(verb="orders.sent").count() == 1


def test_of_two_contradicting_jobs_for_one_unit_sent_at_once_one_is_ordered(committed_tenant: Tenant) -> None:
    """One person has it collected while a colleague has it emptied later: whoever comes second is told."""
    with tenant_transaction(committed_tenant):
        site = makers.site()
        colleague = factories.user()
        factories.membership(colleague, site.customer)
        theirs = makers.Site(colleague, site.customer, site.location, site.unit)
        makers.line(site, service=Service.COLLECT, wanted_on=makers.FRIDAY)
        makers.line(theirs, wanted_on=makers.MONDAY)
        senders = [
            (factories.client_for(one.person, tenant=committed_tenant), makers.key(one)) for one in (site, theirs)
        ]
    together = threading.Barrier(len(senders))

    def send(number: int) -> int:
        client, key = senders[number]
        together.wait()
        try:
            return client.post(reverse("orders:send"), {"key": key}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(senders)) as pool:
        assert sorted(pool.map(send, range(len(senders)))) == [302, 422]
    with tenant_transaction(committed_tenant):
        assert Order.objects.count() == 1


def test_two_colleagues_with_the_same_new_address_make_one_site(committed_tenant: Tenant) -> None:
    with tenant_transaction(committed_tenant):
        site = makers.site()
        colleague = factories.user()
        factories.membership(colleague, site.customer)
        kind, waste = makers.equipment_type(), makers.waste_type()
        address = NewAddress(address="Kaiveien 3", postal_code="3970", city="Eidnes")
        wish = Wish(
            service=Service.DELIVER,
            waste_type=waste,
            wanted_on=makers.MONDAY,
            equipment_type=kind,
            new_address=address,
        )
        sends = []
        for person in (site.person, colleague):
            add_to_basket(customer=site.customer, by=person, wish=wish)
            key = Basket.objects.get(user=person, customer=site.customer).submission_key
            sends.append((factories.client_for(person, tenant=committed_tenant), key))
    together = threading.Barrier(len(sends))

    def send(number: int) -> int:
        client, key = sends[number]
        together.wait()
        try:
            return client.post(reverse("orders:send"), {"key": key}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(sends)) as pool:
        assert list(pool.map(send, range(len(sends)))) == [302, 302]
    with tenant_transaction(committed_tenant):
        assert Location.objects.filter(address="Kaiveien 3").count() == 1
        assert Order.objects.count() == 2
