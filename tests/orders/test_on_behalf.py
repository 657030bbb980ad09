"""Staff order for a customer with the customer's own pages: marked, and confirmed to the customer."""

from django.test import Client
from django.urls import reverse

from orders.models import Order, OrderRevision
from portal.audit.models import Entry
from portal.customers.models import Customer
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests import factories
from tests.orders import makers
from tests.orders.pages import post_job, send


def acting(tenant: Tenant, customer: Customer) -> Client:
    """Return the client of a member of staff who acts for the customer."""
    return factories.act_for(factories.client_for(factories.staff(name="Kari Støle"), tenant=tenant), customer)


def test_what_staff_order_is_the_customers_and_says_so(tenant: Tenant) -> None:
    site = makers.site()
    Customer.objects.filter(pk=site.customer.pk).update(phone="+4791234567")
    client = acting(tenant, site.customer)
    post_job(client, site)
    assert f"Du bestiller på vegne av {site.customer.name}." in client.get(reverse("orders:basket")).content.decode()
    answer = send(client, follow=True)
    page = answer.content.decode()
    assert f"Bestilt på vegne av {site.customer.name}." in page
    assert "912 34 567" in page.replace("\xa0", " ")
    order = Order.objects.get()
    assert (order.customer, order.on_behalf) == (site.customer, True)
    assert Entry.objects.get(verb="orders.sent").data["on_behalf"] is True
    message = Message.objects.get()
    assert (message.recipient, message.user, message.customer) == ("+4791234567", None, site.customer)


def test_the_customer_sees_who_ordered(tenant: Tenant) -> None:
    site = makers.site()
    client = acting(tenant, site.customer)
    post_job(client, site)
    send(client)
    page = factories.client_for(site.person, tenant=tenant).get(
        reverse("orders:order", args=[Order.objects.get().number])
    )
    assert "av kundeservice hos Fjord, på vegne av dere." in page.content.decode()
    assert "Kari Støle" not in page.content.decode()


def test_a_cancellation_by_staff_is_marked(tenant: Tenant) -> None:
    site = makers.site()
    order = makers.sent(site)
    acting(tenant, site.customer).post(reverse("orders:cancel", args=[order.number, 1]))
    assert OrderRevision.objects.get().on_behalf
    assert Entry.objects.get(verb="orders.cancelled").data["on_behalf"] is True
    page = factories.client_for(site.person, tenant=tenant).get(reverse("orders:order", args=[order.number]))
    assert "av kundeservice" in page.content.decode()


def test_the_persons_own_basket_is_not_the_staffs(tenant: Tenant) -> None:
    site = makers.site()
    makers.line(site)
    assert "Handlekurven er tom" in acting(tenant, site.customer).get(reverse("orders:basket")).content.decode()
