"""The demo's call-offs: every state, numbers in the order of time, and the same each time."""

from datetime import date
from random import Random

from callouts.demo import LAST_NUMBER, build
from callouts.models import CallOff, CallOffDocument, CallOffLine, ChangeRequest, Revision
from portal.accounts.models import User
from portal.customers.models import Customer, Role
from portal.notifications.models import Channel, Message
from portal.tenancy.models import Tenant
from tests import factories
from tests.callouts import makers

TODAY = date(2026, 11, 20)


def test_the_main_customer_has_a_full_history_and_drafts(tenant: Tenant) -> None:
    person, main = factories.member(Role.OWNER, name="Nordvåg Industri AS", postal_code="4098", city="Nordvåg")
    factories.membership(factories.user(), main, Role.ORDERER)
    _, small = factories.member(Role.OWNER)
    for number, user in enumerate(User.objects.all()):
        User.objects.filter(pk=user.pk).update(phone=f"+479123451{number}")
    factories.staff()
    private = factories.customer(kind=Customer.Kind.PRIVATE)
    build(tenant, rng=Random(1), today=TODAY)

    sent = CallOff.objects.of(main).submitted()
    assert (sent.count(), CallOff.objects.of(main).drafts().count()) == (160, 3)
    assert 0 < CallOff.objects.of(small).submitted().count() < 20
    assert not CallOff.objects.of(private).exists()
    assert {call_off.status for call_off in sent} == set(CallOff.Status.values) - {"draft"}
    assert (Revision.objects.count(), CallOffDocument.objects.count(), ChangeRequest.objects.count()) == (1, 4, 1)
    papers = Message.objects.filter(event="callouts.document_added", customer=main)
    assert Channel.SMS in papers.values_list("channel", flat=True)
    in_order = list(CallOff.objects.submitted().order_by("submitted_at", "number").values_list("number", flat=True))
    assert in_order == sorted(in_order)
    assert in_order[-1] == LAST_NUMBER
    assert max(sent.values_list("submitted_at", flat=True)).date() < TODAY
    assert not CallOffLine.objects.filter(is_hazardous=False).exclude(declaration_no="").exists()
    assert makers.submitted(main, person).number == LAST_NUMBER + 1
