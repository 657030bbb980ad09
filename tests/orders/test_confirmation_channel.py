"""The confirmation comes as the person wants it, and that choice is kept."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.notifications import preferences
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests import factories
from tests.orders import makers


def send(client: Client, site: makers.Site, **fields: str) -> None:
    makers.line(site)
    client.post(reverse("orders:send"), {"key": str(makers.key(site)), **fields})


@pytest.mark.parametrize(
    ("choice", "channels"), [("sms", {"sms"}), ("email", {"email"}), ("both", {"sms", "email"}), ("pigeon", {"sms"})]
)
def test_by_sms_e_mail_or_both(tenant: Tenant, choice: str, channels: set[str]) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    send(client, site, confirmation=choice)
    assert set(Message.objects.values_list("channel", flat=True)) == channels


def test_the_choice_is_kept_for_the_next_time(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    send(client, site, confirmation="both")
    assert preferences.channels_for(site.person, "orders.confirmed", ()) == ("sms", "email")
    makers.line(site)
    page = client.get(reverse("orders:basket")).content.decode()
    assert '<input type="radio" name="confirmation" value="both"' in page
    assert 'value="both" class="ds-input" id="id_confirmation_2" checked' in page
    client.post(reverse("orders:send"), {"key": str(makers.key(site))})
    assert Message.objects.count() == 4


def test_both_are_told_on_the_confirmation_page(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    makers.line(site)
    key = {"key": str(makers.key(site)), "confirmation": "both"}
    page = client.post(reverse("orders:send"), key, follow=True).content.decode()
    assert "Du får en SMS" in page
    assert "Du får en e-post" in page
