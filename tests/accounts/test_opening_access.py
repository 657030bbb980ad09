"""Staff open an access: a link that works once, and a password of one's own before anything else."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from portal.accounts import actions
from portal.accounts.models import AccessLink, User
from portal.audit.models import Entry
from portal.notifications.models import Channel, Message
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories
from tests.accounts.conftest import PASSWORD, is_signed_in

FIRST = "/account/password/first/"
NEW = "tolv rare elger"


@pytest.fixture
def ola(tenant: Tenant) -> User:
    user = factories.user(email="ola@example.com", phone="+4791234568", name="Ola Nordmann")
    factories.membership(user, factories.customer())
    return user


@pytest.fixture
def link(ola: User) -> str:
    actions.open_access(user=ola, by=None)
    return newest_link()


def newest_link() -> str:
    found = re.search(r"http://[^/]+(/account/start/\S+)", Message.objects.newest_first()[0].body)
    assert found
    return found[1]


def let_in(client: Client, link: str) -> str:
    assert client.get(link).headers["Location"] == "/account/start/"
    assert client.get("/account/start/").status_code == 200
    return str(client.post("/account/start/").headers.get("Location", ""))


def test_staff_make_a_user_who_gets_the_way_in_by_sms(tenant: Tenant, visitor: Client) -> None:
    admin = factories.client_for(factories.staff(), tenant=tenant)
    data = {"name": "Ola", "email": "ola@example.com", "phone": "912 34 568", "send_link": "on"}
    assert admin.post("/admin/accounts/user/add/", data).status_code == 302
    message = Message.objects.get(event="accounts.access_opened")
    assert (message.channel, message.recipient, message.is_sensitive) == (Channel.SMS, "+4791234568", True)
    assert let_in(visitor, newest_link()) == "/"
    assert is_signed_in(visitor) is False
    assert visitor.get("/").headers["Location"].startswith(FIRST)


def test_who_has_no_mobile_number_gets_an_e_mail(tenant: Tenant) -> None:
    user = factories.user(email="ola@example.com")
    actions.open_access(user=user, by=None)
    assert Message.objects.get().channel == Channel.EMAIL


def test_staff_can_send_it_again_and_the_first_stops_working(tenant: Tenant, visitor: Client, link: str) -> None:
    admin = factories.client_for(factories.staff(), tenant=tenant)
    ola = User.objects.get(email="ola@example.com")
    admin.post("/admin/accounts/user/", {"action": "send_access", "_selected_action": [ola.pk], "confirmed": "yes"})
    assert newest_link() != link
    visitor.get(link)
    assert visitor.get("/account/start/").status_code == 410
    assert let_in(visitor, newest_link()) == "/"


def test_every_page_leads_to_the_password_until_there_is_one(visitor: Client, link: str) -> None:
    let_in(visitor, link)
    for path in ("/", "/account/details/", "/account/sessions/", "/customers/choose/", "/account/email/"):
        assert visitor.get(path).headers["Location"].startswith(FIRST), path
    fragment = visitor.get("/", headers={"HX-Request": "true"})
    assert fragment.headers["HX-Redirect"] == FIRST
    assert visitor.post(FIRST, {"password1": "short"}).status_code == 422
    answer = visitor.post(FIRST, {"password1": NEW, "next": "/account/details/"})
    assert answer.headers["Location"] == "/account/details/"
    assert is_signed_in(visitor)
    visitor.post("/account/logout/")
    visitor.post("/account/login/password/", {"login": "912 34 568", "password": NEW})
    assert is_signed_in(visitor)


def test_the_password_is_asked_for_whichever_way_one_comes_in(visitor: Client, link: str) -> None:
    visitor.post("/account/login/code/", {"email": "ola@example.com"})
    code = re.search(r"^\d{6}$", Message.objects.newest_first()[0].body, re.MULTILINE)
    assert code
    visitor.post("/account/login/code/confirm/", {"code": code[0]})
    assert visitor.get("/").headers["Location"].startswith(FIRST)


def test_signing_out_is_possible_meanwhile(visitor: Client, link: str) -> None:
    let_in(visitor, link)
    assert visitor.post("/account/logout/").headers["Location"] == "/account/login/"


def test_a_forgotten_password_is_a_first_one_too(visitor: Client, ola: User, link: str) -> None:
    visitor.post("/account/password/reset/", {"login": "912 34 568"})
    found = re.search(r"http://[^/]+(/account/password/reset/key/\S+)", Message.objects.newest_first()[0].body)
    assert found
    visitor.post(visitor.get(found[1]).headers["Location"], {"password1": NEW})
    visitor.post("/account/login/password/", {"login": "ola@example.com", "password": NEW})
    assert is_signed_in(visitor)


def test_a_tenant_without_passwords_asks_for_none(tenant: Tenant, ola: User, visitor: Client) -> None:
    Tenant.objects.filter(pk=tenant.pk).update(password_sign_in=False)
    tenant.refresh_from_db()
    actions.open_access(user=ola, by=None)
    let_in(visitor, newest_link())
    assert is_signed_in(visitor)


# The link --------------------------------------------------------------------------------------------


def test_the_link_works_once(visitor: Client, tenant: Tenant, link: str) -> None:
    let_in(visitor, link)
    other = factories.client_for(tenant=tenant)
    other.get(link)
    assert other.get("/account/start/").status_code == 410
    assert other.post("/account/start/").status_code == 410
    assert other.get("/account/details/").headers["Location"].startswith("/account/login/")


def test_looking_at_the_link_does_not_use_it_up(visitor: Client, tenant: Tenant, link: str) -> None:
    preview = factories.client_for(tenant=tenant)
    preview.get(link, follow=True)
    assert let_in(visitor, link) == "/"


def test_the_link_is_not_in_the_address_of_the_page_nor_in_clear_in_the_database(visitor: Client, link: str) -> None:
    key = link.rstrip("/").rpartition("/")[2]
    page = visitor.get(link, follow=True)
    assert page.redirect_chain == [("/account/start/", 302)]
    assert key not in page.content.decode()
    assert AccessLink.objects.get().key_hash != key


def test_the_link_lasts_a_week(visitor: Client, link: str) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        visitor.get(link)
        assert visitor.get("/account/start/").status_code == 410


def test_a_disabled_user_s_link_is_over(visitor: Client, ola: User, link: str) -> None:
    actions.disable_user(user=ola, by=None)
    visitor.get(link)
    assert visitor.get("/account/start/").status_code == 410


def test_opened_while_somebody_else_is_signed_in_it_says_so_and_signs_them_out(
    tenant: Tenant, kari: User, link: str
) -> None:
    client = factories.client_for(kari, tenant=tenant)
    client.get(link)
    assert "Noen andre er logget inn her" in client.get("/account/start/").content.decode()
    client.post("/account/start/")
    assert Entry.objects.filter(verb="accounts.signed_out", by=kari).exists()
    assert client.get("/").headers["Location"].startswith(FIRST)


def test_the_link_of_one_tenant_is_worth_nothing_at_another(other_tenant: Tenant, link: str) -> None:
    client = factories.client_for(tenant=other_tenant)
    client.get(link)
    assert client.get("/account/start/").status_code == 410


def test_a_second_factor_is_asked_for_after_the_link_too(tenant: Tenant, visitor: Client) -> None:
    person = factories.staff(password=PASSWORD)
    actions.open_access(user=person, by=None)
    assert let_in(visitor, newest_link()) == "/account/login/second/"


def test_the_other_tenants_user_keeps_theirs(other_tenant: Tenant, ola: User) -> None:
    with tenant_scope(other_tenant):
        twin = factories.user(email=ola.email, phone=ola.phone)
        actions.open_access(user=twin, by=None)
    assert not AccessLink.objects.exists()


@pytest.mark.parametrize("what", ["phone", "email", "password", "disabled"])
def test_what_changes_the_account_ends_a_link_that_nobody_has_used(visitor: Client, ola: User, what: str) -> None:
    actions.open_access(user=ola, by=None)
    used = AccessLink.objects.get()
    AccessLink.objects.update(used_at=timezone.now())
    actions.open_access(user=ola, by=None)
    visitor.get(newest_link())
    if what == "phone":
        actions.change_phone(user=ola, phone="+4799887766", by=ola)
    elif what == "email":
        actions.change_email(user=ola, email="ny@example.com", by=ola)
    elif what == "password":
        actions.password_was_changed(user=ola, by=ola)
    else:
        actions.disable_user(user=ola, by=None)
        actions.enable_user(user=ola, by=None)
    assert list(AccessLink.objects.all()) == [used]
    assert visitor.get("/account/start/").status_code == 410
