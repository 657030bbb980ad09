"""One job from the list of addresses to the confirmation and the overview, as a person walks it."""

from datetime import UTC, datetime

from django.urls import reverse

from orders.jobs import JobType
from orders.models import BasketLine, Order, OrderLine, Status
from portal.audit.models import Entry
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests import factories
from tests.orders import makers
from tests.orders.makers import FRIDAY, MONDAY
from tests.orders.pages import add_url, post_job, send


def test_the_whole_walk(tenant: Tenant) -> None:
    site = makers.site(number="C-2207", waste_type=makers.waste_type("Trevirke, blandet"))
    makers.location(site.customer)
    client = factories.client_for(site.person, tenant=tenant)

    addresses = client.get(reverse("orders:locations")).content.decode()
    assert site.location.full_address in addresses

    page = reverse("orders:location", args=[site.location.pk])
    card = client.get(page).content.decode()
    assert f'href="{page}?unit=C-2207&amp;job=empty#unit-C-2207"' in card

    form = client.get(page, {"unit": "C-2207", "job": "empty"}).content.decode()
    assert "Fre. 13.\xa0nov." in form
    assert "Man. 16.\xa0nov." in form

    note = "Port B er åpen 06.30–15.30. Ring Magnus på 912 34 567. 🚛"
    answer = post_job(client, site, day=FRIDAY, driver_note=note, invoice_reference="4417 Eidnes skole", follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert [str(message) for message in answer.context["messages"]] == [
        "Tøm, åpen container 22\xa0m³ ligger i handlekurven."
    ]

    basket = client.get(reverse("orders:basket")).content.decode()
    assert note in basket
    answer = send(client, follow=True)
    order = Order.objects.get()
    assert answer.redirect_chain == [(reverse("orders:confirmation", args=[order.number]), 302)]
    assert f"Ordre {order.number_text} er mottatt" in answer.content.decode()

    overview = client.get(reverse("orders:overview")).content.decode()
    assert "Tøm, åpen container 22\xa0m³" in overview
    assert "Mottatt" in overview
    assert note in client.get(reverse("orders:order", args=[order.number])).content.decode()


def test_the_order_keeps_what_was_ordered(tenant: Tenant) -> None:
    site = makers.site()
    other_waste = makers.waste_type("Gips", code="1615")
    client = factories.client_for(site.person, tenant=tenant)
    post_job(client, site, waste_type=other_waste.pk, driver_note="Port B", invoice_reference="4417")
    send(client)
    other_waste.names = {"nb": "Noe annet"}
    other_waste.save()
    job = OrderLine.objects.get()
    assert (job.waste_code, job.waste, job.wanted_on) == ("1615", "Gips", FRIDAY)
    assert (job.unit_number, job.address) == (site.unit.number, site.location.full_address)
    assert (job.driver_note, job.invoice_reference, job.status) == ("Port B", "4417", Status.RECEIVED)
    # Thursday at 14.00 in Norway, which is an hour ahead of UTC in winter.
    assert job.cancellable_until == datetime(2026, 11, 12, 13, tzinfo=UTC)


def test_the_equipment_decides_how_it_is_emptied(tenant: Tenant) -> None:
    site = makers.site(equipment_type=makers.equipment_type(emptying="dump_and_return"))
    client = factories.client_for(site.person, tenant=tenant)
    page = client.get(reverse("orders:location", args=[site.location.pk]), {"unit": site.unit.number, "job": "empty"})
    assert "setter den tilbake på samme plass" in page.content.decode()
    post_job(client, site)
    send(client)
    assert OrderLine.objects.get().job_type == JobType.DUMP_AND_RETURN


def test_moving_asks_where_to(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    missing = post_job(client, site, job="relocate", destination=" ")
    assert missing.status_code == 422
    assert "Skriv hvor enheten skal flyttes, eller legg ved et bilde av plassen." in missing.content.decode()
    post_job(client, site, job="relocate", destination="Ved port B")
    send(client)
    job = OrderLine.objects.get()
    assert (job.job_type, job.destination) == (JobType.RELOCATE, "Ved port B")


def test_collecting_is_the_final_pickup(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    post_job(client, site, job="collect")
    send(client)
    assert OrderLine.objects.get().job_type == JobType.FINAL_PICKUP


def test_several_jobs_become_one_order(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    post_job(client, site, day=FRIDAY)
    post_job(client, site, day=MONDAY)
    send(client)
    assert list(Order.objects.get().lines.values_list("position", "wanted_on")) == [(1, FRIDAY), (2, MONDAY)]


def test_sending_empties_the_basket_and_leaves_a_trace(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    post_job(client, site)
    send(client)
    order = Order.objects.get()
    assert not BasketLine.objects.exists()
    entry = Entry.objects.get(verb="orders.sent")
    assert (entry.by, entry.customer, entry.object_id) == (site.person, site.customer, order.pk)


def test_the_confirmation_is_sent_as_an_sms_in_the_persons_language(tenant: Tenant) -> None:
    site = makers.site()
    site.person.language = "nn"
    site.person.save()
    client = factories.client_for(site.person, tenant=tenant)
    post_job(client, site)
    send(client)
    message = Message.objects.get()
    assert (message.recipient, message.channel) == (site.person.phone, "sms")
    number = Order.objects.get().number_text
    assert message.body == (
        f"Fjord: Ordre {number} er motteken. Tøm, åpen container 22\xa0m³, fredag 13.\xa0november, "
        f"{site.location.full_address}."
    )


def test_without_a_mobile_number_it_comes_by_e_mail(tenant: Tenant) -> None:
    site = makers.site()
    site.person.phone = ""
    site.person.save()
    client = factories.client_for(site.person, tenant=tenant)
    post_job(client, site)
    send(client)
    message = Message.objects.get()
    assert (message.recipient, message.subject) == (
        site.person.email,
        f"Ordre {Order.objects.get().number_text} er mottatt",
    )
    assert reverse("orders:order", args=[Order.objects.get().number]) in message.body


def test_order_numbers_follow_each_other(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    for day in (FRIDAY, MONDAY):
        post_job(client, site, day=day)
        send(client)
    assert list(Order.objects.order_by("pk").values_list("number", flat=True)) == [1, 2]


def test_opening_the_address_of_adding_leads_back_to_the_form(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    page = reverse("orders:location", args=[site.location.pk])
    assert client.get(add_url(site, "empty"))["location"] == f"{page}?unit={site.unit.number}&job=empty"
