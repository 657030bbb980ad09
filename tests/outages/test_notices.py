"""Telling the customers an outage touches: in batches, as they have chosen, never twice; and staff can stop it."""

import pytest

from outages.actions import notices
from outages.actions.outages import cancel, restore, save_outage
from outages.models import Notice, NoticeRecipient, Outage
from outages.tasks import sweep_all_tenants
from portal.customers.models import Role
from portal.notifications import preferences
from portal.notifications.models import Channel, Message
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories
from tests.metering import factories as meters
from tests.outages import makers
from tests.outages.makers import in_hours, tell, work


def told(event: str = "outages.outage") -> list[str]:
    return sorted(Message.objects.filter(event=event).values_list("recipient", flat=True))


def test_those_it_touches_are_told_and_nobody_else(tenant: Tenant) -> None:
    makers.home(1, address="Torget 3")
    makers.home(2, address="Strandgata 5")
    notice = tell(makers.outage(streets=["1489 Torget"]))
    assert told() == ["+4791000001"]
    assert notice
    notice.refresh_from_db()
    assert (notice.state, notice.total, notice.sent) == (Notice.State.DONE, 1, 1)


def test_the_message_says_where_since_when_and_where_to_follow_it(tenant: Tenant) -> None:
    makers.home(1, address="Torget 3")
    cut = makers.outage(expected_at=in_hours(2))
    tell(cut)
    body = Message.objects.get().body
    for needed in ("Fjord", "Torget 3", "Ventes tilbake", f"/outages/{cut.pk}/"):
        assert needed in body


def test_someone_with_several_installations_is_told_once(tenant: Tenant) -> None:
    person, firm = makers.home(1, address="Torget 3")
    meters.holding(firm, meters.point(2, address="Torget 5"))
    other = factories.customer()
    factories.membership(person, other)
    meters.holding(other, meters.point(3, address="Torget 7"))
    tell(makers.outage())
    assert told() == ["+4791000001"]
    assert NoticeRecipient.objects.get().others == 1


def test_a_customer_without_users_is_told_at_its_own_address_and_readers_are_not(tenant: Tenant) -> None:
    firm = factories.customer(phone="", email="post@firm.example")
    meters.holding(firm, meters.point(1))
    factories.membership(factories.user(phone="+4791999999"), firm, Role.READER)
    tell(makers.outage())
    assert told() == ["post@firm.example"]


def test_two_customers_with_one_number_are_told_once(tenant: Tenant) -> None:
    for serial in (1, 2):
        meters.holding(factories.customer(phone="912 34 567"), meters.point(serial))
    tell(makers.outage())
    assert told() == ["+4791234567"]


def test_the_same_is_never_told_twice(tenant: Tenant) -> None:
    makers.home(1)
    cut = makers.outage()
    assert tell(cut)
    save_outage(outage=cut, fields={"cause": "tree"}, by=None)
    assert tell(cut) is None
    notice = Notice.objects.get()
    Notice.objects.update(state=Notice.State.SENDING, collected_at=None, sent=0)
    NoticeRecipient.objects.update(told_at=None)
    work(notice)
    assert told() == ["+4791000001"]


def test_that_it_is_over_is_told_to_those_who_were_told_that_it_began(tenant: Tenant) -> None:
    makers.home(1)
    cut = makers.outage()
    tell(cut)
    makers.home(2)  # moved in meanwhile
    restore(outage=cut, at=in_hours(0), by=None, tell=True)
    work(Notice.objects.get(kind="restored"))
    assert told("outages.restored") == ["+4791000001"]
    assert notices.tell(outage=Outage.objects.get(), by=None) is None
    assert Notice.objects.filter(kind="restored").count() == 1


def test_planned_work_is_told_again_when_it_moves_and_when_it_is_called_off(tenant: Tenant) -> None:
    makers.home(1)
    work_ahead = makers.planned()
    tell(work_ahead)
    assert tell(work_ahead) is None
    save_outage(outage=work_ahead, fields={"starts_at": in_hours(96), "expected_at": in_hours(98)}, by=None)
    tell(work_ahead)
    assert tell(work_ahead) is None
    cancel(outage=work_ahead, at=in_hours(0), by=None, tell=True)
    work(Notice.objects.get(kind="cancelled"))
    assert [len(told(f"outages.{kind}")) for kind in ("planned", "changed", "cancelled")] == [1, 1, 1]


def test_a_draft_tells_nobody(tenant: Tenant) -> None:
    makers.home(1)
    assert tell(makers.outage(is_published=False)) is None
    assert not Message.objects.exists()


def test_people_are_told_as_they_have_chosen(tenant: Tenant) -> None:
    by_mail, _ = makers.home(1)
    silent, _ = makers.home(2)
    kind = preferences.kind_of("outages.outage")
    assert kind
    preferences.choose(user=by_mail, kind=kind, channels=[Channel.EMAIL], by=by_mail)
    preferences.choose(user=silent, kind=kind, channels=[], by=silent)
    notice = tell(makers.outage())
    assert told() == [by_mail.email]
    assert notice
    notice.refresh_from_db()
    assert notice.state == Notice.State.DONE


def test_of_planned_work_everybody_is_told_one_way_at_least(tenant: Tenant) -> None:
    person, _ = makers.home(1)
    kind = preferences.kind_of("outages.planned")
    assert kind
    with pytest.raises(preferences.ChannelNeeded):
        preferences.choose(user=person, kind=kind, channels=[], by=person)


# In batches ------------------------------------------------------------------------------------------


def test_sending_can_be_stopped_and_resumed_where_it_was(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "BATCH", 2)
    staff = factories.staff()
    for serial in range(1, 6):
        makers.home(serial)
    notice = notices.tell(outage=makers.outage(), by=staff)
    assert notice
    work(notice, pieces=2)  # whom, and the first two
    assert len(told()) == 2
    assert notices.stop(notice=notice, by=staff)
    work(notice)
    notice.refresh_from_db()
    assert (len(told()), notice.sent, notice.left) == (2, 2, 3)
    assert not notices.stop(notice=notice, by=staff)
    assert notices.resume(notice=notice, by=staff)
    work(notice)
    notice.refresh_from_db()
    assert (len(told()), notice.state, notice.left) == (5, Notice.State.DONE, 0)
    assert not notices.resume(notice=notice, by=staff)


def test_when_the_power_is_back_nobody_is_told_any_more_that_it_is_gone(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "BATCH", 2)
    for serial in range(1, 6):
        makers.home(serial)
    cut = makers.outage()
    gone = notices.tell(outage=cut, by=None)
    assert gone
    work(gone, pieces=2)  # whom, and the first two
    cut.restored_at = in_hours(0)
    cut.save()
    back = notices.tell(outage=cut, by=None)
    assert back
    work(gone)
    work(back)
    back.refresh_from_db()
    # Those who heard of it hear that it is over; the other three hear neither.
    assert (len(told()), len(told("outages.restored")), back.total) == (2, 2, 2)


def test_a_notice_that_touches_nobody_is_done_at_once(tenant: Tenant) -> None:
    notice = tell(makers.outage(postal_codes=["0001"]))
    assert notice
    notice.refresh_from_db()
    assert (notice.state, notice.total) == (Notice.State.DONE, 0)


@pytest.mark.usefixtures("at_once")
def test_what_lost_its_worker_is_found_again(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[list[int]] = []
    monkeypatch.setattr("outages.tasks.work_on_notice.apply_async", sent.append)
    notice = notices.tell(outage=makers.outage(), by=None)
    assert notice
    sweep_all_tenants()
    assert sent == []
    Notice.objects.update(worked_at=in_hours(-1))
    sweep_all_tenants()
    assert sent == [[notice.pk]]


def test_another_companys_customers_are_not_told(tenant: Tenant, other_tenant: Tenant) -> None:
    with tenant_scope(other_tenant):
        makers.home(1)
    tell(makers.outage())
    assert not Message.objects.exists()
    with tenant_scope(other_tenant):
        assert not Message.objects.exists()
