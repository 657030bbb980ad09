"""Who proves the address or number that a customer is registered with is let in, where it is plain whose it is."""

import re
from typing import Any

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.audit.models import Entry
from portal.customers import actions
from portal.customers.models import Customer, Membership, Role
from portal.notifications.models import Channel, Message
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories
from tests.accounts.conftest import is_signed_in

EMAIL, PHONE = "ola@example.com", "+4799887766"
CONFIRM, FIRST, NO_ACCESS = "/account/login/code/confirm/", "/account/login/first/", "/account/no-access/"


def ola(**fields: Any) -> Customer:
    values = {"kind": Customer.Kind.PRIVATE, "name": "Ola Nordmann", "email": EMAIL, "phone": PHONE}
    return factories.customer(**(values | fields))


def newest_code() -> str:
    message = Message.objects.filter(event__in=["accounts.sign_in_code", "accounts.contact_code"]).newest_first()[0]
    found = re.search(r"\b(\d{6})\b", message.body)
    assert found
    return found[1]


def prove_email(client: Client, email: str = EMAIL, query: str = "") -> Any:
    client.post(f"/account/login/code/{query}", {"email": email})
    return client.post(f"{CONFIRM}{query}", {"code": newest_code()})


def prove_phone(client: Client, query: str = "") -> Any:
    client.post(f"/account/login/sms/{query}", {"phone": PHONE})
    return client.post(f"{CONFIRM}{query}", {"code": newest_code()})


def test_an_address_of_a_private_customer_leads_in_at_once(visitor: Client) -> None:
    customer, before = ola(email="Ola@Example.com"), visitor.session.session_key
    response = prove_email(visitor, query="?next=/account/sessions/")
    assert response.headers["Location"] == "/account/sessions/"
    assert is_signed_in(visitor)
    assert visitor.session.session_key != before
    user = User.objects.get()
    assert (user.email, user.name, user.phone) == (EMAIL, "Ola Nordmann", "")
    membership = Membership.objects.get()
    assert (membership.user, membership.customer, membership.role) == (user, customer, Role.OWNER)
    assert Entry.objects.get(verb="customers.member_added").customer == customer


def test_the_customer_is_told_at_the_other_contact(visitor: Client, tenant: Tenant) -> None:
    ola()
    prove_email(visitor)
    told = Message.objects.get(event="customers.opened_by_contact")
    assert (told.channel, told.recipient) == (Channel.SMS, PHONE)


def test_a_customer_without_a_mobile_is_told_by_email(visitor: Client) -> None:
    ola(phone="+4721234567")
    prove_email(visitor)
    told = Message.objects.get(event="customers.opened_by_contact")
    assert (told.channel, told.recipient) == (Channel.EMAIL, EMAIL)


def test_a_number_leads_in_by_way_of_an_address(visitor: Client) -> None:
    customer = ola()
    assert prove_phone(visitor, "?next=/account/sessions/").headers["Location"] == FIRST
    page = visitor.get(FIRST).content.decode().replace("\u00a0", " ")
    assert "998 87 766" in page
    assert EMAIL in page
    assert not User.objects.exists()
    visitor.post(FIRST, {"name": "Ola N.", "email": "new@example.com"})
    assert not User.objects.exists()
    assert visitor.post(FIRST, {"code": newest_code()}).headers["Location"] == "/account/sessions/"
    user = User.objects.get()
    assert (user.email, user.name, user.phone) == ("new@example.com", "Ola N.", PHONE)
    assert not Message.objects.filter(event="accounts.phone_changed").exists()
    assert Membership.objects.get().customer == customer
    told = Message.objects.get(event="customers.opened_by_contact")
    assert (told.channel, told.recipient) == (Channel.EMAIL, EMAIL)


def test_the_first_steps_are_only_for_who_has_proved_something(visitor: Client) -> None:
    ola()
    assert visitor.get(FIRST).headers["Location"] == "/account/login/"
    assert visitor.post(FIRST, {"name": "x", "email": EMAIL}).headers["Location"] == "/account/login/"


def test_a_number_is_taken_over_by_the_account_that_has_the_address(visitor: Client) -> None:
    ola()
    user = factories.user(email="mine@example.com")
    prove_phone(visitor)
    visitor.post(FIRST, {"name": "Ola", "email": "mine@example.com"})
    visitor.post(FIRST, {"code": newest_code()})
    user.refresh_from_db()
    assert user.phone == PHONE
    assert Membership.objects.get().user == user
    assert Message.objects.filter(event="accounts.phone_changed", recipient="mine@example.com").exists()


def test_several_customers_of_one_person_are_all_theirs(visitor: Client) -> None:
    for name in ("Ola Nordmann", "OLA  NORDMANN"):
        ola(name=name)
    prove_email(visitor)
    assert Membership.objects.count() == 2
    assert Message.objects.filter(event="customers.opened_by_contact").count() == 1
    assert visitor.get("/", follow=True).request["PATH_INFO"] == "/customers/choose/"


UNPLAIN: dict[str, list[dict[str, Any]]] = {
    "a company": [{"kind": Customer.Kind.BUSINESS}],
    "a housing cooperative": [{"kind": Customer.Kind.HOUSING_COOPERATIVE}],
    "two people": [{}, {"name": "Kari Nordmann"}],
    "a person and a company": [{}, {"kind": Customer.Kind.BUSINESS}],
    "far too many": [{}] * 21,
}


@pytest.mark.parametrize("what", UNPLAIN)
@pytest.mark.parametrize("prove", [prove_email, prove_phone])
def test_what_is_not_plain_is_for_staff(visitor: Client, what: str, prove: Any) -> None:
    numbers = [ola(**fields).number for fields in UNPLAIN[what]]
    assert prove(visitor).headers["Location"] == NO_ACCESS
    page = visitor.get(NO_ACCESS)
    assert page.context["needs_staff"]
    assert "Vi finner deg ikke" not in page.content.decode()
    assert not User.objects.exists()
    assert not is_signed_in(visitor)
    form = visitor.get("/customers/access/").content.decode()
    assert (numbers[0] in form) == (len(numbers) == 1)
    assert (EMAIL in form) == (prove is prove_email)


def test_a_customer_whom_somebody_acts_for_is_for_staff(visitor: Client) -> None:
    factories.membership(factories.user(), ola())
    assert prove_email(visitor).headers["Location"] == NO_ACCESS
    assert not User.objects.filter(email=EMAIL).exists()


def test_a_customer_of_somebody_who_is_disabled_is_for_staff(visitor: Client) -> None:
    gone = factories.user()
    User.objects.filter(pk=gone.pk).update(is_active=False)
    factories.membership(gone, ola())
    assert prove_email(visitor).headers["Location"] == NO_ACCESS
    assert not User.objects.filter(email=EMAIL).exists()


def test_an_account_finds_what_has_become_theirs_since(visitor: Client) -> None:
    user = factories.user(email=EMAIL)
    cabin = ola()
    prove_email(visitor)
    assert Membership.objects.get().customer == cabin
    assert is_signed_in(visitor)
    assert Membership.objects.get().user == user


def test_what_staff_have_taken_away_does_not_come_back(visitor: Client) -> None:
    user, customer = factories.user(email=EMAIL), ola()
    taken = factories.membership(user, customer)
    actions.remove_member(membership=taken, by=factories.staff(), may_leave_ownerless=True)
    prove_email(visitor)
    assert is_signed_in(visitor)
    assert not Membership.objects.exists()


@pytest.mark.parametrize("prove", [prove_email, prove_phone])
def test_who_was_shut_out_does_not_come_back_as_somebody_new(visitor: Client, prove: Any) -> None:
    """With another account, or one of the household's contacts that was not theirs."""
    taken = factories.membership(factories.user(), ola())
    actions.remove_member(membership=taken, by=factories.staff(), may_leave_ownerless=True)
    assert prove(visitor).headers["Location"] == NO_ACCESS
    assert visitor.get(NO_ACCESS).context["needs_staff"]
    assert not Membership.objects.exists()


def test_a_disabled_user_gets_nothing(visitor: Client) -> None:
    user = factories.user(email=EMAIL)
    User.objects.filter(pk=user.pk).update(is_active=False)
    ola()
    prove_email(visitor)
    assert not is_signed_in(visitor)
    assert not Membership.objects.exists()


def test_nothing_is_told_before_the_proof(visitor: Client, tenant: Tenant) -> None:
    """The page that waits for the code is the same for a customer's address and for nobody's."""
    pages = []
    for email in (EMAIL, "nobody@example.com"):
        if email == EMAIL:
            ola()
        client = factories.client_for(tenant=tenant)
        client.post("/account/login/code/", {"email": email})
        page = client.get(CONFIRM).content.decode().replace(email, "…")
        pages.append(re.sub(r'csrf[^>]*|"X-CSRFToken[^}]*', "", page))
    assert pages[0] == pages[1]
    wrong = f"{(int(newest_code()) + 1) % 1_000_000:06}"
    assert visitor.post(CONFIRM, {"code": wrong}).headers["Location"].startswith("/account/login/")
    assert not User.objects.exists()


def test_another_companys_customer_is_none_of_ours(visitor: Client, other_tenant: Tenant) -> None:
    with tenant_scope(other_tenant):
        ola()
    assert prove_email(visitor).headers["Location"] == NO_ACCESS
    assert "Vi finner deg ikke" in visitor.get(NO_ACCESS).content.decode()


def test_a_second_click_makes_no_second_account(visitor: Client) -> None:
    ola()
    prove_email(visitor)
    assert visitor.post(CONFIRM, {"code": newest_code()}).status_code == 302
    assert User.objects.count() == 1
    assert Membership.objects.count() == 1
