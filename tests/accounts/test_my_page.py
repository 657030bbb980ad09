"""Min side: the rows, what one is told of, taking one's data along, and closing the account."""

import io
import json
import re
import zipfile

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.test import Client

from portal import registry
from portal.accounts import actions
from portal.accounts.models import Device, User
from portal.audit.models import Entry
from portal.customers.models import Membership, Role
from portal.notifications import preferences
from portal.notifications.actions import notify
from portal.notifications.models import Channel, Message, NotificationChoice, State
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories
from tests.accounts.conftest import is_signed_in, newest_message

PAGE = "/account/"
NOTICES, DATA, CLOSE = "/account/notices/", "/account/data/", "/account/close/"


@pytest.fixture
def client(tenant: Tenant, kari: User) -> Client:
    return factories.client_for(kari, tenant=tenant)


@pytest.fixture
def fresh(tenant: Tenant, kari: User, visitor: Client) -> Client:
    """A client that has just signed in with the password."""
    visitor.post("/account/login/password/", {"login": "kari@example.com", "password": "elleve rare elger"})
    assert is_signed_in(visitor)
    return visitor


def test_the_page_leads_to_everything_about_me(client: Client) -> None:
    page = client.get(PAGE).content.decode()
    for path in ("details/", "sessions/", "history/", "security/", "notices/", "data/", "close/"):
        assert f'href="/account/{path}"' in page
        assert client.get(f"/account/{path}").status_code in {200, 302}
    assert "912" in page


@pytest.mark.parametrize("path", [PAGE, NOTICES, DATA, CLOSE])
def test_visitors_are_asked_to_sign_in(visitor: Client, path: str) -> None:
    assert visitor.get(path).headers["Location"].startswith("/account/login/")


# Notices --------------------------------------------------------------------------------------------


def as_it_is(user: User) -> dict[str, list[str]]:
    """Return what the form sends when nothing is changed, whatever kinds there are."""
    return {choice.kind.name.replace(".", "_"): list(choice.channels) for choice in preferences.choices_of(user)}


def test_what_i_choose_is_how_i_am_told(client: Client, kari: User) -> None:
    assert "orders_confirmed" in client.get(NOTICES).content.decode()
    changes: dict[str, list[str]] = {
        "orders_confirmed": ["email"], "outages_planned": ["sms", "email"], "outages_outage": []
    }  # fmt: skip
    data = as_it_is(kari) | changes
    assert client.post(NOTICES, data).headers["Location"] == NOTICES
    chosen = dict(NotificationChoice.objects.filter(user=kari).values_list("kind", "channels"))
    assert chosen["orders.confirmed"] == ["email"]
    assert chosen["outages.outage"] == []
    assert preferences.channels_for(kari, "outages.restored", [Channel.SMS]) == ()
    ticked = re.findall(r'name="orders_confirmed" value="(\w+)"[^>]*checked', client.get(NOTICES).content.decode())
    assert ticked == ["email"]


def test_what_was_not_changed_stays_the_companys_choice(client: Client, kari: User) -> None:
    assert client.post(NOTICES, as_it_is(kari)).headers["Location"] == NOTICES
    assert not NotificationChoice.objects.filter(user=kari).exists()


def test_what_the_law_asks_for_cannot_be_switched_off(client: Client, kari: User) -> None:
    response = client.post(NOTICES, {"outages_outage": ["sms"]})
    assert response.status_code == 422
    assert "outages_planned" in response.content.decode()
    assert not NotificationChoice.objects.filter(user=kari).exists()


def test_only_kinds_of_the_companys_modules_are_shown(tenant: Tenant, kari: User) -> None:
    tenant.modules = ["orders"]
    names = {choice.kind.name for choice in preferences.choices_of(kari)}
    assert "orders.confirmed" in names
    with tenant_scope(tenant):
        assert all(not kind.name.startswith("outages") for kind in preferences.kinds())


# Taking one's data along ----------------------------------------------------------------------------


def archive(client: Client) -> dict[str, str]:
    response = client.post(DATA)
    assert response.headers["Content-Type"] == "application/zip"
    assert "attachment" in response.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(response.content)) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


def test_everything_kept_of_me_is_in_the_file(fresh: Client, kari: User) -> None:
    told = {"context": {"what": "Noe ble endret"}, "user": kari, "channels": [Channel.EMAIL]}
    notify(event="accounts.security_changed", key="x", **told)
    files = archive(fresh)
    assert set(files) == {f"{entry.name}.json" for entry in registry.personal_data()}
    account = json.loads(files["account.json"])
    assert (account["email"], account["phone"]) == ("kari@example.com", "+4791234567")
    assert "Nordmann AS" in files["customers.json"]
    assert "Noe ble endret" in files["messages.json"]
    assert "accounts.signed_in" in files["activity.json"]


def test_no_secret_and_nobody_else_is_in_the_file(fresh: Client, tenant: Tenant, kari: User) -> None:
    stranger = factories.user(email="stranger@example.com", name="Stranger Danger")
    told = {"context": {"what": "Noe"}, "user": stranger, "channels": [Channel.EMAIL]}
    notify(event="accounts.security_changed", key="y", **told)
    actions.set_pin(user=kari, token="hashed-token", user_agent="", pin="7391")
    text = "".join(archive(fresh).values())
    assert "stranger@example.com" not in text
    assert "hashed-token" not in text
    assert kari.password not in text
    assert Device.objects.get().pin not in text


def test_codes_are_not_in_the_file(fresh: Client, kari: User) -> None:
    notify(
        event="accounts.sign_in_code",
        key="z",
        context={"code": "123987"},
        user=kari,
        channels=[Channel.EMAIL],
        sensitive=True,
    )
    assert "123987" not in "".join(archive(fresh).values())


def test_it_takes_a_fresh_proof(client: Client) -> None:
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    for path in (DATA, CLOSE):
        assert client.get(path).headers["Location"].startswith("/account/prove/")
        assert client.post(path, {"sure": "on"}).headers["Location"].startswith("/account/prove/")


def test_the_file_is_not_made_over_and_over(fresh: Client) -> None:
    for _ in range(5):
        archive(fresh)
    assert fresh.post(DATA).headers["Location"] == DATA
    assert Entry.objects.filter(verb="accounts.data_downloaded").count() == 5


# Closing the account --------------------------------------------------------------------------------


def test_it_says_first_what_happens_and_asks(fresh: Client, kari: User) -> None:
    page = fresh.get(CLOSE).content.decode()
    assert "Nordmann AS" in page
    assert fresh.post(CLOSE).status_code == 422
    kari.refresh_from_db()
    assert kari.is_active


def test_a_closed_account_lets_nobody_in_and_names_nobody(fresh: Client, tenant: Tenant, kari: User) -> None:
    elsewhere = factories.client_for(kari, tenant=tenant)
    notify(event="accounts.security_changed", key="x", context={"what": "Noe"}, user=kari, channels=[Channel.EMAIL])
    Message.objects.update(state=State.SENT)
    assert fresh.post(CLOSE, {"sure": "on"}).headers["Location"] == "/account/login/"
    assert [is_signed_in(client) for client in (fresh, elsewhere)] == [False, False]
    kari.refresh_from_db()
    assert (kari.is_active, kari.phone, kari.has_usable_password()) == (False, "", False)
    assert "kari" not in f"{kari.email} {kari.name}".lower()
    assert not Membership.objects.exists()
    assert not EmailAddress.objects.exists()
    assert not UserSession.objects.exists()
    kept = Message.objects.exclude(event="accounts.closed").values_list("recipient", "body", "user")
    assert set(kept) == {("–", "", None)}
    assert newest_message().event == "accounts.closed"
    assert Entry.objects.filter(verb="accounts.closed", object_id=kari.pk).count() == 1


def test_the_address_is_free_afterwards(fresh: Client, kari: User) -> None:
    fresh.post(CLOSE, {"sure": "on"})
    again = factories.user(email="kari@example.com", phone="+4791234567")
    assert again.pk != kari.pk


def test_the_only_owner_of_a_customer_that_others_use_hands_it_over_first(fresh: Client, kari: User) -> None:
    mate, firm = factories.user(), kari.memberships.get().customer
    other = factories.membership(mate, firm, Role.ORDERER)
    page = fresh.get(CLOSE).content.decode()
    assert "Nordmann AS" in page
    assert 'name="sure"' not in page
    assert fresh.post(CLOSE, {"sure": "on"}).status_code == 422
    kari.refresh_from_db()
    assert kari.is_active
    other.role = Role.OWNER
    other.save()
    assert fresh.post(CLOSE, {"sure": "on"}).status_code == 302
    kari.refresh_from_db()
    assert not kari.is_active


def test_staff_do_not_close_their_own(tenant: Tenant) -> None:
    person = factories.staff()
    assert actions.hindrances(person)
    with pytest.raises(actions.AccountHindered):
        actions.close_account(user=person, by=person)
    person.refresh_from_db()
    assert person.is_active


def test_the_account_at_another_company_is_untouched(fresh: Client, kari: User, other_tenant: Tenant) -> None:
    with tenant_scope(other_tenant):
        twin = factories.user(email="kari@example.com", phone="+4791234567")
    fresh.post(CLOSE, {"sure": "on"})
    with tenant_scope(other_tenant):
        twin.refresh_from_db()
        assert (twin.is_active, twin.email) == (True, "kari@example.com")
