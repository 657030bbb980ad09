"""Choosing, changing and having forgotten a password."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.models import User
from portal.audit.models import Entry
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests import factories
from tests.accounts.conftest import PASSWORD, is_signed_in, newest_message

RESET = "/account/password/reset/"
CHANGE = "/account/password/change/"
NEW = "tolv grønne sykler"


def link_from_mail(email: str = "kari@example.com") -> str:
    found = re.search(r"https?://([^/\s]+)(/\S+)", newest_message(email).body)
    assert found
    assert found[1] == "fjord.localhost:8000"
    return found[2]


def follow(client: Client, link: str) -> str:
    """Open the link and return the address of the form behind it."""
    return client.get(link).headers["Location"]


def can_sign_in(tenant: Tenant, password: str, email: str = "kari@example.com") -> bool:
    client = factories.client_for(tenant=tenant)
    client.post("/account/login/password/", {"login": email, "password": password})
    return is_signed_in(client)


def test_the_link_from_the_e_mail_gives_a_new_password(visitor: Client, tenant: Tenant, kari: User) -> None:
    visitor.post(RESET, {"login": kari.email})
    form = follow(visitor, link_from_mail())
    assert visitor.post(form, {"password1": NEW}).headers["Location"] == "/account/login/"
    assert can_sign_in(tenant, NEW)
    assert not can_sign_in(tenant, PASSWORD)


@pytest.mark.parametrize("host", ["fjord.localhost:9999", "fjord.localhost.", "FJORD.localhost:1"])
def test_the_link_is_at_the_tenants_own_address_whatever_host_was_asked(visitor: Client, kari: User, host: str) -> None:
    visitor.post(RESET, {"login": kari.email}, headers={"host": host})
    assert link_from_mail().startswith(RESET)


def test_a_user_who_never_had_a_password_may_choose_one(visitor: Client, tenant: Tenant) -> None:
    ola = factories.user(email="ola@example.com")
    visitor.post(RESET, {"login": ola.email})
    visitor.post(follow(visitor, link_from_mail(ola.email)), {"password1": NEW})
    assert can_sign_in(tenant, NEW, ola.email)


@pytest.mark.parametrize(("login", "shown"), [("kari@example.com", "kari@example.com"), ("91234567", "912 34 567")])
def test_where_the_link_went_is_said(visitor: Client, kari: User, login: str, shown: str) -> None:
    page = visitor.post(RESET, {"login": login}, follow=True).content.decode()
    assert f"til {shown}. Lenken" in page.replace("\N{NO-BREAK SPACE}", " ")


def test_the_link_works_once(visitor: Client, tenant: Tenant, kari: User) -> None:
    visitor.post(RESET, {"login": kari.email})
    link = link_from_mail()
    visitor.post(follow(visitor, link), {"password1": NEW})
    page = factories.client_for(tenant=tenant).get(link)
    assert page.status_code == 200
    assert "password1" not in page.content.decode()


def test_the_link_is_not_in_the_address_of_the_form(visitor: Client, kari: User) -> None:
    visitor.post(RESET, {"login": kari.email})
    link = link_from_mail()
    assert link.rsplit("-", 1)[1] not in follow(visitor, link)


def test_the_link_of_one_tenant_is_worth_nothing_at_another(visitor: Client, other_tenant: Tenant, kari: User) -> None:
    visitor.post(RESET, {"login": kari.email})
    page = factories.client_for(tenant=other_tenant).get(link_from_mail())
    assert "password1" not in page.content.decode()


@pytest.mark.parametrize("password", ["short", "password123", "1234567890", "kari@example.com"])
def test_a_weak_password_is_refused(visitor: Client, tenant: Tenant, kari: User, password: str) -> None:
    visitor.post(RESET, {"login": kari.email})
    assert visitor.post(follow(visitor, link_from_mail()), {"password1": password}).status_code == 422
    assert can_sign_in(tenant, PASSWORD)


def test_a_reset_signs_out_every_device_and_is_told_and_logged(visitor: Client, tenant: Tenant, kari: User) -> None:
    device = factories.client_for(kari, tenant=tenant)
    assert is_signed_in(device)
    visitor.post(RESET, {"login": kari.email})
    visitor.post(follow(visitor, link_from_mail()), {"password1": NEW})
    assert not is_signed_in(device)
    assert newest_message().event == "accounts.password_changed"
    assert Entry.objects.filter(verb="accounts.password_changed", object_id=kari.pk).count() == 1


def test_the_password_is_changed_with_the_current_one(tenant: Tenant, kari: User) -> None:
    here, there = factories.client_for(kari, tenant=tenant), factories.client_for(kari, tenant=tenant)
    assert is_signed_in(here)
    assert is_signed_in(there)
    response = here.post(CHANGE, {"oldpassword": PASSWORD, "password1": NEW})
    assert response.headers["Location"] == "/account/details/"
    assert is_signed_in(here)
    assert not is_signed_in(there)
    assert can_sign_in(tenant, NEW)


def test_a_wrong_current_password_changes_nothing(tenant: Tenant, kari: User) -> None:
    client = factories.client_for(kari, tenant=tenant)
    assert client.post(CHANGE, {"oldpassword": "wrong", "password1": NEW}).status_code == 422
    assert can_sign_in(tenant, PASSWORD)
    assert not Message.objects.filter(created_at__lte=timezone.now()).exists()


def test_who_has_no_password_is_led_to_the_link_by_e_mail(tenant: Tenant) -> None:
    client = factories.client_for(factories.user(), tenant=tenant)
    assert client.get(CHANGE).headers["Location"] == RESET
    assert client.get(RESET).status_code == 200
