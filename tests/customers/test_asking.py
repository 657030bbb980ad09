"""Asking for access: anyone may, it tells nothing, and staff decide."""

import pytest
from django.test import Client

from portal.accounts.models import StaffRole, User
from portal.accounts.strangers import IN_SESSION
from portal.audit.models import Entry
from portal.customers import actions
from portal.customers.models import AccessRequest, Customer, Invitation, Membership, Role
from portal.notifications.models import Channel, Message
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories
from tests.customers.conftest import link_to, newest_message, summary

ASK = "/customers/access/"
ADMIN = "/admin/customers/accessrequest/"
KARI = {
    "customer_number": "10 234",
    "name": "Kari  Nordmann",
    "phone": "912 34 567",
    "email": "Kari@Example.com",
    "message": "Jeg styrer byggeplassen.",
}


@pytest.fixture
def firm(tenant: Tenant) -> Customer:
    return factories.customer(number="10234", name="Nordmann AS", email="kari@example.com", phone="+4791234567")


@pytest.fixture
def agent(tenant: Tenant) -> Client:
    return factories.client_for(factories.staff("agent"), tenant=tenant)  # type: ignore[arg-type]


def ask(visitor: Client, **changes: str) -> AccessRequest:
    answer = visitor.post(ASK, KARI | changes)
    assert answer.headers["Location"] == f"{ASK}sent/"
    return AccessRequest.objects.latest("pk")


def approve(agent: Client, asked: AccessRequest, **changes: str) -> int:
    data = {"number": "10234", "role": "orderer", "channel": "sms", "asked_at": asked.asked_at.isoformat()}
    return agent.post(f"{ADMIN}{asked.pk}/approve/", data | changes).status_code


def test_what_is_written_waits_for_staff(visitor: Client, firm: Customer, agent: Client) -> None:
    asked = ask(visitor)
    assert (asked.customer_number, asked.name, asked.phone, asked.email) == (
        "10234", "Kari Nordmann", "+4791234567", "kari@example.com",
    )  # fmt: skip
    assert "Forespørsler om tilgang" in agent.get("/admin/").content.decode()


def test_the_answer_is_the_same_whether_there_is_such_a_customer_or_not(visitor: Client, firm: Customer) -> None:
    answers = [visitor.post(ASK, KARI | {"customer_number": number}) for number in ("10234", "99999")]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    pages = [summary(visitor.get(answer.headers["Location"])) for answer in answers]
    assert pages[0] == pages[1]
    # Nothing goes out to anyone before staff have looked at it.
    assert Message.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "kari"),
        ("phone", "123"),
        ("phone", "22 33 44 55"),
        ("customer_number", ""),
        ("name", ""),
        ("message", "x" * 1001),
    ],
)
def test_what_is_missing_or_wrong_is_told_at_its_field(visitor: Client, tenant: Tenant, field: str, value: str) -> None:
    answer = visitor.post(ASK, KARI | {field: value})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert AccessRequest.objects.count() == 0


def test_the_way_in_is_said_to_come_by_sms_or_e_mail(visitor: Client, tenant: Tenant) -> None:
    for path in (ASK, "/customers/register/"):
        assert "på SMS eller e-post" in visitor.get(path).content.decode(), path


@pytest.mark.parametrize(
    ("modules", "said"),
    [(["grid", "orders"], "Bestiller: ser alt og bestiller"), (["grid"], "Forvalter: ser alt, gir anlegg navn")],
)
def test_roles_are_told_by_what_there_is_to_do(visitor: Client, tenant: Tenant, modules: list[str], said: str) -> None:
    Tenant.objects.filter(pk=tenant.pk).update(modules=modules)
    page = visitor.get("/customers/register/").content.decode()
    assert said in page
    assert ("bestiller, og bestemmer" in page) is ("orders" in modules)


def test_an_sms_that_cannot_be_sent_is_not_chosen(visitor: Client, firm: Customer, agent: Client) -> None:
    """From before landlines were refused."""
    asked = ask(visitor)
    AccessRequest.objects.update(phone="+4722334455")
    assert approve(agent, asked) == 422
    assert not Invitation.objects.exists()
    assert approve(agent, asked, channel="email") == 302


def test_asking_again_for_the_same_changes_the_message_and_nothing_else(visitor: Client, firm: Customer) -> None:
    first = ask(visitor)
    second = ask(visitor, message="Det haster.", name="Noen Andre", phone="998 87 766", email="KARI@example.com")
    assert first.pk == second.pk
    assert second.message == "Det haster."
    assert (second.name, second.phone, second.email) == ("Kari Nordmann", "+4791234567", "kari@example.com")
    assert ask(visitor, customer_number="10235").pk != first.pk


def test_the_same_is_asked_three_times_an_hour_and_no_more(visitor: Client, tenant: Tenant) -> None:
    statuses = [visitor.post(ASK, KARI).status_code for _ in range(4)]
    assert statuses == [302, 302, 302, 429]


def test_numbers_cannot_be_tried_out_in_bulk(visitor: Client, tenant: Tenant) -> None:
    statuses = [visitor.post(ASK, KARI | {"customer_number": f"{n}"}).status_code for n in range(12)]
    assert statuses.count(302) == 10
    assert statuses[-1] == 429


def test_staff_see_what_they_need_to_decide(visitor: Client, firm: Customer, agent: Client) -> None:
    factories.membership(factories.user(name="Ola Eier", email="ola@example.com"), firm)
    page = agent.get(f"{ADMIN}{ask(visitor).pk}/change/")
    review = page.context["review"]
    assert (review.customers, review.email_matches, review.phone_matches) == ([firm], True, True)
    assert (review.user, review.membership) == (None, None)
    assert "ola@example.com" in page.content.decode()


def test_staff_see_what_does_not_fit(visitor: Client, firm: Customer, agent: Client) -> None:
    asked = ask(visitor, email="stranger@example.com", phone="922 34 567")
    review = agent.get(f"{ADMIN}{asked.pk}/change/").context["review"]
    assert (review.customers, review.email_matches, review.phone_matches) == ([firm], False, False)
    unknown = ask(visitor, customer_number="4711")
    assert agent.get(f"{ADMIN}{unknown.pk}/change/").context["review"].customers == []
    assert approve(agent, unknown, number="4711") == 422


def test_approving_sends_an_invitation_and_gives_no_access_yet(visitor: Client, firm: Customer, agent: Client) -> None:
    asked = ask(visitor)
    assert approve(agent, asked) == 302
    asked.refresh_from_db()
    assert asked.state == AccessRequest.State.APPROVED
    invitation = Invitation.objects.get()
    assert (invitation.customer, invitation.role, invitation.channel) == (firm, Role.ORDERER, Channel.SMS)
    assert link_to("+4791234567")
    assert Membership.objects.count() == 0
    assert Entry.objects.filter(verb="customers.access_approved", customer=firm).count() == 1


def test_the_owners_hear_of_whom_staff_have_let_in(visitor: Client, firm: Customer, agent: Client) -> None:
    owner = factories.user()
    factories.membership(owner, firm)
    approve(agent, ask(visitor), channel="email")
    assert visitor.post(link_to("kari@example.com"), {"name": "Kari Nordmann"}).status_code == 302
    told = Message.objects.get(recipient=owner.email)
    assert (told.event, told.subject) == ("customers.user_added", "Kari Nordmann kan nå handle for Nordmann AS")


def test_a_request_is_decided_once(visitor: Client, firm: Customer, agent: Client) -> None:
    asked = ask(visitor)
    approve(agent, asked)
    approve(agent, asked)
    agent.post(f"{ADMIN}{asked.pk}/refuse/", {"reason": "Nei."})
    asked.refresh_from_db()
    assert (asked.state, Invitation.objects.count()) == (AccessRequest.State.APPROVED, 1)


def test_what_was_written_after_staff_looked_is_not_approved_unseen(
    visitor: Client, firm: Customer, agent: Client
) -> None:
    seen = ask(visitor)
    ask(visitor, message="Gi meg rollen som eier.")
    assert approve(agent, seen) == 302
    seen.refresh_from_db()
    assert (seen.state, Invitation.objects.count()) == (AccessRequest.State.WAITING, 0)
    assert approve(agent, seen) == 302
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize(("phone", "channel"), [("912 34 567", Channel.SMS), ("998 87 766", Channel.EMAIL)])
def test_the_link_goes_by_sms_only_to_the_customers_own_number(
    visitor: Client, firm: Customer, agent: Client, phone: str, channel: str
) -> None:
    page = agent.get(f"{ADMIN}{ask(visitor, phone=phone).pk}/change/")
    assert page.context["approve_form"]["channel"].value() == channel
    assert AccessRequest.objects.get().asked_at.isoformat() in page.content.decode()


def test_refusing_takes_a_reason_which_the_person_reads(visitor: Client, firm: Customer, agent: Client) -> None:
    asked = ask(visitor)
    assert agent.post(f"{ADMIN}{asked.pk}/refuse/", {"reason": ""}).status_code == 422
    agent.post(f"{ADMIN}{asked.pk}/refuse/", {"reason": "Du må spørre eieren først."})
    asked.refresh_from_db()
    assert asked.state == AccessRequest.State.REFUSED
    assert "Du må spørre eieren først." in newest_message("kari@example.com").body
    assert Invitation.objects.count() == 0


@pytest.mark.parametrize("role", ["reader", "orderer", "owner"])
def test_an_agent_lets_nobody_in_as_an_owner_of_a_customer_there_is(
    visitor: Client, firm: Customer, agent: Client, tenant: Tenant, role: str
) -> None:
    asked = ask(visitor)
    assert approve(agent, asked, role=role) == (422 if role == "owner" else 302)
    assert Invitation.objects.filter(role="owner").count() == 0
    if role == "owner":
        page = agent.post(f"{ADMIN}{asked.pk}/approve/", {"number": "10234", "role": role, "channel": "sms"})
        assert list(page.context["approve_form"].errors) == ["role"]
        administrator = factories.client_for(factories.staff(), tenant=tenant)
        assert approve(administrator, asked, role=role) == 302
        assert Invitation.objects.get().role == Role.OWNER


def test_the_action_itself_asks_for_an_administrator(visitor: Client, firm: Customer) -> None:
    asked = ask(visitor)
    for customer, number in ((firm, "10234"), (None, "4711")):
        with pytest.raises(actions.OwnerNeedsAdministrator):
            actions.approve(
                request=asked,
                customer=customer,
                number=number,
                role=Role.OWNER,
                channel=Channel.EMAIL,
                by=factories.staff(StaffRole.AGENT),
            )
    asked.refresh_from_db()
    assert asked.state == AccessRequest.State.WAITING


def test_only_staff_of_this_company_decide(
    visitor: Client, firm: Customer, tenant: Tenant, other_tenant: Tenant, client: Client
) -> None:
    asked = ask(visitor)
    assert approve(client, asked) == 403
    with tenant_scope(other_tenant):
        foreign = factories.client_for(factories.staff(), tenant=other_tenant)
    assert foreign.get(f"{ADMIN}{asked.pk}/change/").status_code == 404
    assert approve(foreign, asked) == 404
    asked.refresh_from_db()
    assert asked.state == AccessRequest.State.WAITING


def test_a_role_that_nobody_knows_is_refused(visitor: Client, firm: Customer, agent: Client) -> None:
    assert approve(agent, ask(visitor), role="administrator") == 422
    assert Invitation.objects.count() == 0


def test_who_is_signed_in_or_has_proved_an_address_need_not_write_it_again(
    client: Client, person: User, visitor: Client
) -> None:
    assert client.get(ASK).context["form"]["email"].value() == person.email
    session = visitor.session
    session[IN_SESSION] = {"email": "ny@example.com", "phone": "", "at": 2e12}
    session.save()
    assert visitor.get(ASK).context["form"]["email"].value() == "ny@example.com"
