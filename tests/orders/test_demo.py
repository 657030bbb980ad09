"""The demo's data: lifelike, the same each time, and the numbers go on after it."""

from random import Random

from django.urls import reverse

from orders import demo
from orders.models import BasketLine, Location, Order, OrderLine, Status
from portal.customers.models import Role
from portal.notifications.actions import writing_history
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests import factories
from tests.orders import makers


def build(tenant: Tenant) -> None:
    with writing_history():
        demo.build(tenant, rng=Random("test"), today=makers.NOW.date())


def test_it_has_orders_in_every_state_and_a_basket(tenant: Tenant) -> None:
    person, _ = factories.member(Role.OWNER, number="20417")
    build(tenant)
    assert set(OrderLine.objects.values_list("status", flat=True)) == set(Status)
    assert OrderLine.objects.filter(wanted_on__gt=makers.NOW).exists()
    basket = BasketLine.objects.filter(basket__user=person)
    assert basket.count() == 2
    assert not basket.filter(wanted_on__lte=makers.FRIDAY).exists()
    client = factories.client_for(person, tenant=tenant)
    for name in ("orders:locations", "orders:basket", "orders:overview"):
        assert client.get(reverse(name)).status_code == 200


def test_a_customer_that_is_not_in_it_stays_empty(tenant: Tenant) -> None:
    factories.member(Role.OWNER, number="20588")
    build(tenant)
    assert not Location.objects.exists()


def test_order_numbers_go_on_after_those_of_the_demo(tenant: Tenant) -> None:
    factories.member(Role.OWNER, number="20417")
    build(tenant)
    last = Order.objects.latest("number").number
    assert makers.sent(makers.site()).number == last + 1


def test_its_messages_are_as_old_as_their_orders(tenant: Tenant) -> None:
    factories.member(Role.OWNER, number="20417")
    build(tenant)
    ordered = set(Order.objects.values_list("ordered_at", flat=True))
    sent = set(Message.objects.values_list("sent_at", flat=True))
    assert len(sent) > 1
    assert sent <= ordered
