"""Readers see, orderers write; another customer's and another tenant's call-offs do not exist."""

import pytest
from django.test import Client

from callouts import actions
from callouts.models import CallOff
from portal.customers.models import Role
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories
from tests.callouts import makers
from tests.callouts.conftest import Desk


@pytest.fixture
def reader(desk: Desk) -> Client:
    person = factories.user()
    factories.membership(person, desk.customer, Role.READER)
    return factories.client_for(person, tenant=desk.tenant)


def pages_of(draft: CallOff, sent: CallOff) -> list[str]:
    return [
        *(f"/callouts/drafts/{draft.pk}/{page}" for page in ("", "delete/", "review/")),
        *(f"/callouts/history/A-{sent.number}/{page}" for page in ("", "submitted/")),
    ]


def test_a_reader_sees_everything(desk: Desk, reader: Client) -> None:
    draft, sent = makers.draft(desk.customer, desk.user), makers.submitted(desk.customer, desk.user)
    for address in (
        "/callouts/drafts/",
        f"/callouts/drafts/{draft.pk}/review/",
        "/callouts/history/",
        f"/callouts/history/A-{sent.number}/",
    ):
        assert reader.get(address).status_code == 200, address
    listed = reader.get("/callouts/drafts/").content.decode()
    assert f"/callouts/drafts/{draft.pk}/review/" in listed
    assert f"/callouts/drafts/{draft.pk}/delete/" not in listed


def test_a_reader_writes_nothing(desk: Desk, reader: Client) -> None:
    draft = makers.draft(desk.customer, desk.user)
    at = f"/callouts/drafts/{draft.pk}/"
    assert reader.post("/callouts/new/", makers.posted(desk.customer)).status_code == 403
    assert reader.get(at).status_code == 403
    for page in ("", "delete/", "submit/"):
        assert reader.post(at + page, makers.posted(desk.customer)).status_code == 403, page
    draft.refresh_from_db()
    assert (draft.version, CallOff.objects.count()) == (1, 1)


def test_a_reader_lands_on_the_history_and_is_told_who_may_make_call_offs(reader: Client) -> None:
    page = reader.get("/callouts/new/", follow=True)
    assert page.redirect_chain == [("/callouts/history/", 302)]
    assert "rollen din for Nordvåg Industri AS er Leser" in page.content.decode()


def test_another_customers_do_not_exist(desk: Desk) -> None:
    person, customer = factories.member(Role.OWNER)
    makers.producer(customer)
    draft, sent = makers.draft(customer, person), makers.submitted(customer, person)
    for address in pages_of(draft, sent):
        assert desk.client.get(address).status_code == 404, address
        assert desk.client.post(address).status_code in {404, 405}, address
    assert desk.client.post(f"/callouts/drafts/{draft.pk}/submit/").status_code == 404
    for address in ("/callouts/history/", "/callouts/drafts/"):
        assert not list(desk.client.get(address).context["rows"])


def test_another_tenants_do_not_exist(desk: Desk, other_tenant: Tenant) -> None:
    with tenant_scope(other_tenant):
        makers.load_catalogue()
        person, customer = factories.member(Role.OWNER)
        makers.producer(customer)
        draft, sent = makers.draft(customer, person), makers.submitted(customer, person)
    for address in pages_of(draft, sent):
        assert desk.client.get(address).status_code == 404, address
    hits = desk.client.post("/callouts/new/", {"action": "search", "q": "spillolje"}).context["hits"]
    assert {fraction.tenant_id for fraction in hits.shown} == {desk.tenant.pk}


def test_a_producer_of_another_customer_cannot_be_chosen(desk: Desk) -> None:
    _, customer = factories.member(Role.OWNER)
    foreign = makers.producer(customer, name="Foreign")
    page = desk.client.post("/callouts/new/", makers.posted(desk.customer, producer=foreign.pk))
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"producer"}
    assert not CallOff.objects.exists()
    with pytest.raises(ValueError, match="another customer"):
        makers.draft(desk.customer, desk.user, producer=foreign)


def test_a_submitted_call_off_cannot_be_saved_deleted_or_sent_in_again(desk: Desk) -> None:
    sent = makers.submitted(desk.customer, desk.user)
    at = f"/callouts/drafts/{sent.pk}/"
    answers = [
        desk.client.get(at),
        desk.client.post(at, makers.posted(desk.customer)),
        desk.client.post(f"{at}delete/"),
    ]
    assert {answer.headers["Location"] for answer in answers} == {f"/callouts/history/A-{sent.number}/"}
    for attempt in (
        lambda: actions.save_draft(call_off=sent, content=makers.content(desk.customer), version=1, by=desk.user),
        lambda: actions.delete_draft(call_off=sent, by=desk.user),
        lambda: makers.submit(sent, desk.user),
    ):
        with pytest.raises(actions.AlreadySubmitted):
            attempt()
