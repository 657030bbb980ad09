"""A basket is ordered once, whole, and as the person saw it."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from orders.actions import CannotSend, send_basket
from orders.models import BasketLine, Order, Placement
from orders.problems import BasketChanged, BasketEmpty
from portal.notifications.models import Message
from portal.tenancy.models import NumberSeries, Tenant
from tests import factories
from tests.orders import makers
from tests.orders.makers import FRIDAY, MONDAY, NOW
from tests.orders.pages import key_on, post_job, send


def test_sending_again_shows_the_same_confirmation(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    makers.line(site)
    key = {"key": makers.key(site)}
    first, again = (client.post(reverse("orders:send"), key) for _ in range(2))
    assert first.status_code == 302
    assert again["location"] == first["location"] == reverse("orders:confirmation", args=[Order.objects.get().number])
    assert Message.objects.count() == 1


def test_two_tabs_with_the_same_basket_make_one_order(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    makers.line(site)
    tabs = [key_on(client.get(reverse("orders:basket")).content.decode()) for _ in range(2)]
    for key in tabs:
        client.post(reverse("orders:send"), {"key": key})
    assert Order.objects.count() == 1


def test_a_basket_that_was_changed_in_another_tab_is_looked_at_again(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    makers.line(site)
    seen = makers.key(site)
    makers.line(site, wanted_on=MONDAY)
    answer = client.post(reverse("orders:send"), {"key": seen})
    assert answer.status_code == 422
    assert BasketChanged().message in answer.content.decode()
    assert not Order.objects.exists()
    assert send(client).status_code == 302


def test_a_basket_emptied_in_another_tab_sends_nothing(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    line = makers.line(site)
    seen = makers.key(site)
    client.post(reverse("orders:remove", args=[line.pk]))
    answer = client.post(reverse("orders:send"), {"key": seen})
    assert answer.status_code == 422
    assert BasketEmpty().message in answer.content.decode()
    assert not Order.objects.exists()


@pytest.mark.parametrize("key", ["", "nonsense", str(uuid.UUID(int=7))])
def test_an_unknown_key_sends_nothing(tenant: Tenant, key: str) -> None:
    site = makers.site()
    makers.line(site)
    client = factories.client_for(site.person, tenant=tenant)
    assert client.post(reverse("orders:send"), {"key": key}).status_code == 422
    assert not Order.objects.exists()


def test_a_unit_that_has_left_is_named_and_nothing_is_sent(tenant: Tenant) -> None:
    site = makers.site()
    gone = makers.placement(site.location, number="C-9")
    makers.line(site)
    makers.line(makers.Site(site.person, site.customer, site.location, gone))
    key = makers.key(site)
    Placement.objects.filter(pk=gone.pk).update(removed_on=NOW.date())
    client = factories.client_for(site.person, tenant=tenant)
    answer = client.post(reverse("orders:send"), {"key": key})
    assert answer.status_code == 422
    assert "Enhet C-9 står ikke lenger på denne adressen." in answer.content.decode()
    assert (Order.objects.count(), BasketLine.objects.count(), NumberSeries.objects.count()) == (0, 2, 0)


def test_when_what_is_wrong_is_removed_the_rest_can_be_sent(tenant: Tenant) -> None:
    site = makers.site()
    gone = makers.placement(site.location, number="C-9")
    makers.line(site)
    bad = makers.line(makers.Site(site.person, site.customer, site.location, gone))
    Placement.objects.filter(pk=gone.pk).update(removed_on=NOW.date())
    client = factories.client_for(site.person, tenant=tenant)
    assert key_on(client.get(reverse("orders:basket")).content.decode()) == ""
    client.post(reverse("orders:remove", args=[bad.pk]))
    send(client)
    assert Order.objects.get().lines.get().placement == site.unit


def test_a_withdrawn_waste_type_is_named(tenant: Tenant) -> None:
    site = makers.site()
    line = makers.line(site)
    line.waste_type.is_active = False
    line.waste_type.save()
    client = factories.client_for(site.person, tenant=tenant)
    answer = client.post(reverse("orders:send"), {"key": makers.key(site)})
    assert (answer.status_code, Order.objects.count()) == (422, 0)
    assert "Restavfall kan ikke lenger bestilles." in answer.content.decode()


def test_a_date_whose_deadline_has_passed_is_named(tenant: Tenant) -> None:
    site = makers.site()
    makers.line(site, wanted_on=FRIDAY)
    client = factories.client_for(site.person, tenant=tenant)
    with time_machine.travel(NOW + timedelta(hours=5), tick=False):
        answer = client.post(reverse("orders:send"), {"key": makers.key(site)})
    assert (answer.status_code, Order.objects.count()) == (422, 0)
    expected = "Det er for sent å bestille til fredag 13.\xa0nov.\xa02026. Fristen var i dag kl.\xa014.00."
    assert expected in answer.content.decode()


def test_a_unit_that_became_part_of_a_route_keeps_its_waste_type(tenant: Tenant) -> None:
    site = makers.site()
    makers.line(site, waste_type=makers.waste_type("Gips"))
    Placement.objects.update(is_periodic=True)
    with pytest.raises(CannotSend):
        send_basket(customer=site.customer, by=site.person, submission_key=makers.key(site))


def test_a_unit_that_now_stands_at_another_customer_is_not_ordered(tenant: Tenant) -> None:
    site, other = makers.site(), makers.site()
    makers.line(site)
    Placement.objects.filter(pk=site.unit.pk).update(location=other.location)
    with pytest.raises(CannotSend):
        send_basket(customer=site.customer, by=site.person, submission_key=makers.key(site))


def test_the_key_of_anothers_order_opens_nothing(tenant: Tenant) -> None:
    theirs, mine = makers.site(), makers.site()
    order = makers.sent(theirs)
    makers.line(mine)
    client = factories.client_for(mine.person, tenant=tenant)
    assert client.post(reverse("orders:send"), {"key": order.submission_key}).status_code == 422


def test_nothing_is_left_when_telling_fails(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    site = makers.site()
    makers.line(site)

    def fails(**_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("orders.actions.sending.notify", fails)
    with pytest.raises(RuntimeError):
        send_basket(customer=site.customer, by=site.person, submission_key=makers.key(site))
    assert (Order.objects.count(), BasketLine.objects.count(), NumberSeries.objects.count()) == (0, 1, 0)


def test_opening_the_address_of_sending_leads_to_the_basket(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    assert client.get(reverse("orders:send"))["location"] == reverse("orders:basket")
    assert post_job(client, site).status_code == 302
