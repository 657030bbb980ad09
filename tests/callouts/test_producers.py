"""Waste producers: registered by the customer's owners, approved where the company says so, authorized to declare."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from callouts import actions
from callouts.models import CallOff, CallOffSettings, DeclarationAuthorization, WasteProducer
from callouts.rules import facts
from portal.accounts.models import User
from portal.customers.models import Customer, Role
from portal.customers.queries import today
from portal.notifications.models import Message
from portal.ui import formatting
from tests import factories
from tests.callouts import makers
from tests.callouts.conftest import Desk
from tests.clients.service import Says, running_service

State = WasteProducer.State
# A number with a right check digit that belongs to nobody.
ORG_NO = "310308242"
# As the register answers for a unit (data.brreg.no, underenheter), shortened to what is read; the unit is made up.
UNIT = """{"organisasjonsnummer": "310308242", "navn": "NORDVÅG INDUSTRI AVD LAGER",
  "organisasjonsform": {"kode": "BEDR", "beskrivelse": "Underenhet til næringsdrivende"},
  "overordnetEnhet": "314159268", "beliggenhetsadresse": {"land": "Norge", "landkode": "NO", "postnummer": "4098",
  "poststed": "NORDVÅG", "adresse": ["Industriveien 8"], "kommune": "NORDVÅG", "kommunenummer": "1124"}}"""


@pytest.fixture
def owner(desk: Desk) -> User:
    person = factories.user(name="Berit Nordvåg")
    factories.membership(person, desk.customer, Role.OWNER)
    return person


@pytest.fixture
def as_owner(desk: Desk, owner: User) -> Client:
    return factories.client_for(owner, tenant=desk.tenant)


def fields(**changes: str) -> dict[str, str]:
    return {
        "org_no": "310 308 242",
        "name": "Nordvåg Industri, avd. lager",
        "short_name": "avd. lager",
        "address": "Industriveien 8",
        "postal_code": "4098",
        "city": "Nordvåg",
    } | changes


def registered() -> WasteProducer:
    return WasteProducer.objects.get(org_no=ORG_NO)


def test_an_owner_registers_a_producer_and_comes_back_to_the_draft(desk: Desk, as_owner: Client) -> None:
    draft = makers.draft(desk.customer, desk.user)
    answer = as_owner.post("/callouts/producers/new/", fields(draft=str(draft.pk)))
    assert answer.headers["Location"] == f"/callouts/drafts/{draft.pk}/?producer={registered().pk}"
    assert registered().state == State.ACCEPTED
    chosen = f'<option value="{registered().pk}" selected>Nordvåg Industri, avd. lager'
    assert chosen in as_owner.get(answer.headers["Location"]).content.decode()
    assert chosen not in as_owner.get(f"/callouts/drafts/{draft.pk}/").content.decode()


def test_the_form_leads_there_without_losing_what_is_written(desk: Desk) -> None:
    posted = makers.posted(desk.customer, action="producer", note="Keep me")
    answer = desk.client.post("/callouts/new/", posted)
    draft = CallOff.objects.get()
    assert answer.headers["Location"] == f"/callouts/producers/new/?draft={draft.pk}"
    assert draft.lines.get().note == "Keep me"


def test_who_has_none_yet_is_led_to_the_first_and_back_to_the_form_with_it(
    desk: Desk, owner: User, as_owner: Client
) -> None:
    def shown(client: Client) -> tuple[bool, bool]:
        html = client.get("/callouts/new/").content.decode()
        return 'name="producer"' in html, 'id="first-producer"' in html

    assert shown(as_owner) == (True, False)
    WasteProducer.objects.all().delete()
    assert (shown(as_owner), shown(desk.client)) == ((False, True), (False, True))

    contact = {"contact_name": owner.name, "contact_phone": owner.phone, "declared_by": facts.BY_CUSTOMER}
    kept = {"service": facts.WASTE, "transport": facts.BY_US, "pickup_place": "other", **contact}
    untouched = as_owner.post("/callouts/new/", {"action": "producer", **kept})
    assert not CallOff.objects.exists()
    page = as_owner.get(untouched.headers["Location"]).content.decode()
    assert ('name="draft" value="new"' in page, 'href="/callouts/new/"' in page) == (True, True)
    answer = as_owner.post("/callouts/producers/new/", fields(draft="new"))
    assert answer.headers["Location"] == f"/callouts/new/?producer={registered().pk}"
    chosen = f'<option value="{registered().pk}" selected>Nordvåg Industri, avd. lager'
    assert chosen in as_owner.get(answer.headers["Location"]).content.decode()


def test_the_error_of_a_missing_first_producer_leads_to_its_button(desk: Desk, as_owner: Client) -> None:
    WasteProducer.objects.all().delete()
    draft = makers.draft(desk.customer, desk.user)
    page = as_owner.post(
        f"/callouts/drafts/{draft.pk}/", {"action": "review", "service": "waste", "version": draft.version}
    )
    html = page.content.decode()
    assert (page.status_code, 'href="#id_producer"' in html, 'id="id_producer"' in html) == (422, True, True)
    assert 'aria-describedby="first-producer-help id_producer-error"' in html


def test_anyone_else_suggests_it_and_the_owners_are_told(desk: Desk, owner: User, as_owner: Client) -> None:
    desk.client.post("/callouts/producers/new/", fields())
    producer = registered()
    assert producer.state == State.SUGGESTED
    [message] = Message.objects.filter(event="callouts.producer_suggested")
    assert message.recipient == owner.email
    assert f"/callouts/producers/{producer.pk}/" in message.body

    draft = makers.draft(desk.customer, desk.user, producer=producer)
    with pytest.raises(actions.NotReady):
        makers.submit(draft, desk.user)
    assert desk.client.post(f"/callouts/producers/{producer.pk}/take-over/").status_code == 403
    as_owner.post(f"/callouts/producers/{producer.pk}/take-over/")
    assert registered().state == State.ACCEPTED
    assert makers.submit(draft, desk.user).number


def test_it_waits_for_approval_where_the_company_wants_it(desk: Desk, owner: User, as_owner: Client) -> None:
    CallOffSettings.objects.create(approves_producers=True)
    as_owner.post("/callouts/producers/new/", fields())
    assert registered().state == State.WAITING
    staff = factories.client_for(factories.staff(), tenant=desk.tenant)
    waiting = [queue for queue in staff.get("/admin/").context["work_queues"] if "produsenter" in str(queue.label)]
    assert [queue.count for queue in waiting] == [1]

    address = f"/admin/callouts/wasteproducer/{registered().pk}/change/"
    data = fields(org_no=ORG_NO) | {"customer": str(desk.customer.pk), "is_active": "on", "declare_from": ""}
    refused = data | {"declare_to": "", "answer": "refused", "answer_reason": ""}
    assert staff.post(address, refused).status_code == 200
    assert staff.post(address, refused | {"answer_reason": "Wrong unit"}).status_code == 302
    assert (registered().state, registered().refusal) == (State.REFUSED, "Wrong unit")
    [message] = Message.objects.filter(event="callouts.producer_answered")
    assert (message.recipient, "Wrong unit" in message.body) == (owner.email, True)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"org_no": "310 308 243"}, {"org_no"}),
        ({"org_no": "12345"}, {"org_no"}),
        ({"org_no": ""}, {"org_no"}),
        ({"name": ""}, {"name"}),
        ({"name": "x" * 200}, {"name"}),
        ({"postal_code": "40"}, {"postal_code"}),
    ],
)
def test_what_is_wrong_is_said_at_its_field(as_owner: Client, changes: dict[str, str], wrong: set[str]) -> None:
    page = as_owner.post("/callouts/producers/new/", fields(**changes))
    assert (page.status_code, page.context["form"].errors.keys()) == (422, wrong)
    assert not WasteProducer.objects.filter(org_no=ORG_NO).exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("123456789", "Organisasjonsnummeret 123 456 789 finnes ikke. Sjekk sifrene."),
        ("12345", "Skriv et organisasjonsnummer på ni sifre"),
    ],
)
def test_a_number_that_nobody_can_have_is_told_from_one_that_is_too_short(
    as_owner: Client, typed: str, said: str
) -> None:
    page = as_owner.post("/callouts/producers/new/", fields(org_no=typed)).content.decode()
    assert said in page.replace(formatting.NBSP, " ")


def test_the_same_producer_twice_is_refused(as_owner: Client) -> None:
    as_owner.post("/callouts/producers/new/", fields())
    page = as_owner.post("/callouts/producers/new/", fields())
    assert (page.status_code, page.context["form"].errors.keys()) == (422, {"org_no"})


def test_name_and_address_are_looked_up_in_the_register(as_owner: Client, settings: Any) -> None:
    with running_service(Says(body=UNIT.encode())) as register:
        settings.COMPANY_REGISTER_URL = register.url
        page = as_owner.post("/callouts/producers/new/", fields(name="", address="", action="look_up"))
    assert register.asked[0].path == f"/underenheter/{ORG_NO}"
    form = page.context["form"]
    assert form["name"].value() == "NORDVÅG INDUSTRI AVD LAGER"
    assert (form["address"].value(), form["city"].value()) == ("Industriveien 8", "Nordvåg")
    assert not WasteProducer.objects.filter(org_no=ORG_NO).exists()


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([Says(404), Says(404)], "ingen slik enhet"),
        ([Says(410), Says(410)], "ingen slik enhet"),
        ([Says(500)], "svarer ikke"),
        ([Says(body=b"<html>")], "svarer ikke"),
        ([Says(body=b"[]")], "svarer ikke"),
        ([Says(hangs_up=True)], "svarer ikke"),
        ([Says(body=b"x" * 300_000)], "svarer ikke"),
    ],
)
def test_a_register_that_is_of_no_help_leaves_the_form_as_it_was(
    as_owner: Client, settings: Any, answers: list[Says], said: str
) -> None:
    with running_service(*answers) as register:
        settings.COMPANY_REGISTER_URL = register.url
        page = as_owner.post("/callouts/producers/new/", fields(name="Mine", action="look_up"))
    assert page.status_code == 200
    assert page.context["form"]["name"].value() == "Mine"
    assert said in page.content.decode()


def test_a_number_that_is_none_is_not_looked_up(as_owner: Client, settings: Any) -> None:
    with running_service() as register:
        settings.COMPANY_REGISTER_URL = register.url
        as_owner.post("/callouts/producers/new/", fields(org_no="12", action="look_up"))
    assert register.asked == []


def test_what_is_sent_in_keeps_the_producers_name(desk: Desk, as_owner: Client) -> None:
    sent = makers.submitted(desk.customer, desk.user)
    producer = WasteProducer.objects.get()
    as_owner.post(f"/callouts/producers/{producer.pk}/", fields(org_no="314159268", name="New name"))
    producer.refresh_from_db()
    sent.refresh_from_db()
    assert (producer.name, sent.producer_name) == ("New name", "Nordvåg Industri, avd. verft")
    # The same number: the authorization still holds.
    assert producer.declare_from


def test_another_number_takes_a_new_approval_and_authorization(desk: Desk, as_owner: Client) -> None:
    CallOffSettings.objects.create(approves_producers=True)
    producer = WasteProducer.objects.get()
    as_owner.post(f"/callouts/producers/{producer.pk}/", fields())
    producer.refresh_from_db()
    assert (producer.state, producer.declare_from) == (State.WAITING, None)


def test_another_number_ends_the_old_units_authorizations(desk: Desk, owner: User, as_owner: Client) -> None:
    producer = WasteProducer.objects.get()
    accepted, offered = (
        actions.offer_authorization(producer=producer, valid_from=today(), valid_to=None, by=owner) for _ in range(2)
    )
    DeclarationAuthorization.objects.filter(pk=accepted.pk).update(state=DeclarationAuthorization.State.ACCEPTED)
    as_owner.post(f"/callouts/producers/{producer.pk}/", fields())
    assert set(producer.authorizations.values_list("state", flat=True)) == {"withdrawn"}
    assert actions.answer_authorization(authorization=offered, accepted=True, by=owner).state == "withdrawn"
    producer.refresh_from_db()
    assert not producer.may_be_declared_for(today())


def test_out_of_use_it_is_no_choice_and_an_orderer_cannot_do_it(desk: Desk, as_owner: Client) -> None:
    producer = WasteProducer.objects.get()
    assert desk.client.post(f"/callouts/producers/{producer.pk}/use/", {"in_use": "no"}).status_code == 403
    as_owner.post(f"/callouts/producers/{producer.pk}/use/", {"in_use": "no"})
    page = desk.client.post("/callouts/new/", makers.posted(desk.customer, producer=producer.pk))
    assert page.context["form"].errors.keys() == {"producer"}
    as_owner.post(f"/callouts/producers/{producer.pk}/use/", {"in_use": "yes"})
    producer.refresh_from_db()
    assert producer.is_active


def offer(client: Client, producer: WasteProducer, **changes: str) -> Any:
    data = {"valid_from": f"{today():%d.%m.%Y}", "valid_to": "", "accepted": "on"} | changes
    return client.post(f"/callouts/producers/{producer.pk}/authorize/", data)


def test_an_authorization_is_offered_accepted_and_withdrawn(desk: Desk, owner: User, as_owner: Client) -> None:
    producer = makers.producer(desk.customer, name="Without", org_no=ORG_NO, declare_from=None, declare_to=None)
    assert offer(desk.client, producer).status_code == 403
    assert offer(as_owner, producer).status_code == 302
    offered = DeclarationAuthorization.objects.get()
    producer.refresh_from_db()
    assert not producer.may_be_declared_for(today())

    staff = factories.client_for(factories.staff(), tenant=desk.tenant)
    address = f"/admin/callouts/declarationauthorization/{offered.pk}/change/"
    assert staff.post(address, {"answer": "accepted", "answer_reason": ""}).status_code == 302
    producer.refresh_from_db()
    assert producer.may_be_declared_for(today())
    assert Message.objects.filter(event="callouts.authorization_answered", recipient=owner.email).exists()

    as_owner.post(f"/callouts/producers/{producer.pk}/withdraw/")
    producer.refresh_from_db()
    offered.refresh_from_db()
    assert not producer.may_be_declared_for(today())
    assert offered.state == DeclarationAuthorization.State.WITHDRAWN


def test_staff_who_act_for_the_customer_neither_give_nor_withdraw_one(desk: Desk, helper: Desk) -> None:
    producer = WasteProducer.objects.get()
    address = f"/callouts/producers/{producer.pk}/"
    assert offer(helper.client, producer).status_code == 403
    assert helper.client.get(f"{address}authorize/").status_code == 403
    assert helper.client.post(f"{address}withdraw/").status_code == 403
    page = helper.client.get(address)
    assert page.status_code == 200
    assert f"{address}authorize/" not in page.content.decode()
    assert f"{address}withdraw/" not in page.content.decode()
    producer.refresh_from_db()
    assert producer.may_be_declared_for(today())
    assert not DeclarationAuthorization.objects.exists()


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"accepted": ""}, {"accepted"}),
        ({"valid_from": ""}, {"valid_from"}),
        ({"valid_from": "31.02.2026"}, {"valid_from"}),
        ({"valid_from": "01.01.2030", "valid_to": "31.12.2029"}, {"valid_to"}),
        ({"valid_to": "31.12.9999"}, {"valid_to"}),
        ({"valid_from": "01.01.2020", "valid_to": "31.12.2020"}, {"valid_to"}),
    ],
)
def test_a_period_must_be_one(as_owner: Client, changes: dict[str, str], wrong: set[str]) -> None:
    page = offer(as_owner, WasteProducer.objects.get(), **changes)
    assert (page.status_code, page.context["form"].errors.keys()) == (422, wrong)


@time_machine.travel("2026-11-13T12:00:00Z")
def test_a_period_that_follows_prolongs_the_one_in_force(desk: Desk, owner: User) -> None:
    producer = makers.producer(
        desk.customer, name="Prolonged", declare_from=date(2026, 1, 1), declare_to=date(2026, 12, 31)
    )
    first, last = date(2027, 1, 1), date(2027, 12, 31)
    offered = actions.offer_authorization(producer=producer, valid_from=first, valid_to=last, by=owner)
    actions.answer_authorization(authorization=offered, accepted=True, by=owner)
    producer.refresh_from_db()
    assert (producer.declare_from, producer.declare_to) == (date(2026, 1, 1), last)
    gap = actions.offer_authorization(producer=producer, valid_from=last + timedelta(days=9), valid_to=None, by=owner)
    actions.answer_authorization(authorization=gap, accepted=True, by=owner)
    producer.refresh_from_db()
    # The one in force runs on; the other stands beside it.
    assert (producer.declare_from, producer.declare_to) == (date(2026, 1, 1), last)
    assert [producer.may_be_declared_for(last + timedelta(days=days)) for days in (1, 9)] == [False, True]


def test_a_period_to_the_end_of_all_days_can_be_prolonged(desk: Desk, owner: User) -> None:
    producer = makers.producer(desk.customer, name="For ever", declare_from=date(2026, 1, 1), declare_to=date.max)
    offered = actions.offer_authorization(producer=producer, valid_from=date(2027, 1, 1), valid_to=None, by=owner)
    actions.answer_authorization(authorization=offered, accepted=True, by=owner)
    producer.refresh_from_db()
    assert (producer.declare_from, producer.declare_to) == (date(2026, 1, 1), None)


def test_a_second_offer_replaces_the_first_and_an_answer_counts_once(desk: Desk, owner: User) -> None:
    producer = WasteProducer.objects.get()
    offers = [
        actions.offer_authorization(producer=producer, valid_from=today(), valid_to=None, by=owner) for _ in range(2)
    ]
    assert actions.answer_authorization(authorization=offers[0], accepted=True, by=owner).state == "withdrawn"
    actions.answer_authorization(authorization=offers[1], accepted=False, reason="No", by=owner)
    assert actions.answer_authorization(authorization=offers[1], accepted=True, by=owner).state == "refused"


def test_who_has_left_the_customer_is_not_told_but_the_customer_is(desk: Desk, owner: User) -> None:
    Customer.objects.filter(pk=desk.customer.pk).update(email="post@nordvag.example")
    producer = makers.producer(desk.customer, name="Left", state=State.WAITING, registered_by=owner)
    offered = actions.offer_authorization(producer=producer, valid_from=today(), valid_to=None, by=owner)
    owner.memberships.all().delete()
    actions.answer_authorization(authorization=offered, accepted=True, by=factories.staff())
    actions.answer_producer(producer=producer, accepted=True, by=factories.staff())
    told = {(message.event, message.user, message.recipient) for message in Message.objects.all()}
    assert told == {
        ("callouts.authorization_answered", None, "post@nordvag.example"),
        ("callouts.producer_answered", None, "post@nordvag.example"),
    }


def test_another_customers_producer_does_not_exist(desk: Desk, as_owner: Client) -> None:
    _, customer = factories.member(Role.OWNER)
    foreign = makers.producer(customer, name="Foreign")
    for page in ("", "authorize/"):
        assert as_owner.get(f"/callouts/producers/{foreign.pk}/{page}").status_code == 404
    for page in ("use/", "withdraw/", "take-over/", ""):
        assert as_owner.post(f"/callouts/producers/{foreign.pk}/{page}").status_code == 404
    draft = makers.draft(desk.customer, desk.user)
    for page in ("producers/", f"drafts/{draft.pk}/?producer={foreign.pk}", f"drafts/{draft.pk}/?producer={'9' * 18}"):
        assert "Foreign" not in as_owner.get(f"/callouts/{page}").content.decode()


def test_a_reader_sees_producers_and_changes_none(desk: Desk) -> None:
    person = factories.user()
    factories.membership(person, desk.customer, Role.READER)
    reader = factories.client_for(person, tenant=desk.tenant)
    producer = WasteProducer.objects.get()
    assert reader.get(f"/callouts/producers/{producer.pk}/").status_code == 200
    assert reader.post(f"/callouts/producers/{producer.pk}/", fields()).status_code == 403
    assert reader.get("/callouts/producers/new/").status_code == 403
