"""Authorizations: given, found in the switcher, limited in time, revoked; never more than was lent."""

import re
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from portal.accounts.models import User
from portal.customers import scopes
from portal.customers.actions import choose_customer
from portal.customers.models import Authorization, Customer, Invitation, Role
from portal.customers.queries import access_of, today
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests import factories
from tests.customers.conftest import CHOOSE, choose, fresh_client, link_to

PAGE = "/customers/authorizations/"
OSLO = ZoneInfo("Europe/Oslo")
GIVE = {"to": "person", "email": "hjelper@example.com", "role": "orderer", "extent": "all"}


@pytest.fixture
def lender(tenant: Tenant) -> tuple[User, Customer]:
    return factories.member(name="Solbakken Gård")


@pytest.fixture
def owner(tenant: Tenant, lender: tuple[User, Customer]) -> Client:
    return fresh_client(lender[0], tenant)


@pytest.fixture
def helper(tenant: Tenant) -> User:
    return factories.user(name="Hjalmar Hjelper", email="hjelper@example.com")


@pytest.fixture
def office(tenant: Tenant) -> Customer:
    return factories.customer(name="Tall & Orden Regnskap AS", number="88001")


@pytest.fixture
def parts() -> Any:
    """Things that access can be limited to; the domains' own stay as they are."""
    before = dict(scopes._scopes)
    scopes.register(
        scopes.Scope(app="metering", choices=lambda _: [("metering:1", "Låven"), ("metering:2", "Hovedhuset")])
    )
    yield
    scopes._scopes.clear()
    scopes._scopes.update(before)


def written(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def give(owner: Client, **data: Any) -> Any:
    return owner.post(f"{PAGE}new/", GIVE | {"valid_from": written(today())} | data)


def lend(customer: Customer, **fields: Any) -> Authorization:
    defaults = {"customer": customer, "role": Role.ORDERER, "valid_from": today() - timedelta(days=1)}
    return Authorization.objects.create(**(defaults | fields))


def reaches(user: User, customer: Customer) -> bool:
    return Customer.objects.reachable_by(user, today()).filter(pk=customer.pk).exists()


def bar_of(page: Any) -> str:
    """Return the bar that says whom one acts for, "" where there is none."""
    found = re.search(r'<div class="customer[^"]*">(.*?)</div></div>', page.content.decode(), re.DOTALL)
    return found[1] if found else ""


# Giving -----------------------------------------------------------------------------------------------


def test_a_person_has_it_once_they_have_accepted(
    owner: Client, lender: tuple[User, Customer], helper: User, tenant: Tenant
) -> None:
    assert give(owner, valid_to=written(today() + timedelta(days=30))).headers["Location"] == PAGE
    assert not reaches(helper, lender[1])
    receiver = factories.client_for(helper, tenant=tenant)
    page = receiver.get(link_to(helper.email)).content.decode()
    assert "Solbakken Gård" in page
    receiver.post(f"{link_to(helper.email)}accept/")
    access = access_of(helper)
    assert (access.customer, access.role) == (lender[1], Role.ORDERER)
    told = Message.objects.get(event="customers.authorization_accepted")
    assert told.recipient == lender[0].email
    assert "Hjalmar Hjelper har godtatt fullmakten fra Solbakken Gård" in told.subject
    assert Authorization.objects.get().user == helper


def test_a_firm_has_it_at_once_for_all_its_people_and_its_owners_are_told(
    owner: Client, lender: tuple[User, Customer], office: Customer
) -> None:
    chief, clerk = factories.user(), factories.user()
    factories.membership(chief, office)
    factories.membership(clerk, office, Role.READER)
    answer = give(owner, to="firm", firm_number="88 001", firm_name="tall & orden regnskap as")
    assert answer.headers["Location"] == PAGE
    assert Message.objects.filter(recipient=chief.email).count() == 1
    client = factories.client_for(clerk, tenant=factories.Tenant.objects.get(slug="fjord"))
    assert choose(client, lender[1]) == 302
    # A reader in the firm reads here too, whatever the firm was lent.
    assert access_of(clerk).role == Role.READER


@pytest.mark.parametrize(
    ("number", "name"), [("88001", "Noe annet AS"), ("88002", "Tall & Orden Regnskap AS"), ("", ""), ("88001", "")]
)
def test_number_and_name_of_the_firm_must_both_fit(owner: Client, office: Customer, number: str, name: str) -> None:
    answer = give(owner, to="firm", firm_number=number, firm_name=name)
    assert answer.status_code == 422
    assert "Begge må stemme" in answer.content.decode()
    assert Authorization.objects.count() == 0


def test_firms_cannot_be_guessed_at(owner: Client, office: Customer) -> None:
    statuses = [give(owner, to="firm", firm_number=f"{n}", firm_name="x").status_code for n in range(12)]
    assert (statuses[:10], statuses[10:]) == ([422] * 10, [429] * 2)


def test_nobody_lends_to_themselves(owner: Client, lender: tuple[User, Customer]) -> None:
    answer = give(owner, to="firm", firm_number=lender[1].number, firm_name=lender[1].name)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"role": "owner"}, "role"),
        ({"valid_from": "1.1.2020"}, "valid_from"),
        ({"valid_to": "1.1.2020"}, "valid_to"),
        ({"valid_from": "31.2.2027"}, "valid_from"),
        ({"email": ""}, "email"),
    ],
)
def test_what_cannot_be_lent_is_told(owner: Client, data: dict[str, str], field: str) -> None:
    answer = give(owner, **data)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert (Authorization.objects.count(), Invitation.objects.count()) == (0, 0)


@pytest.mark.usefixtures("parts")
def test_it_can_be_limited_to_what_the_customer_has_and_nothing_else(owner: Client) -> None:
    assert give(owner, extent="some").status_code == 422
    assert give(owner, extent="some", scope=["metering:3"]).status_code == 422
    assert give(owner, extent="some", scope=["metering:2"]).status_code == 302
    assert Authorization.objects.get().scope == ["metering:2"]
    assert "Hovedhuset" in owner.get(PAGE).content.decode()


@pytest.mark.usefixtures("parts")
def test_the_message_says_what_it_covers(owner: Client, helper: User) -> None:
    give(owner, extent="some", scope=["metering:1", "metering:2"], role="reader")
    body = Message.objects.get(event="customers.authorized").body
    assert "med rollen Leser" in body
    assert "Den gjelder bare: Låven, Hovedhuset." in body
    give(owner, email="", phone="912 34 599", extent="some", scope=["metering:1"])
    assert "(Bestiller, for en del)" in Message.objects.get(recipient="+4791234599").body
    give(owner, email="annen@example.com")
    assert "Den gjelder alt hos kunden." in Message.objects.get(recipient="annen@example.com").body


@pytest.mark.usefixtures("parts")
def test_everything_is_everything_whatever_else_is_ticked(owner: Client) -> None:
    give(owner, extent="all", scope=["metering:2"])
    assert Authorization.objects.get().scope == []


# Days -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "reached"),
    [
        (datetime(2026, 3, 27, 23, 59, tzinfo=OSLO), False),
        (datetime(2026, 3, 28, 0, 0, tzinfo=OSLO), True),
        # Oslo is ahead of UTC: this is still the 29th there, the day the clocks change.
        (datetime(2026, 3, 29, 23, 59, tzinfo=OSLO), True),
        (datetime(2026, 3, 30, 0, 0, tzinfo=OSLO), False),
    ],
)
def test_it_holds_on_both_its_days_in_the_companys_time(
    lender: tuple[User, Customer], helper: User, moment: datetime, reached: bool
) -> None:
    lend(lender[1], user=helper, valid_from=date(2026, 3, 28), valid_to=date(2026, 3, 29))
    with time_machine.travel(moment, tick=False):
        assert reaches(helper, lender[1]) is reached
        assert (access_of(helper).customer == lender[1]) is reached


def test_a_page_that_is_open_when_it_ends_leads_away(
    lender: tuple[User, Customer], helper: User, tenant: Tenant
) -> None:
    authorization = lend(lender[1], user=helper)
    client = factories.client_for(helper, tenant=tenant)
    assert client.get("/orders/").status_code == 200
    authorization.valid_to = today() - timedelta(days=1)
    authorization.save()
    assert client.get("/orders/").headers["Location"] == CHOOSE


@pytest.mark.usefixtures("parts")
def test_every_page_says_that_one_acts_by_an_authorization_and_for_what(
    lender: tuple[User, Customer], helper: User, tenant: Tenant
) -> None:
    """Also where it is the only customer there is, and there is nothing to change to."""
    authorization = lend(lender[1], user=helper, scope=["metering:2"])
    client = factories.client_for(helper, tenant=tenant)
    bar = bar_of(client.get("/customers/my-access/"))
    assert "Solbakken Gård" in bar
    assert "Fullmakt" in bar
    assert "Bare Hovedhuset" in bar
    assert CHOOSE not in bar
    Authorization.objects.filter(pk=authorization.pk).update(scope=[])
    assert "Bare" not in bar_of(client.get("/customers/my-access/"))


def test_a_members_own_customer_is_not_marked(lender: tuple[User, Customer], tenant: Tenant) -> None:
    client = factories.client_for(lender[0], tenant=tenant)
    assert bar_of(client.get("/customers/my-access/")) == ""
    factories.membership(lender[0], factories.customer(name="En til"))
    choose(client, lender[1])
    assert "Fullmakt" not in bar_of(client.get("/customers/my-access/"))


def test_the_switcher_marks_it_with_its_end(lender: tuple[User, Customer], office: Customer, tenant: Tenant) -> None:
    clerk = factories.user()
    factories.membership(clerk, office)
    lend(lender[1], holder=office, valid_to=date(2099, 12, 31))
    page = factories.client_for(clerk, tenant=tenant).get(CHOOSE).content.decode()
    assert "Fullmakt fra kunden til og med 31. des. 2099" in page.replace("\N{NO-BREAK SPACE}", " ")


# Revoking, and what it never gives --------------------------------------------------------------------


def test_revoking_asks_first_then_ends_it_at_once(
    owner: Client, lender: tuple[User, Customer], helper: User, tenant: Tenant
) -> None:
    authorization = lend(lender[1], user=helper)
    client = factories.client_for(helper, tenant=tenant)
    assert client.get("/orders/").status_code == 200
    assert owner.get(f"{PAGE}{authorization.pk}/revoke/").status_code == 200
    assert reaches(helper, lender[1])
    owner.post(f"{PAGE}{authorization.pk}/revoke/")
    assert client.get("/orders/").headers["Location"] == CHOOSE
    assert "trukket den tilbake" in Message.objects.get(recipient=helper.email).body
    assert f"Trukket tilbake av {lender[0].name}, " in owner.get(PAGE).content.decode()


def test_revoking_one_that_waits_makes_its_link_useless(owner: Client, visitor: Client) -> None:
    give(owner)
    link = link_to("hjelper@example.com")
    owner.post(f"{PAGE}{Authorization.objects.get().pk}/revoke/")
    assert visitor.post(link, {"name": "Ny"}).status_code == 410


def test_who_has_access_is_never_lent(lender: tuple[User, Customer], helper: User, tenant: Tenant) -> None:
    """Also not by an authorization as owner that staff have given."""
    lend(lender[1], user=helper, role=Role.OWNER)
    client = fresh_client(helper, tenant)
    assert access_of(helper).role == Role.OWNER
    for path in ("/customers/people/", "/customers/people/invite/", PAGE, f"{PAGE}new/"):
        assert client.get(path).status_code == 403


def test_what_is_lent_is_not_lent_on(lender: tuple[User, Customer], helper: User, office: Customer) -> None:
    """Somebody whom the office lets act for it does not act for the office's own lenders."""
    lend(lender[1], holder=office)
    lend(office, user=helper)
    assert reaches(helper, office)
    assert not reaches(helper, lender[1])


def test_who_leaves_the_firm_loses_what_was_lent_to_it(lender: tuple[User, Customer], office: Customer) -> None:
    clerk = factories.user()
    membership = factories.membership(clerk, office)
    lend(lender[1], holder=office)
    assert reaches(clerk, lender[1])
    membership.delete()
    assert not reaches(clerk, lender[1])


def test_authorizations_of_another_customer_do_not_exist(owner: Client, office: Customer, helper: User) -> None:
    foreign = lend(office, user=helper)
    assert owner.get(f"{PAGE}{foreign.pk}/revoke/").status_code == 404
    assert owner.post(f"{PAGE}{foreign.pk}/revoke/").status_code == 404
    foreign.refresh_from_db()
    assert foreign.revoked_at is None
    assert "Hjalmar" not in owner.get(PAGE).content.decode()


def test_both_sides_see_it(owner: Client, lender: tuple[User, Customer], office: Customer, tenant: Tenant) -> None:
    chief = factories.user()
    factories.membership(chief, office)
    lend(lender[1], holder=office)
    assert [given.name for given in owner.get(PAGE).context["given"]] == [office.name]
    theirs = fresh_client(chief, tenant)
    choose(theirs, office)
    assert [held.name for held in theirs.get(PAGE).context["held"]] == [lender[1].name]


# Twice ------------------------------------------------------------------------------------------------

TO_OFFICE = {"to": "firm", "firm_number": "88001", "firm_name": "Tall & Orden Regnskap AS"}


def clerk_of(office: Customer, lender: Customer) -> User:
    """Return somebody of the firm who acts for the lender now."""
    clerk = factories.user()
    factories.membership(clerk, office, Role.OWNER)
    choose_customer(user=clerk, customer=lender, by=clerk)
    return clerk


def test_the_same_firm_may_hold_two_and_loses_only_the_one_revoked(
    owner: Client, lender: tuple[User, Customer], office: Customer, parts: Any
) -> None:
    clerk = clerk_of(office, lender[1])
    give(owner, **TO_OFFICE, role="reader")
    give(owner, **TO_OFFICE, role="orderer", extent="some", scope=["metering:1"])
    reading, ordering = Authorization.objects.order_by("pk")
    assert access_of(clerk).role == Role.READER  # what covers a part must not become a role for all
    page = owner.get(PAGE).content.decode()
    assert page.count("Tall &amp; Orden Regnskap AS") >= 2
    assert owner.post(f"{PAGE}{reading.pk}/revoke/").headers["Location"] == PAGE
    standing = access_of(clerk).standing
    assert standing
    assert (standing.role, standing.scope) == (Role.ORDERER, frozenset({"metering:1"}))
    owner.post(f"{PAGE}{ordering.pk}/revoke/")
    assert not reaches(clerk, lender[1])


def test_a_second_one_to_the_same_firm_may_follow_the_first(
    owner: Client, lender: tuple[User, Customer], office: Customer
) -> None:
    clerk, day = clerk_of(office, lender[1]), today()
    give(owner, **TO_OFFICE, valid_to=written(day))
    give(owner, **TO_OFFICE, role="reader", valid_from=written(day + timedelta(days=1)))
    assert access_of(clerk).role == Role.ORDERER
    with time_machine.travel(datetime(day.year, day.month, day.day, 12, tzinfo=OSLO) + timedelta(days=1)):
        assert access_of(clerk).role == Role.READER


def test_a_second_click_gives_a_firm_nothing_more(owner: Client, office: Customer) -> None:
    factories.membership(factories.user(), office, Role.OWNER)
    for _ in range(3):
        assert give(owner, **TO_OFFICE).headers["Location"] == PAGE
    assert Authorization.objects.count() == 1
    assert Message.objects.filter(event="customers.authorization_given").count() == 1


def test_a_second_click_invites_a_person_once(owner: Client, helper: User) -> None:
    for _ in range(3):
        assert give(owner).headers["Location"] == PAGE
    assert Authorization.objects.count() == 1
    assert Invitation.objects.count() == 1
    give(owner, role="reader")
    give(owner, email="annen@example.com")
    assert Authorization.objects.count() == 3


def test_after_revoking_the_same_may_be_given_again(owner: Client, office: Customer) -> None:
    give(owner, **TO_OFFICE)
    owner.post(f"{PAGE}{Authorization.objects.get().pk}/revoke/")
    give(owner, **TO_OFFICE)
    assert Authorization.objects.filter(revoked_at=None).count() == 1
