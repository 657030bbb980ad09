"""Who was taken off a customer stays off; what is lent is held by others than its own people, and given back."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts import registers
from portal.accounts.actions import disable_user
from portal.accounts.models import Identity, StaffRole, User
from portal.accounts.oidc.identity import hashes_of
from portal.accounts.registers import Proved
from portal.customers import actions
from portal.customers.actions.authorizations import Terms
from portal.customers.models import (
    AccessRequest,
    Authorization,
    Customer,
    CustomerIdentity,
    Invitation,
    Membership,
    Role,
)
from portal.customers.queries import access_of, today
from portal.notifications.models import Channel, Message
from portal.tenancy.models import Tenant
from portal.ui import formatting
from tests import factories
from tests.customers.conftest import authorize, fresh_client, link_to
from tests.factories import prove

NUMBER, OTHER = "15010100078", "15018010035"


def ola() -> Proved:
    return Proved(hashes=tuple(hashes_of(NUMBER)), by="ID-porten")


@pytest.fixture
def home(tenant: Tenant) -> Customer:
    made = factories.customer(kind=Customer.Kind.PRIVATE, name="Ola Nordmann", email="hjem@example.com")
    CustomerIdentity.objects.create(customer=made, number_hash=hashes_of(NUMBER)[0])
    return made


def identify(user: User, number: str) -> None:
    Identity.objects.create(user=user, number_hash=hashes_of(number)[0], linked_at=timezone.now())


def take_off(user: User, customer: Customer) -> None:
    member = factories.membership(user, customer)
    actions.remove_member(membership=member, by=factories.staff(), may_leave_ownerless=True)


def comes_in(customer: Customer) -> bool:
    """Whether a new account of Ola's, with an e-mail address of its own, becomes the customer's."""
    new = factories.user(email="ny@example.com")
    registers.give(new, ola())
    return Membership.objects.filter(user=new, customer=customer, role=Role.OWNER).exists()


def needs_staff() -> bool:
    known = registers.find(ola())
    assert known
    return known.needs_staff


@pytest.mark.parametrize("number", ["", NUMBER])
def test_who_was_taken_off_does_not_come_back_with_a_new_address(home: Customer, number: str) -> None:
    old = factories.user()
    if number:
        identify(old, number)
    take_off(old, home)
    Identity.objects.all().delete()
    assert needs_staff()
    assert not comes_in(home)


def test_nor_does_who_is_disabled_there(home: Customer) -> None:
    old = factories.user()
    factories.membership(old, home)
    User.objects.filter(pk=old.pk).update(is_active=False)
    assert needs_staff()
    assert not comes_in(home)


def test_the_person_comes_in_when_it_was_plainly_another_who_was_taken_off(home: Customer) -> None:
    other = factories.user()
    identify(other, OTHER)
    take_off(other, home)
    assert not needs_staff()
    assert comes_in(home)


def test_who_owns_it_is_told_of_who_comes_by_a_provider(home: Customer) -> None:
    owner = factories.user()
    factories.membership(owner, home)
    assert comes_in(home)
    assert Message.objects.filter(event="customers.owners_changed", recipient=owner.email).exists()


def test_the_customer_is_told_where_nobody_owns_it(home: Customer) -> None:
    assert comes_in(home)
    told = Message.objects.get(event="customers.opened_by_identity")
    assert (told.recipient, "Ola Nordmann" in told.body) == ("hjem@example.com", True)


def test_also_where_the_one_who_did_was_shut_out(home: Customer) -> None:
    before = factories.user()
    identify(before, OTHER)
    factories.membership(before, home)
    factories.membership(factories.user(), home, Role.READER)
    disable_user(user=before, by=None)
    assert comes_in(home)
    assert Message.objects.get(event="customers.opened_by_identity").recipient == "hjem@example.com"
    assert not Message.objects.filter(event="customers.owners_changed").exists()


# What is told ------------------------------------------------------------------------------------------


def told(user: User) -> set[str]:
    return set(Message.objects.filter(recipient=user.email).values_list("event", flat=True))


def test_who_is_disabled_is_told_nothing_more(tenant: Tenant, person: User) -> None:
    """Their address may be somebody else's by now."""
    firm, office, staff = factories.customer(name="Alfa AS"), factories.customer(name="Tall AS"), factories.staff()
    owner, gone = factories.user(), factories.user()
    for one in (owner, gone):
        factories.membership(one, office)
        factories.membership(one, firm)
    held = authorize(gone, factories.customer())
    disable_user(user=gone, by=staff)

    new = actions.add_member(user=person, customer=firm, role=Role.ORDERER, by=staff)
    actions.change_role(membership=new, role=Role.OWNER, by=staff)
    lent = actions.give_to_firm(customer=firm, holder=office, terms=Terms(role=Role.READER, first=today()), by=person)
    actions.give_back(authorization=lent, by=person)
    actions.revoke(authorization=held, by=staff)
    actions.change_role(membership=Membership.objects.get(user=gone, customer=firm), role=Role.READER, by=staff)
    assert told(owner) == {
        "customers.user_added",
        "customers.owners_changed",
        "customers.authorization_given",
        "customers.authorization_given_back",
        "customers.authorization_revoked",
    }
    assert told(gone) == set()


# Authorizations to oneself ----------------------------------------------------------------------------


@pytest.fixture
def firm(tenant: Tenant) -> Customer:
    made = factories.customer(name="Alfa AS", number="100")
    factories.membership(factories.user(name="Eva Eier"), made)
    return made


@pytest.mark.parametrize("role", [None, Role.READER])
def test_who_is_removed_or_demoted_holds_no_authorization_any_more(
    firm: Customer, person: User, role: Role | None
) -> None:
    member, held = factories.membership(person, firm), authorize(person, firm)
    elsewhere = authorize(person, factories.customer())
    if role:
        actions.change_role(membership=member, role=role, by=factories.staff())
    else:
        actions.remove_member(membership=member, by=factories.staff())
    held.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (bool(held.revoked_at), elsewhere.revoked_at) == (True, None)
    found = access_of(person)
    assert (found.customer != firm) if role is None else (found.role == Role.READER)


def offer(firm: Customer, **days: int) -> Invitation:
    first, last = (today() + timedelta(days=days[name]) if name in days else None for name in ("first", "last"))
    terms = actions.authorizations.Terms(role=Role.ORDERER, first=first or today(), last=last)
    someone = actions.Person(email="hjelper@example.com")
    actions.give_to_person(customer=firm, person=someone, terms=terms, by=factories.staff())
    return Invitation.objects.get(authorization__customer=firm)


def accept(client: Client) -> Any:
    return client.post(f"{link_to('hjelper@example.com')}accept/", follow=True)


def test_a_member_cannot_accept_an_authorization(firm: Customer, person: User, client: Client) -> None:
    factories.membership(person, firm, Role.READER)
    offer(firm)
    assert [message.level_tag for message in accept(client).context["messages"]] == ["warning"]
    assert Authorization.objects.get().user is None
    assert Invitation.objects.get().accepted_at is None


def test_what_begins_later_is_said_to(firm: Customer, person: User, client: Client) -> None:
    offer(firm, first=3)
    said = [str(message) for message in accept(client).context["messages"]]
    assert len(said) == 1
    assert formatting.day(today() + timedelta(days=3)) in said[0]
    assert Authorization.objects.get().user == person


def test_what_is_over_leads_nowhere(firm: Customer, person: User, client: Client) -> None:
    offer(firm, last=0)
    Authorization.objects.update(valid_from=today() - timedelta(days=2), valid_to=today() - timedelta(days=1))
    assert client.get(link_to("hjelper@example.com")).status_code == 410
    assert accept(client).status_code == 410
    assert Authorization.objects.get().user is None


# Giving back ------------------------------------------------------------------------------------------


def test_what_is_lent_is_given_back(firm: Customer, person: User, client: Client) -> None:
    held = authorize(person, firm)
    path = f"/customers/my-access/{held.pk}/end/"
    assert path in client.get("/customers/my-access/").content.decode()
    assert client.get(path).status_code == 200
    client.post(path)
    held.refresh_from_db()
    assert held.revoked_at
    assert client.get(path).status_code == 404
    assert access_of(person).customer is None


@pytest.mark.parametrize(("role", "status"), [(Role.OWNER, 302), (Role.ORDERER, 404), (None, 404)])
def test_what_a_firm_holds_its_owners_give_back(
    firm: Customer, person: User, client: Client, role: Role | None, status: int
) -> None:
    office = factories.customer()
    if role:
        factories.membership(person, office, role)
    held = Authorization.objects.create(customer=firm, holder=office, role=Role.READER, valid_from=today())
    assert client.post(f"/customers/my-access/{held.pk}/end/").status_code == status
    held.refresh_from_db()
    assert bool(held.revoked_at) == (status == 302)


def test_who_lent_it_is_told_and_sees_who_gave_it_back_and_when(
    firm: Customer, person: User, client: Client, tenant: Tenant
) -> None:
    chief = factories.user(name="Grete Gård")
    factories.membership(chief, firm)
    held = authorize(person, firm)
    client.post(f"/customers/my-access/{held.pk}/end/")
    told = Message.objects.get(event="customers.authorization_given_back", recipient=chief.email)
    assert "Siri Nordheim har gitt tilbake fullmakten" in told.subject
    page = fresh_client(chief, tenant).get("/customers/authorizations/").content.decode()
    assert "Gitt tilbake av Siri Nordheim, " in page
    assert "Trukket tilbake" not in page


def test_the_firms_other_owners_hear_who_gave_it_back(firm: Customer, person: User, client: Client) -> None:
    office, other = factories.customer(name="Tall AS"), factories.user()
    for owner in (person, other):
        factories.membership(owner, office, Role.OWNER)
    held = Authorization.objects.create(customer=firm, holder=office, role=Role.READER, valid_from=today())
    client.post(f"/customers/my-access/{held.pk}/end/")
    told = Message.objects.get(event="customers.authorization_revoked")
    assert told.recipient == other.email
    assert "Siri Nordheim har gitt den tilbake" in told.body


def test_what_others_lend_takes_nobodys_own_customer_away(firm: Customer, person: User) -> None:
    own = factories.customer(number="999")
    factories.membership(person, own)
    authorize(person, firm)
    found = access_of(person)
    assert (found.customer, found.count) == (own, 2)
    factories.membership(person, factories.customer())
    assert access_of(person).customer is None


# Staff ------------------------------------------------------------------------------------------------


@pytest.fixture
def staff(tenant: Tenant) -> User:
    return factories.staff(StaffRole.ADMINISTRATOR)


@pytest.fixture
def desk(tenant: Tenant, staff: User) -> Client:
    return factories.client_for(staff, tenant=tenant)


def act(client: Client, model: str, action: str, row: Any) -> Any:
    data = {"action": action, "_selected_action": [row.pk], "confirmed": "1"}
    return client.post(f"/admin/{model}/", data, follow=True)


@pytest.mark.parametrize(
    ("model", "action"),
    [
        ("customers/invitation", "send_again"),
        ("customers/invitation", "withdraw"),
        ("customers/authorization", "revoke"),
        ("accounts/user", "send_access"),
    ],
)
def test_staff_prove_themselves_before_they_change_who_gets_in(
    firm: Customer, person: User, staff: User, desk: Client, model: str, action: str
) -> None:
    invitation = offer(firm)
    assert invitation.authorization
    row = {"invitation": invitation, "authorization": invitation.authorization, "user": person}[model.split("/")[1]]
    before = Message.objects.count()
    prove(desk, staff, ago=16 * 60)
    assert "/account/prove/?next=" in act(desk, model, action, row).content.decode()
    invitation.refresh_from_db()
    invitation.authorization.refresh_from_db()
    ends = (invitation.withdrawn_at, invitation.authorization.revoked_at, Message.objects.count())
    assert ends == (None, None, before)
    prove(desk, staff)
    act(desk, model, action, row)
    invitation.refresh_from_db()
    assert invitation.withdrawn_at or Message.objects.count() > before


def test_nor_do_they_approve_without(firm: Customer, staff: User, desk: Client) -> None:
    asked = AccessRequest.objects.create(
        kind="person", name="Ny", email="ny@example.com", language="nb", customer_number=firm.number
    )
    data = {"number": firm.number, "role": "reader", "channel": "email", "asked_at": asked.asked_at.isoformat()}
    path = f"/admin/customers/accessrequest/{asked.pk}/approve/"
    prove(desk, staff, ago=16 * 60)
    answer = desk.post(path, data)
    assert (answer.status_code, "/account/prove/?next=" in answer.content.decode()) == (422, True)
    assert not Invitation.objects.exists()
    prove(desk, staff)
    assert desk.post(path, data).status_code == 302
    assert Invitation.objects.exists()


def test_withdrawing_the_offer_of_an_authorization_ends_it(firm: Customer, desk: Client) -> None:
    invitation = offer(firm)
    act(desk, "customers/invitation", "withdraw", invitation)
    assert Authorization.objects.get().revoked_at
    invitation.refresh_from_db()
    assert invitation.withdrawn_at


def test_what_staff_send_again_by_sms_is_counted(firm: Customer, tenant: Tenant, desk: Client) -> None:
    someone = actions.Person(phone="+4799887766", channel=Channel.SMS)
    invitation = actions.invite(customer=firm, role=Role.READER, person=someone, by=factories.staff())
    before = Message.objects.filter(channel=Channel.SMS).count()
    Tenant.objects.filter(pk=tenant.pk).update(sms_daily_limit=1)
    try:
        act(desk, "customers/invitation", "send_again", invitation)
        act(desk, "customers/invitation", "send_again", invitation)
    finally:
        Tenant.objects.filter(pk=tenant.pk).update(sms_daily_limit=tenant.sms_daily_limit)
    assert Message.objects.filter(channel=Channel.SMS).count() == before + 1
