"""What holds whichever way somebody comes in: a new session id, words on whom it is for, and another when one fails."""

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client

from portal.accounts import actions
from portal.accounts.models import OpenIdProvider, SmsDay, User
from portal.customers import actions as customers
from portal.customers.models import Membership, Role
from portal.notifications import delivery
from portal.notifications.models import Channel, Message, SmsGateway
from portal.tenancy.models import Tenant
from tests import factories
from tests.accounts.conftest import PASSWORD, ask_for_code, is_signed_in, newest_code, newest_message
from tests.accounts.openid import Provider
from tests.accounts.openid_visits import come_back
from tests.accounts.passkeys import SoftwareKey
from tests.customers.conftest import link_to
from tests.notifications.gateway import FakeGateway, running_gateway

LOGIN, CONFIRM, SMS = "/account/login/", "/account/login/code/confirm/", "/account/login/sms/"
MOBILE = "+4791234567"


@pytest.fixture
def gateway(tenant: Tenant) -> Iterator[FakeGateway]:
    with running_gateway() as fake:
        SmsGateway.objects.create(
            url=fake.url, username="fjord", token="secret-token", sender="Fjord", webhook_secret="receipt-secret"
        )
        yield fake


# A new session id --------------------------------------------------------------------------------------


def by_password(client: Client, _kari: User) -> None:
    client.post("/account/login/password/", {"login": MOBILE, "password": PASSWORD})


def by_email_code(client: Client, _kari: User) -> None:
    ask_for_code(client)
    client.post(CONFIRM, {"code": newest_code()})


def by_sms_code(client: Client, _kari: User) -> None:
    client.post(SMS, {"phone": "912 34 567"})
    client.post(CONFIRM, {"code": newest_message(MOBILE).body[:6]})


def by_link(client: Client, kari: User) -> None:
    actions.open_access(user=kari, by=None)
    key = newest_message(MOBILE).body.partition("/account/start/")[2].split()[0]
    client.get(f"/account/start/{key}", follow=True)
    client.post("/account/start/")


def by_invitation(client: Client, kari: User) -> None:
    firm = Membership.objects.get(user=kari).customer
    person = customers.Person(email="ny@example.com", name="Nina Ny")
    customers.invite(customer=firm, role=Role.READER, person=person, by=kari)
    client.post(link_to("ny@example.com"), {"name": "Nina Ny"})


WAYS = [by_password, by_email_code, by_sms_code, by_link, by_invitation]


@pytest.mark.parametrize("way", WAYS)
def test_the_session_id_is_new_after_sign_in(
    visitor: Client, tenant: Tenant, kari: User, way: Callable[[Client, User], None]
) -> None:
    """One that somebody else has chosen for the browser is worth nothing afterwards."""
    gives_a_new_id(visitor, tenant, lambda: way(visitor, kari))


def gives_a_new_id(visitor: Client, tenant: Tenant, come_in: Callable[[], object]) -> None:
    ask_for_code(visitor, "somebody@example.com")
    before = visitor.session.session_key
    assert before
    come_in()
    assert "_auth_user_id" in visitor.session
    assert visitor.session.session_key != before
    stranger = factories.client_for(tenant=tenant)
    stranger.cookies[settings.SESSION_COOKIE_NAME] = before
    assert not is_signed_in(stranger)


def test_it_is_new_after_a_passkey(visitor: Client, tenant: Tenant, kari: User) -> None:
    key = SoftwareKey()
    desk = factories.client_for(tenant=tenant)
    by_password(desk, kari)
    added = key.add(desk)
    told = [str(message) for message in desk.get(added.headers["Location"]).context["messages"]]
    assert told == ["Passnøkkelen er lagt til. Ta vare på disse kodene: De slipper deg inn hvis du mister den."]
    gives_a_new_id(visitor, tenant, lambda: key.sign_in(visitor))


def test_it_is_new_after_an_openid_provider(visitor: Client, tenant: Tenant, provider: Provider, linked: User) -> None:
    gives_a_new_id(visitor, tenant, lambda: come_back(visitor, provider))


# Words -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "private", "everyone"),
    [
        ("nb", "For private kunder", "også næring og borettslag"),
        ("nn", "For private kundar", "òg næring og burettslag"),
        ("en", "For private customers", "also businesses and housing cooperatives"),
    ],
)
def test_the_page_says_which_way_is_for_whom(
    visitor: Client, tenant: Tenant, language: str, private: str, everyone: str
) -> None:
    OpenIdProvider.objects.create(
        is_on=True, issuer="http://localhost:9", client_id="x", secret="x" * 32, acr_values="idporten-loa-high"
    )
    visitor.cookies["language"] = language
    page = visitor.get(LOGIN).content.decode()
    assert private in page
    # By SMS, and by e-mail.
    assert page.count(everyone) == 2
    assert page.index("ID-porten") < page.index(everyone)


# When one does not work --------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["912 34 567", "998 87 766"])
@pytest.mark.parametrize(("answers", "told"), [(503, "SMS-tjenesten svarer ikke"), (400, "Vi fikk ikke levert SMS-en")])
def test_when_the_gateway_is_down_the_page_says_so_and_e_mail_leads_in(
    visitor: Client, kari: User, gateway: FakeGateway, number: str, answers: int, told: str
) -> None:
    """The same for a number that is nobody's."""
    gateway.status = answers
    visitor.post(SMS, {"phone": number})
    assert visitor.get("/account/login/code/trouble/").status_code == 204
    delivery.deliver_due()
    assert gateway.requests
    for page in (visitor.get("/account/login/code/trouble/"), visitor.get(CONFIRM)):
        assert told in page.content.decode()
        assert 'href="/account/login/code/"' in page.content.decode()
    ask_for_code(visitor)
    visitor.post(CONFIRM, {"code": newest_code()})
    assert is_signed_in(visitor)


def test_staff_are_warned_on_the_day_that_the_limit_is_reached(visitor: Client, tenant: Tenant) -> None:
    Tenant.objects.filter(pk=tenant.pk).update(sms_daily_limit=1)
    staff = factories.client_for(factories.staff(), tenant=tenant)
    warning = "SMS med koder avvist i dag"
    visitor.post(SMS, {"phone": "912 34 567"})
    assert warning not in staff.get("/admin/").content.decode()
    visitor.post(SMS, {"phone": "998 87 766"})
    assert warning in staff.get("/admin/").content.decode()
    assert SmsDay.objects.get().refused == 1
    assert Message.objects.filter(channel=Channel.SMS).count() == 1
