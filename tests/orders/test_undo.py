"""What is taken out of the basket can be put back for a while."""

from datetime import timedelta

import time_machine
from django.urls import reverse

from orders.actions import remove_line
from orders.models import BasketLine
from portal.tenancy.models import Tenant
from tests import factories
from tests.orders import makers
from tests.orders.makers import FRIDAY, MONDAY, NOW
from tests.orders.pages import send


def test_a_job_taken_out_is_not_sent_and_can_be_put_back(tenant: Tenant) -> None:
    site = makers.site()
    line = makers.line(site, driver_note="Port B")
    client = factories.client_for(site.person, tenant=tenant)
    page = client.post(reverse("orders:remove", args=[line.pk]), follow=True).content.decode()
    assert "Tøm, åpen container 22\xa0m³ er tatt ut av handlekurven." in page
    assert "Handlekurven er tom" in page
    assert 'data-count="1"' not in page
    client.post(reverse("orders:restore", args=[line.pk]))
    line.refresh_from_db()
    assert (line.removed_at, line.driver_note) == (None, "Port B")
    assert send(client).status_code == 302


def test_putting_back_changes_the_contents_that_can_be_sent(tenant: Tenant) -> None:
    site = makers.site()
    line = makers.line(site)
    client = factories.client_for(site.person, tenant=tenant)
    client.post(reverse("orders:remove", args=[line.pk]))
    seen = makers.key(site)
    client.post(reverse("orders:restore", args=[line.pk]))
    assert client.post(reverse("orders:send"), {"key": seen}).status_code == 422


def test_putting_back_what_was_added_again_leaves_one(tenant: Tenant) -> None:
    site = makers.site()
    line = makers.line(site, driver_note="Old")
    client = factories.client_for(site.person, tenant=tenant)
    client.post(reverse("orders:remove", args=[line.pk]))
    makers.line(site, driver_note="New")
    client.post(reverse("orders:restore", args=[line.pk]))
    assert BasketLine.objects.kept().get().driver_note == "Old"


def test_putting_back_a_new_unit_that_was_added_again_leaves_one(tenant: Tenant) -> None:
    site = makers.site()
    new = {"placement": None, "service": "deliver", "equipment_type": site.unit.equipment_type}
    line = makers.line(site, **new, location=site.location, quantity=2)
    client = factories.client_for(site.person, tenant=tenant)
    client.post(reverse("orders:remove", args=[line.pk]))
    makers.line(site, **new, location=site.location, quantity=3)
    other = makers.line(site, **new, location=makers.location(site.customer))
    client.post(reverse("orders:restore", args=[line.pk]))
    assert set(BasketLine.objects.kept().values_list("pk", "quantity")) == {(line.pk, 2), (other.pk, 1)}


def test_after_an_hour_or_a_send_there_is_nothing_to_put_back(tenant: Tenant) -> None:
    site = makers.site()
    line = makers.line(site)
    makers.line(site, wanted_on=FRIDAY + timedelta(days=3))
    client = factories.client_for(site.person, tenant=tenant)
    client.post(reverse("orders:remove", args=[line.pk]))
    restore = reverse("orders:restore", args=[line.pk])
    with time_machine.travel(NOW + timedelta(minutes=61), tick=False):
        assert client.post(restore).status_code == 404
        assert "er tatt ut av handlekurven" not in client.get(reverse("orders:basket")).content.decode()
    send(client)
    assert not BasketLine.objects.exists()
    assert client.post(restore).status_code == 404


def test_one_job_at_a_time_is_offered_to_be_put_back_the_latest_first(tenant: Tenant) -> None:
    site = makers.site()
    first, second = makers.line(site), makers.line(site, wanted_on=MONDAY)
    client = factories.client_for(site.person, tenant=tenant)
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        remove_line(line=first, by=site.person)
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        remove_line(line=second, by=site.person)
        assert client.get(reverse("orders:basket")).context["taken_out"] == second
        client.post(reverse("orders:restore", args=[second.pk]))
        assert client.get(reverse("orders:basket")).context["taken_out"] == first


def test_what_was_taken_out_does_not_follow_onto_the_next_basket(tenant: Tenant) -> None:
    site = makers.site()
    line = makers.line(site)
    client = factories.client_for(site.person, tenant=tenant)
    remove_line(line=line, by=site.person)
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        makers.line(site, wanted_on=MONDAY)
        assert client.get(reverse("orders:basket")).context["taken_out"] is None


def test_anothers_job_cannot_be_put_back(tenant: Tenant) -> None:
    mine, theirs = makers.site(), makers.site()
    line = makers.line(theirs)
    factories.client_for(theirs.person, tenant=tenant).post(reverse("orders:remove", args=[line.pk]))
    client = factories.client_for(mine.person, tenant=tenant)
    assert client.post(reverse("orders:restore", args=[line.pk])).status_code == 404
    assert not BasketLine.objects.kept().exists()
