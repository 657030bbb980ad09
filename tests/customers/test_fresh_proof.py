"""Everything that leads in, and who has access, is changed only by somebody who has just shown who they are."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from allauth.mfa.models import Authenticator

from portal.accounts import actions as accounts
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.customers import actions
from portal.customers.models import Customer, Invitation, Membership, Role
from portal.customers.queries import today
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests import factories
from tests.customers.conftest import fresh_client, prove

PASSWORD = "elleve rare elger"
PEOPLE, AUTHORIZATIONS = "/customers/people/", "/customers/authorizations/"


@dataclass(frozen=True)
class Site:
    """An owner who has everything that can be changed."""

    owner: User
    firm: Customer
    member: Membership
    paths: dict[str, int]


@pytest.fixture
def site(tenant: Tenant) -> Site:
    owner, firm = factories.user(name="Eva Eier", password=PASSWORD), factories.customer(name="Alfa AS")
    factories.membership(owner, firm)
    member = factories.membership(factories.user(name="Arne Arbeider"), firm, Role.ORDERER)
    invited = actions.invite(customer=firm, role=Role.OWNER, person=actions.Person(email="ny@example.com"), by=owner)
    terms = actions.authorizations.Terms(role=Role.READER, first=today())
    lent = actions.give_to_firm(customer=firm, holder=factories.customer(), terms=terms, by=owner)
    device = accounts.set_pin(user=owner, token="x", user_agent="", pin="4827")
    passkey, *_ = (
        Authenticator.objects.create(user=owner, type=kind, data=data)
        for kind, data in (
            (Authenticator.Type.WEBAUTHN, {"name": "Phone", "credential": {}}),
            (Authenticator.Type.TOTP, {"secret": "JBSWY3DPEHPK3PXP"}),
            (Authenticator.Type.RECOVERY_CODES, {"seed": "0" * 40, "used_mask": 0}),
        )
    )
    numbers = {"member": member.pk, "invited": invited.pk, "lent": lent.pk, "device": device.pk, "passkey": passkey.pk}
    return Site(owner, firm, member, numbers)


PAGES = [
    "/account/email/",
    "/account/phone/",
    "/account/pin/",
    "/account/data/",
    "/account/close/",
    "/account/security/app/remove/",
    "/account/security/codes/",
    "/account/security/codes/new/",
    "/account/security/codes/download/",
    "/account/security/passkeys/add/",
    "/account/security/passkeys/{passkey}/",
    "/account/security/passkeys/{passkey}/remove/",
    "/account/login/tie/",
    f"{PEOPLE}invite/",
    f"{PEOPLE}{{member}}/",
    f"{PEOPLE}{{member}}/remove/",
    f"{AUTHORIZATIONS}new/",
    f"{AUTHORIZATIONS}{{lent}}/revoke/",
]
ONLY_SENT = [
    "/account/devices/{device}/remove/",
    f"{PEOPLE}invitations/{{invited}}/send/",
    f"{PEOPLE}invitations/{{invited}}/withdraw/",
]
# What the forms take, each for its own.
FORM = {"email": "x@example.com", "phone": "998 87 766", "pin": "4827", "again": "4827", "sure": "on", "role": "owner"}


def is_asked(answer: object) -> bool:
    return str(getattr(answer, "headers", {}).get("Location", "")).startswith("/account/prove/?next=")


@pytest.mark.parametrize("page", PAGES)
def test_a_session_that_was_left_open_opens_no_such_page(site: Site, tenant: Tenant, page: str) -> None:
    path = page.format(**site.paths)
    stale = prove(factories.client_for(site.owner, tenant=tenant), site.owner, ago=16 * 60)
    assert is_asked(stale.get(path))
    if page.endswith("/add/"):
        # No real one is stored, which the browser would be told of.
        Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).delete()
    assert not is_asked(prove(stale, site.owner, ago=14 * 60).get(path))


@pytest.mark.parametrize("page", [*PAGES, *ONLY_SENT])
def test_nor_is_anything_done_that_it_sends(site: Site, tenant: Tenant, page: str) -> None:
    stale = prove(factories.client_for(site.owner, tenant=tenant), site.owner, ago=16 * 60)
    before = (Entry.objects.count(), Message.objects.count())
    assert is_asked(stale.post(page.format(**site.paths), FORM))
    assert (Entry.objects.count(), Message.objects.count()) == before


@pytest.mark.parametrize("page", ONLY_SENT)
def test_what_is_only_a_button_leads_back_to_it(site: Site, tenant: Tenant, page: str) -> None:
    stale = prove(factories.client_for(site.owner, tenant=tenant), site.owner, ago=16 * 60)
    path = page.format(**site.paths)
    asked = stale.post(path).headers["Location"]
    back = stale.post(f"{asked}&way=password", {"password": PASSWORD}).headers["Location"]
    assert back in {PEOPLE, "/account/sessions/"}
    assert stale.get(back).status_code == 200
    assert not is_asked(stale.post(path))


def an_invitation(page: str) -> bool:
    return 'value="ny.kollega@example.com"' in page and 'value="Nina Ny"' in page


def an_authorization(page: str) -> bool:
    return 'value="31.12.2099"' in page and an_invitation(page)


PERSON = {"email": "ny.kollega@example.com", "name": "Nina Ny"}
LENT = {"to": "person", "role": "orderer", "valid_from": "1.12.2099", "valid_to": "31.12.2099"}


@pytest.mark.parametrize(
    ("path", "form", "is_there"),
    [
        (f"{PEOPLE}invite/", PERSON | {"role": "owner"}, an_invitation),
        (f"{AUTHORIZATIONS}new/", PERSON | LENT, an_authorization),
    ],
)
def test_what_was_filled_in_is_there_when_they_come_back(
    site: Site, tenant: Tenant, path: str, form: dict[str, str], is_there: Callable[[str], bool]
) -> None:
    stale = prove(factories.client_for(site.owner, tenant=tenant), site.owner, ago=16 * 60)
    asked = stale.post(path, form).headers["Location"]
    back = stale.post(f"{asked}&way=password", {"password": PASSWORD}).headers["Location"]
    assert back == path
    page = stale.get(back)
    assert is_there(page.content.decode())
    assert page.context["form"]["role"].value() == form["role"]
    assert stale.post(path, form).status_code == 302
    assert Invitation.objects.filter(email=PERSON["email"]).count() == 1


def test_a_changed_role_is_there_too(site: Site, tenant: Tenant) -> None:
    stale = prove(factories.client_for(site.owner, tenant=tenant), site.owner, ago=16 * 60)
    path = f"{PEOPLE}{site.member.pk}/"
    asked = stale.post(path, {"role": "reader"}).headers["Location"]
    stale.post(f"{asked}&way=password", {"password": PASSWORD})
    assert stale.get(path).context["form"]["role"].value() == "reader"
    site.member.refresh_from_db()
    assert site.member.role == Role.ORDERER


def test_looking_takes_none(site: Site, tenant: Tenant) -> None:
    stale = prove(factories.client_for(site.owner, tenant=tenant), site.owner, ago=16 * 60)
    for path in (PEOPLE, AUTHORIZATIONS, "/account/", "/account/security/", "/account/sessions/"):
        assert stale.get(path).status_code == 200
    assert fresh_client(site.owner, tenant).get(PEOPLE).status_code == 200
