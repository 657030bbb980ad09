"""The link of an invitation: it proves one address, lets in once, and is told kindly when it does not."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from portal.accounts.models import User
from portal.audit.models import Entry
from portal.customers import actions
from portal.customers.actions.invitations import Person
from portal.customers.models import Customer, Invitation, Membership, Role
from portal.customers.queries import access_of
from portal.notifications.models import Channel, Message
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories
from tests.customers.conftest import code_to, link_to

EMAIL, PHONE = "ny@example.com", "+4791234567"


@pytest.fixture
def boss(tenant: Tenant) -> User:
    return factories.user(name="Eva Eier")


@pytest.fixture
def firm(boss: User) -> Customer:
    firm = factories.customer(name="Alfa AS", email="post@alfa.example", phone="+4799999999")
    factories.membership(boss, firm)
    return firm


def invite(firm: Customer, boss: User, *, role: Role = Role.ORDERER, **person: str) -> Invitation:
    return actions.invite(customer=firm, role=role, person=Person(**({"email": EMAIL} | person)), by=boss)


@pytest.fixture
def by_email(firm: Customer, boss: User) -> Invitation:
    return invite(firm, boss, name="Ny Person")


def is_signed_in(client: Client) -> bool:
    return client.get("/account/details/").status_code == 200


def role_of(user: User, firm: Customer) -> str:
    return Membership.objects.values_list("role", flat=True).get(user=user, customer=firm)


# The link ---------------------------------------------------------------------------------------------


def test_only_a_hash_of_the_secret_is_kept(by_email: Invitation) -> None:
    token = link_to(EMAIL).split("/")[3]
    assert len(token) >= 43
    assert token not in by_email.token_hash
    assert Message.objects.get(recipient=EMAIL).is_sensitive


def test_looking_at_it_uses_nothing_up(visitor: Client, by_email: Invitation) -> None:
    for _ in range(3):
        assert visitor.get(link_to(EMAIL)).status_code == 200
    assert Invitation.objects.open().count() == 1
    assert not User.objects.filter(email=EMAIL).exists()


def test_an_sms_never_goes_to_the_customers_own_number(firm: Customer, boss: User) -> None:
    invite(firm, boss, email="", phone=PHONE, channel=Channel.SMS)
    assert list(Message.objects.values_list("recipient", flat=True)) == [PHONE]


# A new person -----------------------------------------------------------------------------------------


def test_the_first_sign_in_needs_the_link_and_a_name(visitor: Client, firm: Customer, by_email: Invitation) -> None:
    link = link_to(EMAIL)
    assert visitor.post(link, {"name": ""}).status_code == 422
    old = visitor.session.session_key
    answer = visitor.post(link, {"name": "Ny Person"}, follow=True)
    assert answer.status_code == 200
    user = User.objects.get(email=EMAIL)
    assert (user.name, role_of(user, firm), access_of(user).customer) == ("Ny Person", Role.ORDERER, firm)
    assert is_signed_in(visitor)
    assert visitor.session.session_key != old
    verbs = set(Entry.objects.filter(by=user).values_list("verb", flat=True))
    assert {"customers.invitation_accepted", "accounts.signed_in"} <= verbs


def test_an_address_in_the_form_does_not_replace_the_proved_one(visitor: Client, by_email: Invitation) -> None:
    visitor.post(link_to(EMAIL), {"name": "Ny", "email": "victim@example.com", "role": "owner"})
    assert not User.objects.filter(email="victim@example.com").exists()
    assert Membership.objects.get(user__email=EMAIL).role == Role.ORDERER


def test_a_number_that_was_only_written_down_does_not_become_a_way_in(
    visitor: Client, firm: Customer, boss: User
) -> None:
    invite(firm, boss, phone=PHONE, channel=Channel.EMAIL)
    visitor.post(link_to(EMAIL), {"name": "Ny"})
    assert User.objects.get(email=EMAIL).phone == ""


def test_after_an_sms_the_email_is_proved_by_a_code(visitor: Client, firm: Customer, boss: User) -> None:
    invite(firm, boss, email="", phone=PHONE)
    link = link_to(PHONE)
    assert visitor.post(link, {"name": "Ny", "email": EMAIL}).headers["Location"] == f"{link}code/"
    assert not User.objects.filter(phone=PHONE).exists()
    visitor.post(f"{link}code/", {"code": code_to(EMAIL)})
    user = User.objects.get(email=EMAIL)
    assert (user.phone, role_of(user, firm)) == (PHONE, Role.ORDERER)
    assert is_signed_in(visitor)


def test_three_wrong_codes_end_it(visitor: Client, firm: Customer, boss: User) -> None:
    invite(firm, boss, email="", phone=PHONE)
    link = link_to(PHONE)
    visitor.post(link, {"name": "Ny", "email": EMAIL})
    right = code_to(EMAIL)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    statuses = [visitor.post(f"{link}code/", {"code": wrong}).status_code for _ in range(3)]
    assert statuses == [422, 422, 302]
    assert visitor.post(f"{link}code/", {"code": right}).headers["Location"] == link
    assert not User.objects.filter(email=EMAIL).exists()


def test_that_an_address_has_an_account_is_told_only_after_its_code(
    visitor: Client, firm: Customer, boss: User
) -> None:
    factories.user(email=EMAIL)
    invite(firm, boss, email="", phone=PHONE)
    link = link_to(PHONE)
    assert visitor.post(link, {"name": "Ny", "email": EMAIL}).headers["Location"] == f"{link}code/"
    page = visitor.post(f"{link}code/", {"code": code_to(EMAIL)}).content.decode()
    assert "Det finnes allerede en bruker med denne e-postadressen" in page
    assert not is_signed_in(visitor)


def test_an_account_that_is_made_meanwhile_leads_back_to_the_invitation(
    visitor: Client, firm: Customer, boss: User
) -> None:
    """As a second click does, whose account the first has made."""
    invite(firm, boss, email="", phone=PHONE)
    link = link_to(PHONE)
    visitor.post(link, {"name": "Ny", "email": EMAIL})
    factories.user(phone=PHONE)
    assert visitor.post(f"{link}code/", {"code": code_to(EMAIL)}).headers["Location"] == link
    assert visitor.get(link).context["has_account"]
    assert not User.objects.filter(email=EMAIL).exists()
    assert Invitation.objects.open().count() == 1


# People who have an account ---------------------------------------------------------------------------


def test_who_has_an_account_signs_in_first(visitor: Client, firm: Customer, by_email: Invitation) -> None:
    user = factories.user(email=EMAIL, password="elleve rare elger")
    link = link_to(EMAIL)
    page = visitor.get(link)
    assert f"/account/login/?next={link}" in page.content.decode()
    # Neither opening nor posting the link signs anybody in to an account there is.
    visitor.post(link, {"name": "Ny"})
    assert not is_signed_in(visitor)
    assert not Membership.objects.filter(user=user).exists()
    signed_in = factories.client_for(user, tenant=factories.Tenant.objects.get(slug="fjord"))
    assert signed_in.post(f"{link}accept/").headers["Location"] == "/"
    assert role_of(user, firm) == Role.ORDERER


def test_somebody_else_who_is_signed_in_is_told_so_and_chooses(
    client: Client, person: User, firm: Customer, by_email: Invitation
) -> None:
    link = link_to(EMAIL)
    page = client.get(link)
    text = page.content.decode()
    assert (person.email in text, "n…@example.com" in text, EMAIL in text) == (True, True, False)
    assert client.post(f"{link}sign-out/").headers["Location"] == link
    assert not is_signed_in(client)
    assert Invitation.objects.open().count() == 1


def test_somebody_else_may_accept_it_as_themselves(client: Client, person: User, by_email: Invitation) -> None:
    client.post(f"{link_to(EMAIL)}accept/")
    assert role_of(person, by_email.customer) == Role.ORDERER
    assert Invitation.objects.get().accepted_by == person


@pytest.mark.parametrize(("has", "gets", "ends"), [("owner", "reader", "owner"), ("reader", "orderer", "orderer")])
def test_the_stronger_role_stays(
    client: Client, person: User, firm: Customer, boss: User, has: str, gets: str, ends: str
) -> None:
    factories.membership(person, firm, Role(has))
    invite(firm, boss, role=Role(gets), email=person.email)
    client.post(f"{link_to(person.email)}accept/")
    assert role_of(person, firm) == ends


# Links that lead nowhere any more ---------------------------------------------------------------------


def test_it_works_once(visitor: Client, client: Client, person: User, by_email: Invitation) -> None:
    link = link_to(EMAIL)
    visitor.post(link, {"name": "Ny"})
    answers = [client.get(link), client.post(link, {"name": "X"}), client.post(f"{link}accept/")]
    assert [answer.status_code for answer in answers] == [410, 410, 410]
    assert not Membership.objects.filter(user=person).exists()
    assert "Invitasjonen er brukt" in answers[0].content.decode()


def test_it_expires_after_a_week(visitor: Client, by_email: Invitation) -> None:
    link = link_to(EMAIL)
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1), tick=False):
        answer = visitor.post(link, {"name": "Ny"})
    assert answer.status_code == 410
    assert "utløpt" in answer.content.decode()
    assert not User.objects.filter(email=EMAIL).exists()


def test_a_withdrawn_one_is_told_so(visitor: Client, boss: User, by_email: Invitation) -> None:
    actions.withdraw(invitation=by_email, by=boss)
    answer = visitor.post(link_to(EMAIL), {"name": "Ny"})
    assert answer.status_code == 410
    assert "trukket tilbake" in answer.content.decode()


def test_sending_it_again_makes_the_earlier_link_useless(visitor: Client, boss: User, by_email: Invitation) -> None:
    old = link_to(EMAIL)
    actions.send_again(invitation=by_email, by=boss)
    new = link_to(EMAIL)
    assert old != new
    assert (visitor.get(old).status_code, visitor.get(new).status_code) == (404, 200)


def test_a_second_invitation_to_the_same_person_takes_the_place_of_the_first(
    visitor: Client, firm: Customer, boss: User, by_email: Invitation
) -> None:
    old = link_to(EMAIL)
    invite(firm, boss, role=Role.READER)
    assert visitor.get(old).status_code == 410
    assert Invitation.objects.open().get().role == Role.READER


def test_a_guessed_link_is_unknown_and_guessing_ends(visitor: Client, tenant: Tenant) -> None:
    statuses = [visitor.get(f"/customers/invitation/{'x' * 43}{n}/").status_code for n in range(62)]
    assert statuses[:60] == [404] * 60
    assert statuses[60:] == [429] * 2


def test_a_link_of_one_company_is_unknown_at_another(by_email: Invitation, other_tenant: Tenant) -> None:
    elsewhere = factories.client_for(tenant=other_tenant)
    assert elsewhere.get(link_to(EMAIL)).status_code == 404
    assert elsewhere.post(link_to(EMAIL), {"name": "Ny"}).status_code == 404


def test_the_same_address_is_invited_at_two_companies(
    visitor: Client, by_email: Invitation, other_tenant: Tenant
) -> None:
    visitor.post(link_to(EMAIL), {"name": "Ny"})
    with tenant_scope(other_tenant):
        chief, there = factories.member()
        invite(there, chief)
        elsewhere = factories.client_for(tenant=other_tenant)
        elsewhere.post(link_to(EMAIL), {"name": "Ny"})
        assert role_of(User.objects.get(email=EMAIL), there) == Role.ORDERER
    assert User.objects.filter(email=EMAIL).count() == 1


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_message_is_in_the_language_of_the_person(firm: Customer, boss: User, language: str) -> None:
    invite(firm, boss, language=language)
    words = {"nb": "Åpne denne lenken", "nn": "Opne denne lenkja", "en": "Open this link"}
    assert words[language] in Message.objects.get(recipient=EMAIL).body


# In the log -------------------------------------------------------------------------------------------


def refusals() -> list[tuple[str, str]]:
    found = Entry.objects.filter(verb="accounts.sign_in_refused").order_by("pk")
    return [(entry.data["method"], entry.data["why"]) for entry in found]


def test_links_that_lead_nowhere_are_in_the_log(
    visitor: Client, boss: User, firm: Customer, by_email: Invitation
) -> None:
    link = link_to(by_email.email)
    visitor.get(link)
    assert refusals() == []
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        visitor.get(link)
    actions.withdraw(invitation=by_email, by=boss)
    visitor.get(link)
    visitor.get("/customers/invitation/made-up/")
    assert refusals() == [("invitation", "expired"), ("invitation", "withdrawn"), ("invitation", "unknown")]
    assert by_email.email not in str(list(Entry.objects.values_list("data", flat=True)))


def test_one_s_own_used_link_is_no_refusal(client: Client, person: User, visitor: Client, by_email: Invitation) -> None:
    link = link_to(by_email.email)
    client.post(f"{link}accept/")
    client.get(link)
    assert refusals() == []
    visitor.get(link)
    assert refusals() == [("invitation", "accepted")]
