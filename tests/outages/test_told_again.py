"""What is told when an outage turns out other than was told: a wider area, back on, out again, called off, over."""

from typing import Any

import pytest

from metering.models import Holding
from outages.actions import notices
from outages.actions.outages import cancel, restore, save_outage
from outages.models import Notice, NoticeRecipient, Outage
from portal.accounts.actions import close_account
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests import factories
from tests.outages import makers
from tests.outages.makers import in_hours, tell, work


def change(outage: Outage, **fields: Any) -> Notice | None:
    """Change it, tell, and let the worker do all its pieces."""
    save_outage(outage=outage, fields=fields, by=None)
    return tell(outage)


def told() -> list[str]:
    """Return who was told what, in order: "outage 1"."""
    rows = Message.objects.filter(event__startswith="outages.").order_by("pk").values_list("event", "recipient")
    return [f"{event.removeprefix('outages.')} {recipient[-1]}" for event, recipient in rows]


@pytest.fixture
def neighbours(tenant: Tenant) -> None:
    """1 and 2 live in Torget, 3 in Strandgata."""
    makers.home(1, address="Torget 1")
    makers.home(2, address="Torget 2")
    makers.home(3, address="Strandgata 3")


@pytest.fixture
def two_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "BATCH", 2)


WIDER = ["1489 Torget", "1489 Strandgata"]


@pytest.mark.parametrize(("make", "kind"), [(makers.planned, "planned"), (makers.outage, "outage")])
def test_those_who_come_into_the_area_are_told_and_nobody_twice(neighbours: None, make: Any, kind: str) -> None:
    outage = make(streets=["1489 Torget"])
    tell(outage)
    assert told() == [f"{kind} 1", f"{kind} 2"]
    notice = change(outage, streets=WIDER)
    assert told() == [f"{kind} 1", f"{kind} 2", f"{kind} 3"]
    assert notice == Notice.objects.get()
    notice.refresh_from_db()
    assert (notice.state, notice.sent, notice.total) == (Notice.State.DONE, 3, 3)
    assert change(outage, streets=WIDER, area_name="Both") is None
    assert change(outage, streets=["1489 Torget"]) is None


def test_who_has_a_new_number_is_not_told_anew(neighbours: None) -> None:
    outage = makers.planned(streets=["1489 Torget"])
    tell(outage)
    person = NoticeRecipient.objects.order_by("pk")[0].user
    assert person
    person.phone = "+4792000009"
    person.save()
    change(outage, streets=WIDER)
    assert told() == ["planned 1", "planned 2", "planned 3"]


def test_a_wider_area_waits_for_whoever_stopped_the_notice(neighbours: None) -> None:
    staff = factories.staff()
    outage = makers.planned(streets=["1489 Torget"])
    notice = notices.tell(outage=outage, by=staff)
    assert notice
    work(notice, pieces=1)
    notices.stop(notice=notice, by=staff)
    assert change(outage, streets=WIDER) is None
    assert told() == []
    assert notices.resume(notice=notice, by=staff)
    work(notice)
    assert told() == ["planned 1", "planned 2", "planned 3"]


def test_that_work_is_called_off_is_for_those_who_were_told_of_it(neighbours: None) -> None:
    outage = makers.planned(streets=["1489 Torget"])
    tell(outage)
    save_outage(outage=outage, fields={"streets": ["1489 Strandgata", "1489 Torget 2"]}, by=None)
    cancel(outage=outage, at=in_hours(0), by=None, tell=True)
    work(Notice.objects.get(kind="cancelled"))
    assert told()[2:] == ["cancelled 1", "cancelled 2"]


def test_work_that_is_on_again_is_told_and_so_is_that_it_is_off_again(neighbours: None) -> None:
    outage = makers.planned(streets=["1489 Torget 1"])
    tell(outage)
    for _ in range(2):
        assert change(outage, cancelled_at=in_hours(0))
        assert tell(outage) is None
        assert change(outage, cancelled_at=None)
        assert tell(outage) is None
    assert told() == ["planned 1", "cancelled 1", "planned 1", "cancelled 1", "planned 1"]


def test_who_has_heard_that_it_is_off_does_not_hear_it_for_the_time_before_too(neighbours: None) -> None:
    outage = makers.planned(streets=["1489 Torget"])
    tell(outage)
    change(outage, cancelled_at=in_hours(0))
    change(outage, cancelled_at=None, streets=["1489 Torget 1"])
    change(outage, cancelled_at=in_hours(0))
    assert told()[4:] == ["planned 1", "cancelled 1"]


def test_a_cut_that_comes_back_is_told_again(neighbours: None) -> None:
    outage = makers.outage(streets=["1489 Torget 1"])
    tell(outage)
    for _ in range(2):
        assert change(outage, restored_at=in_hours(0))
        assert tell(outage) is None
        assert change(outage, restored_at=None)
    assert told() == ["outage 1", "restored 1", "outage 1", "restored 1", "outage 1"]


def test_a_cut_that_was_none_is_taken_back(neighbours: None) -> None:
    outage = makers.outage(streets=["1489 Torget 1"])
    tell(outage)
    assert change(outage, cancelled_at=in_hours(0), streets=["1489 Strandgata"])
    assert told() == ["outage 1", "withdrawn 1"]
    assert "Torget 1" in Message.objects.get(event="outages.withdrawn").body


# What is no longer so ------------------------------------------------------------------------------


def test_a_stopped_notice_is_not_resumed_when_it_is_over(tenant: Tenant, two_at_a_time: None) -> None:
    staff = factories.staff()
    for serial in range(1, 6):
        makers.home(serial)
    cut = makers.outage()
    gone = notices.tell(outage=cut, by=staff)
    assert gone
    work(gone, pieces=2)  # whom, and the first two
    assert notices.stop(notice=gone, by=staff)
    restore(outage=cut, at=in_hours(0), by=staff, tell=False)
    assert not notices.resume(notice=gone, by=staff)
    work(gone)
    gone.refresh_from_db()
    assert (told(), gone.state) == (["outage 1", "outage 2"], Notice.State.ENDED)
    tell(cut)
    assert told()[2:] == ["restored 1", "restored 2"]


def test_a_stopped_notice_is_ended_by_the_next(tenant: Tenant, two_at_a_time: None) -> None:
    staff = factories.staff()
    makers.home(1)
    cut = makers.outage()
    gone = notices.tell(outage=cut, by=staff)
    assert gone
    notices.stop(notice=gone, by=staff)
    restore(outage=cut, at=in_hours(0), by=staff, tell=True)
    gone.refresh_from_db()
    assert gone.state == Notice.State.ENDED
    assert not notices.resume(notice=gone, by=staff)


@pytest.mark.parametrize(
    "fields",
    [{"restored_at": in_hours(0)}, {"is_published": False}, {"cancelled_at": in_hours(0)}],
    ids=["restored", "not published", "called off"],
)
def test_the_batches_end_when_it_is_no_longer_so(tenant: Tenant, two_at_a_time: None, fields: dict[str, Any]) -> None:
    for serial in range(1, 6):
        makers.home(serial)
    cut = makers.outage(starts_at=in_hours(-2))
    gone = notices.tell(outage=cut, by=None)
    assert gone
    work(gone, pieces=2)
    save_outage(outage=cut, fields=fields, by=None)
    work(gone)
    assert told() == ["outage 1", "outage 2"]


def test_what_was_ended_goes_on_when_it_is_so_after_all(tenant: Tenant, two_at_a_time: None) -> None:
    for serial in range(1, 4):
        makers.home(serial)
    cut = makers.outage()
    gone = notices.tell(outage=cut, by=None)
    assert gone
    work(gone, pieces=2)
    save_outage(outage=cut, fields={"is_published": False}, by=None)
    work(gone)
    assert change(cut, is_published=True) == gone
    assert told() == ["outage 1", "outage 2", "outage 3"]


def test_a_notice_ends_though_recipients_are_gone(tenant: Tenant, two_at_a_time: None) -> None:
    people = [makers.home(serial)[0] for serial in range(1, 6)]
    notice = notices.tell(outage=makers.outage(), by=None)
    assert notice
    work(notice, pieces=2)
    for person in people[2:]:
        close_account(user=person, by=person)
    work(notice, pieces=5)
    notice.refresh_from_db()
    assert (told(), notice.state, notice.left) == (["outage 1", "outage 2"], Notice.State.DONE, 0)
    assert NoticeRecipient.objects.count() == 2


# By station and by list --------------------------------------------------------------------------------


def test_customers_behind_a_station_and_on_a_list_of_points_are_told(tenant: Tenant) -> None:
    makers.home(1, grid_station="NS 1042")
    makers.home(2, grid_station="NS 104")
    _, firm = makers.home(3)
    makers.home(4)
    point = Holding.objects.get(customer=firm).metering_point.gsrn
    tell(makers.outage(grid_stations=["NS 1042"], gsrns=[point]))
    assert told() == ["outage 1", "outage 3"]
