"""What others do meanwhile: a page that is old, a basket that is full, two orders to one new address."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from orders import personal_data
from orders.actions import MOST_LINES, NewAddress, Wish, add_to_basket, change_job, send_basket
from orders.actions import master_data as taking_in
from orders.actions.photos import hand_over
from orders.jobs import Service
from orders.master_data import WASTE_TYPES
from orders.models import BasketLine, Location, OrderLine, Photo, Status, WasteType
from portal.audit.models import Entry
from portal.customers.models import Membership
from portal.documents import csv_files
from portal.tenancy.models import Tenant
from tests import factories
from tests.orders import makers
from tests.orders.makers import FRIDAY, MONDAY, Site
from tests.orders.pages import post_job

NEW = NewAddress(address="Kaiveien 3", postal_code="3970", city="Eidnes")


@pytest.fixture
def job(tenant: Tenant) -> OrderLine:
    return makers.sent(makers.site(), wanted_on=MONDAY).lines.get()


def page_of(job: OrderLine) -> str:
    return reverse("admin:orders_orderline_change", args=[job.pk])


def test_a_page_from_before_the_customers_change_is_not_saved_over_it(tenant: Tenant, staff: Client) -> None:
    site = makers.site()
    job = makers.sent(site, wanted_on=FRIDAY).lines.get()
    old = staff.get(page_of(job)).context["adminform"].form
    values = {"status": Status.SCHEDULED, "status_reason": "Ring først.", "wanted_on": FRIDAY.isoformat()}
    values["seen"] = old["seen"].value()
    change_job(job=job, by=site.person, wish=makers.wish(site.unit, wanted_on=MONDAY), revision=1)
    answer = staff.post(page_of(job), values)
    assert answer.status_code == 200
    form = answer.context["adminform"].form
    assert "mandag 16." in str(form.non_field_errors())
    assert form["status_reason"].value() == "Ring først."
    job.refresh_from_db()
    assert (job.status, job.wanted_on) == (Status.RECEIVED, MONDAY)
    # Looked at, and meant.
    again = values | {"seen": form["seen"].value(), "wanted_on": MONDAY.isoformat()}
    assert staff.post(page_of(job), again).status_code == 302
    job.refresh_from_db()
    assert (job.status, job.wanted_on) == (Status.SCHEDULED, MONDAY)


def test_what_staff_look_at_is_written_down(staff: Client, job: OrderLine) -> None:
    photo = makers.stored_photo(job, job.order.ordered_by)
    staff.get(page_of(job))
    staff.get(reverse("admin:orders_order_change", args=[job.order_id]))
    b"".join(staff.get(reverse("admin:orders_orderline_photo", args=[job.pk, photo.pk])))  # type: ignore[call-overload]
    staff.get(reverse("admin:orders_orderline_slip", args=[job.pk]))
    staff.get(reverse("admin:orders_orderline_slips"))
    read = Entry.objects.filter(verb__endswith="_read") | Entry.objects.filter(verb="orders.read")
    assert sorted(read.filter(customer=job.customer).values_list("verb", flat=True)) == [
        *["orders.photo_read", "orders.read", "orders.read", "orders.slips_read", "orders.slips_read"]
    ]


def test_a_full_basket_says_so_kindly(tenant: Tenant) -> None:
    site = makers.site()
    line = makers.line(site)
    BasketLine.objects.bulk_create(
        BasketLine(
            **{f.attname: getattr(line, f.attname) for f in BasketLine._meta.concrete_fields if f.name != "id"}
            | {"placement_id": makers.placement(site.location, waste_type=site.unit.waste_type).pk}
        )
        for _ in range(MOST_LINES - 1)
    )
    other = makers.placement(site.location)
    client = factories.client_for(site.person, tenant=tenant)
    there = Site(site.person, site.customer, site.location, other)
    answer = post_job(client, there, follow=True)
    assert BasketLine.objects.kept().count() == MOST_LINES
    assert [str(message) for message in answer.context["messages"] if str(MOST_LINES) in str(message)]


def _new_unit(site: Site, kind: Any, waste: Any) -> None:
    wish = Wish(
        service=Service.DELIVER, waste_type=waste, wanted_on=MONDAY, equipment_type=kind, new_address=NEW, quantity=1
    )
    add_to_basket(customer=site.customer, by=site.person, wish=wish)


def test_a_closed_site_of_that_address_is_taken_into_use_again(tenant: Tenant) -> None:
    site = makers.site()
    closed = makers.location(site.customer, address="kaiveien 3", is_active=False)
    _new_unit(site, makers.equipment_type(), makers.waste_type())
    send_basket(customer=site.customer, by=site.person, submission_key=makers.key(site))
    assert OrderLine.objects.get().location == closed
    assert Location.objects.of(site.customer).filter(address__iexact=NEW.address).count() == 1


def test_photos_of_all_jobs_follow_in_one_statement(tenant: Tenant, django_assert_num_queries: Any) -> None:
    site = makers.site()
    lines = [makers.line(site), makers.line(site, wanted_on=MONDAY)]
    jobs = [makers.past_order(site, FRIDAY), makers.past_order(site, MONDAY)]
    photos = [makers.stored_photo(line, site.person) for line in lines]
    with django_assert_num_queries(1):
        hand_over(lines, jobs)
    assert [Photo.objects.get(pk=photo.pk).order_line for photo in photos] == jobs


def test_a_place_in_lists_that_does_not_fit_is_one_rejection(tenant: Tenant) -> None:
    text = "code;nb;position\nA1;Restavfall;999999999\nA2;Papp;7\nA3;Glass;1.5\n"
    reading = csv_files.read(text.encode(), WASTE_TYPES)
    assert [one.line for one in reading.rejected] == [2, 4]
    outcome = taking_in.take_in(WASTE_TYPES, reading.rows, source="a.csv", by=None)
    assert (outcome.new, WasteType.objects.get(code="A2").position) == (1, 7)
    # What no cleaner foresees: the other rows still come in.
    reading.rows[0].values["position"] = 999_999_999
    good = csv_files.read(b"code;nb\nA4;Tre\n", WASTE_TYPES).rows
    outcome = taking_in.take_in(WASTE_TYPES, [*reading.rows, *good], source="a.csv", by=None)
    assert (len(outcome.rejected), outcome.new) == (1, 1)


def test_who_acts_for_the_customer_no_more_takes_no_contacts_along(tenant: Tenant) -> None:
    site = makers.site()
    makers.sent(site, contact_name="Ola Vik", contact_phone="+4791234567", driver_note="Portkode 1234")
    assert personal_data.export(site.person)["orders"][0]["jobs"][0]["contact_name"] == "Ola Vik"
    Membership.objects.filter(user=site.person, customer=site.customer).delete()
    told = str(personal_data.export(site.person)["orders"])
    assert not [word for word in ("Ola Vik", "+4791234567", "1234") if word in told]
