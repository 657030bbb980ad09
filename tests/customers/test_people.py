"""Owners see, invite, change and remove the people of their customer; somebody always owns it."""

import pytest
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied
from django.test import Client

from portal.accounts.actions import disable_user
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.customers import actions
from portal.customers.models import Authorization, ChosenCustomer, Customer, Invitation, Membership, Role
from portal.customers.queries import today
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests import factories
from tests.customers.conftest import choose, fresh_client, link_to

PEOPLE = "/customers/people/"


@pytest.fixture
def boss(tenant: Tenant) -> User:
    return factories.user(name="Eva Eier")


@pytest.fixture
def firm(boss: User) -> Customer:
    firm = factories.customer(name="Alfa AS")
    factories.membership(boss, firm)
    return firm


@pytest.fixture
def worker(firm: Customer) -> Membership:
    return factories.membership(factories.user(name="Arne Arbeider"), firm, Role.ORDERER)


@pytest.fixture
def owner(tenant: Tenant, boss: User, firm: Customer) -> Client:
    return fresh_client(boss, tenant)


def own(firm: Customer, boss: User) -> Membership:
    return Membership.objects.get(customer=firm, user=boss)


# Seeing and inviting ----------------------------------------------------------------------------------


def test_the_page_lists_the_people_and_who_is_invited(owner: Client, worker: Membership) -> None:
    factories.member()  # somebody else's
    owner.post(f"{PEOPLE}invite/", {"email": "ny@example.com", "role": "reader"})
    page = owner.get(PEOPLE)
    assert [member.user.name for member in page.context["members"]] == ["Eva Eier", "Arne Arbeider"]
    assert [invitation.email for invitation in page.context["invitations"]] == ["ny@example.com"]


@pytest.mark.parametrize(
    ("data", "recipient"),
    [
        ({"email": "ny@example.com"}, "ny@example.com"),
        ({"phone": "912 34 567"}, "+4791234567"),
        ({"email": "ny@example.com", "phone": "912 34 567"}, "ny@example.com"),
    ],
)
def test_a_colleague_is_invited_by_email_or_sms(
    owner: Client, firm: Customer, data: dict[str, str], recipient: str
) -> None:
    answer = owner.post(f"{PEOPLE}invite/", data | {"role": "owner", "name": "Ny"})
    assert answer.headers["Location"] == PEOPLE
    assert link_to(recipient)
    assert (Invitation.objects.get().customer, Invitation.objects.get().role) == (firm, Role.OWNER)


@pytest.mark.parametrize(
    ("data", "field"),
    [({}, "email"), ({"phone": "21 23 45 67"}, "phone"), ({"email": "x"}, "email"), ({"role": "king"}, "role")],
)
def test_what_cannot_be_sent_is_told(owner: Client, data: dict[str, str], field: str) -> None:
    answer = owner.post(f"{PEOPLE}invite/", {"role": "reader"} | data)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert Invitation.objects.count() == 0


def test_invitations_count_among_the_sms_of_the_day(owner: Client, tenant: Tenant) -> None:
    """Thirty an hour from each of many customers would be dear; e-mail is offered instead."""
    Tenant.objects.filter(pk=tenant.pk).update(sms_daily_limit=2)
    by_sms = {"phone": "912 34 567", "role": "reader"}
    assert owner.post(f"{PEOPLE}invite/", by_sms).status_code == 302
    pk = Invitation.objects.get().pk
    owner.post(f"{PEOPLE}invitations/{pk}/send/")
    assert Message.objects.filter(recipient="+4791234567").count() == 2
    owner.post(f"{PEOPLE}invitations/{pk}/send/")
    answer = owner.post(f"{PEOPLE}invite/", {"phone": "998 87 766", "role": "reader"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["phone"])
    lend = {
        "to": "person",
        "phone": "998 87 766",
        "role": "reader",
        "extent": "all",
        "valid_from": f"{today():%d.%m.%Y}",
    }
    assert owner.post("/customers/authorizations/new/", lend).status_code == 422
    assert Message.objects.filter(recipient__startswith="+47").count() == 2
    assert owner.post(f"{PEOPLE}invite/", {"email": "ny@example.com", "role": "reader"}).status_code == 302


def test_who_is_a_user_already_is_not_invited(owner: Client, worker: Membership) -> None:
    answer = owner.post(f"{PEOPLE}invite/", {"email": worker.user.email.upper(), "role": "reader"})
    assert "Arne Arbeider er bruker allerede" in answer.content.decode()


def test_an_invitation_is_sent_again_and_withdrawn(owner: Client, firm: Customer) -> None:
    owner.post(f"{PEOPLE}invite/", {"email": "ny@example.com", "role": "reader"})
    pk = Invitation.objects.get().pk
    first = link_to("ny@example.com")
    owner.post(f"{PEOPLE}invitations/{pk}/send/")
    assert link_to("ny@example.com") != first
    owner.post(f"{PEOPLE}invitations/{pk}/withdraw/")
    assert Invitation.objects.open().count() == 0


# Roles ------------------------------------------------------------------------------------------------


def test_a_role_is_changed_and_the_person_told(owner: Client, worker: Membership) -> None:
    owner.post(f"{PEOPLE}{worker.pk}/", {"role": "reader"})
    worker.refresh_from_db()
    assert worker.role == Role.READER
    assert "Leser" in Message.objects.get(recipient=worker.user.email).body
    assert Entry.objects.get(verb="customers.role_changed").data["from"] == "orderer"


def test_a_role_that_nobody_knows_is_refused(owner: Client, worker: Membership) -> None:
    assert owner.post(f"{PEOPLE}{worker.pk}/", {"role": "administrator"}).status_code == 422
    worker.refresh_from_db()
    assert worker.role == Role.ORDERER


def test_the_last_owner_cannot_be_demoted_or_removed(owner: Client, boss: User, firm: Customer) -> None:
    pk = own(firm, boss).pk
    assert owner.post(f"{PEOPLE}{pk}/", {"role": "reader"}).status_code == 422
    assert owner.post(f"{PEOPLE}{pk}/remove/").headers["Location"] == f"{PEOPLE}{pk}/"
    assert own(firm, boss).role == Role.OWNER


def test_an_owner_who_cannot_sign_in_does_not_count(owner: Client, boss: User, firm: Customer) -> None:
    other = factories.membership(factories.user(), firm)
    User.objects.filter(pk=other.user.pk).update(is_active=False)
    assert owner.post(f"{PEOPLE}{own(firm, boss).pk}/", {"role": "reader"}).status_code == 422


def test_every_other_owner_hears_of_a_new_or_a_removed_one(owner: Client, firm: Customer, worker: Membership) -> None:
    third = factories.membership(factories.user(email="tredje@example.com"), firm)
    owner.post(f"{PEOPLE}{worker.pk}/", {"role": "owner"})
    owner.post(f"{PEOPLE}{worker.pk}/remove/")
    bodies = Message.objects.filter(recipient=third.user.email).order_by("pk").values_list("body", flat=True)
    assert ["Eva Eier har gitt Arne Arbeider rollen Eier." in bodies[0], "fjernet Arne Arbeider" in bodies[1]] == [
        True, True,
    ]  # fmt: skip


@pytest.mark.parametrize("how", ["remove", "demote"])
def test_what_an_owner_has_offered_ends_with_the_ownership(
    boss: User, firm: Customer, worker: Membership, how: str
) -> None:
    """An open invitation would lead back in."""
    second = factories.membership(factories.user(), firm)
    for by in (boss, second.user):
        _offers_of(by, firm)
    if how == "remove":
        actions.remove_member(membership=second, by=boss)
    else:
        actions.change_role(membership=second, role=Role.READER, by=boss)
    assert list(Invitation.objects.open().values_list("invited_by", flat=True)) == [boss.pk] * 2
    assert Authorization.objects.get(revoked_at=None).given_by == boss


def _offers_of(user: User, firm: Customer) -> None:
    """Let somebody offer ownership and an authorization to a person each."""
    person = actions.Person(email=f"{user.pk}@example.com")
    actions.invite(customer=firm, role=Role.OWNER, person=person, by=user)
    terms = actions.authorizations.Terms(role=Role.READER, first=today())
    actions.give_to_person(customer=firm, person=person, terms=terms, by=user)


@pytest.mark.parametrize("how", ["disabled", "closed"])
def test_what_an_owner_has_offered_ends_with_the_account(
    boss: User, firm: Customer, worker: Membership, tenant: Tenant, visitor: Client, how: str
) -> None:
    """Staff shut the account out, or its holder closes it: its open links lead nowhere, others' go on."""
    second = factories.membership(factories.user(name="Olav Opphav", email="olav@example.com"), firm)
    for by in (boss, second.user):
        _offers_of(by, firm)
    link = link_to(f"{second.user.pk}@example.com")
    if how == "disabled":
        admin = factories.client_for(factories.staff(), tenant=tenant)
        url = f"/admin/accounts/user/{second.user.pk}/change/"
        assert admin.post(url, {"name": "Olav Opphav", "email": "olav@example.com"}).status_code == 302
    else:
        own = fresh_client(second.user, tenant)
        assert own.post("/account/close/", {"sure": "on"}).headers["Location"] == "/account/login/"
        told = Message.objects.get(event="customers.owners_changed")
        assert (told.recipient, "Olav Opphav" in told.body) == (boss.email, True)
    assert not User.objects.get(pk=second.user.pk).is_active
    assert visitor.get(link).status_code == 410
    assert list(Invitation.objects.open().values_list("invited_by", flat=True)) == [boss.pk] * 2
    assert Authorization.objects.get(revoked_at=None).given_by == boss
    ended = Entry.objects.filter(verb__in=["customers.invitation_withdrawn", "customers.authorization_revoked"])
    assert ended.count() == 2


def test_what_staff_have_sent_outlives_their_account(firm: Customer, tenant: Tenant, visitor: Client) -> None:
    """They sent it for the company; other staff see it in admin and may withdraw it."""
    clerk = factories.staff()
    actions.invite(customer=firm, role=Role.READER, person=actions.Person(email="x@example.com"), by=clerk)
    disable_user(user=clerk, by=None)
    assert visitor.get(link_to("x@example.com")).status_code == 200


def test_what_was_offered_to_somebody_who_closes_their_account_does_not_wait_for_ever(
    boss: User, firm: Customer, worker: Membership, tenant: Tenant
) -> None:
    person = actions.Person(email=worker.user.email)
    terms = actions.authorizations.Terms(role=Role.READER, first=today())
    offered = actions.give_to_person(customer=firm, person=person, terms=terms, by=boss)
    fresh_client(worker.user, tenant).post("/account/close/", {"sure": "on"})
    offered.refresh_from_db()
    assert offered.revoked_at
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("how", ["taken off", "shut out"])
def test_an_offer_on_its_way_ends_too(boss: User, firm: Customer, how: str) -> None:
    """Asked for while they owned the customer, carried out after they did: it came second to the lock."""
    second = factories.membership(factories.user(), firm)
    if how == "taken off":
        actions.remove_member(membership=second, by=boss)
    else:
        disable_user(user=second.user, by=None)
    with pytest.raises(PermissionDenied):
        _offers_of(second.user, firm)
    assert not Invitation.objects.exists()


def test_an_owner_who_comes_by_an_invitation_does_not_come_in_silence(
    boss: User, firm: Customer, worker: Membership
) -> None:
    third = factories.membership(factories.user(email="tredje@example.com"), firm)
    for role in (Role.ORDERER, Role.OWNER):
        invitation = actions.invite(customer=firm, role=role, person=actions.Person(email="x@example.com"), by=boss)
        actions.accept(invitation=invitation, user=worker.user)
    told = Message.objects.get(event="customers.owners_changed")
    assert told.recipient == third.user.email
    assert "Eva Eier har gitt Arne Arbeider rollen Eier." in told.body


# Removing ---------------------------------------------------------------------------------------------


def test_removing_asks_first(owner: Client, worker: Membership) -> None:
    page = owner.get(f"{PEOPLE}{worker.pk}/remove/").content.decode()
    assert "Fjerne Arne Arbeider?" in page
    assert Membership.objects.filter(pk=worker.pk).exists()


def test_who_is_removed_loses_every_session_at_once(owner: Client, worker: Membership, tenant: Tenant) -> None:
    devices = [factories.client_for(worker.user, tenant=tenant) for _ in range(2)]
    assert [device.get("/orders/").status_code for device in devices] == [200, 200]
    owner.post(f"{PEOPLE}{worker.pk}/remove/")
    assert [device.get("/orders/").headers["Location"] for device in devices] == ["/account/login/?next=/orders/"] * 2
    assert UserSession.objects.filter(user=worker.user).count() == 0


def test_who_acts_for_somebody_else_just_now_is_signed_out_and_keeps_the_other(
    owner: Client, worker: Membership, firm: Customer, tenant: Tenant
) -> None:
    other = factories.customer(name="Beta AS")
    factories.membership(worker.user, other)
    device = factories.client_for(worker.user, tenant=tenant)
    choose(device, other)
    owner.post(f"{PEOPLE}{worker.pk}/remove/")
    assert device.get("/orders/").headers["Location"] == "/account/login/?next=/orders/"
    again = factories.client_for(worker.user, tenant=tenant)
    assert again.get("/orders/").status_code == 200
    assert choose(again, firm) == 404


def test_an_owner_may_leave_where_there_is_another(owner: Client, boss: User, firm: Customer) -> None:
    factories.membership(factories.user(), firm)
    assert owner.post(f"{PEOPLE}{own(firm, boss).pk}/remove/").headers["Location"] == "/"
    assert not Membership.objects.filter(user=boss).exists()
    assert not ChosenCustomer.objects.filter(user=boss).exists()


# Attacks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "remove/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_people_of_another_customer_do_not_exist(owner: Client, path: str, method: str) -> None:
    person, other = factories.member(Role.ORDERER)
    member = Membership.objects.get(user=person, customer=other)
    answer = getattr(owner, method)(f"{PEOPLE}{member.pk}/{path}", {"role": "owner"})
    assert answer.status_code == 404
    member.refresh_from_db()
    assert member.role == Role.ORDERER


def test_invitations_of_another_customer_do_not_exist(owner: Client) -> None:
    person, other = factories.member()
    invitation = actions.invite(
        customer=other, role=Role.READER, person=actions.invitations.Person(email="x@example.com"), by=person
    )
    assert owner.post(f"{PEOPLE}invitations/{invitation.pk}/withdraw/").status_code == 404
    assert owner.post(f"{PEOPLE}invitations/{invitation.pk}/send/").status_code == 404


@pytest.mark.parametrize("role", [Role.READER, Role.ORDERER])
def test_only_owners_get_there(tenant: Tenant, firm: Customer, role: Role) -> None:
    user = factories.user()
    member = factories.membership(user, firm, role)
    client = fresh_client(user, tenant)
    assert client.get(PEOPLE).status_code == 403
    assert client.post(f"{PEOPLE}{member.pk}/", {"role": "owner"}).status_code == 403
    assert client.post(f"{PEOPLE}invite/", {"email": "x@example.com", "role": "owner"}).status_code == 403
