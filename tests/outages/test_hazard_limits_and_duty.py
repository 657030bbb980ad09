"""Hazards reported: how many are taken in from whom, how often the duty is alerted, and what is kept how long."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from redis.exceptions import RedisError

from outages import limits
from outages.actions import hazards
from outages.actions.outages import restore
from outages.models import HazardPhoto, HazardReport, Notice, NoticeRecipient, OutageSettings
from outages.tasks import forget_all_tenants
from portal.accounts import flooding
from portal.accounts.actions import close_account
from portal.audit.models import Entry
from portal.files.rules.images import redraw
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests import factories
from tests.outages import makers
from tests.outages.makers import REPORT, ClientFor, own_place, picture, send, shown

# Spam ------------------------------------------------------------------------------------------------


def test_what_people_do_not_see_must_stay_empty(tenant: Tenant, client_for: ClientFor, clock: Any) -> None:
    answer = send(client_for(tenant=tenant), clock, website="https://spam.example/")
    assert (answer.status_code, HazardReport.objects.exists()) == (422, False)


def test_nobody_writes_in_a_second_but_everybody_may_send_again(
    tenant: Tenant, client_for: ClientFor, clock: Any
) -> None:
    client = client_for(tenant=tenant)
    answer = send(client)
    assert answer.status_code == 422
    form = answer.context["form"]
    clock.shift(5)
    again = {**{name: form[name].value() for name in ("kind", "address", "submission_key", "stamp")}}
    assert client.post(REPORT, again).status_code == 302


@pytest.mark.parametrize("stamp", ["", "form", "form:1abc:forged", "\0"])
def test_a_stamp_that_is_not_ours_is_refused(tenant: Tenant, client_for: ClientFor, clock: Any, stamp: str) -> None:
    assert send(client_for(tenant=tenant), clock, stamp=stamp).status_code == 422


def test_a_page_that_lay_open_for_two_days_asks_to_send_again(
    tenant: Tenant, client_for: ClientFor, clock: Any
) -> None:
    client = client_for(tenant=tenant)
    unseen = shown(client)
    clock.shift(2 * 24 * 3600)
    assert client.post(REPORT, {"kind": "mast", "address": "x", **unseen}).status_code == 422


def test_one_address_sends_only_so_many_in_an_hour(tenant: Tenant, client_for: ClientFor, clock: Any) -> None:
    client = client_for(tenant=tenant)
    statuses = [send(client, clock).status_code for _ in range(limits.PER_ADDRESS + 2)]
    assert statuses == [302] * limits.PER_ADDRESS + [429] * 2
    assert HazardReport.objects.count() == limits.PER_ADDRESS
    assert "Ring oss" in send(client, clock).content.decode()
    elsewhere = client_for(tenant=tenant, REMOTE_ADDR="192.0.2.7")
    assert send(elsewhere, clock).status_code == 302


def test_tries_are_counted_before_pictures_are_read(tenant: Tenant, client_for: ClientFor, clock: Any) -> None:
    client = client_for(tenant=tenant)
    unseen = shown(client)
    clock.shift(20)
    statuses = [client.post(REPORT, {**unseen, "kind": ""}).status_code for _ in range(flooding.TRIES_PER_ADDRESS + 1)]
    assert statuses == [422] * flooding.TRIES_PER_ADDRESS + [429]


def test_a_try_too_many_does_not_have_its_pictures_read(
    tenant: Tenant, client_for: ClientFor, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flooding, "TRIES_PER_ADDRESS", 1)
    read: list[str] = []
    monkeypatch.setattr("portal.files.fields.redraw", lambda file, name: read.append(name) or redraw(file, name))
    client = client_for(tenant=tenant)
    assert send(client, clock, photos=picture()).status_code == 302
    assert send(client, clock, photos=picture()).status_code == 429
    assert read == ["mast.jpg"]


def test_a_household_has_one_count_whatever_address_it_picks(
    tenant: Tenant, client_for: ClientFor, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PER_ADDRESS", 1)
    addresses = ["2001:db8:1:2::7", "2001:db8:1:2:a:b:c:d", "2001:db8:1:3::7"]
    answers = [send(client_for(tenant=tenant, REMOTE_ADDR=address), clock) for address in addresses]
    assert [answer.status_code for answer in answers] == [302, 429, 302]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:a:b:c:d", "2001:db8:1:2::/64"),
    ],
)
def test_what_one_subscriber_has(address: str, network: str) -> None:
    assert flooding.network_of(address) == network


def test_somebody_signed_in_is_not_counted(tenant: Tenant, client_for: ClientFor) -> None:
    person, _ = makers.home(1)
    client = client_for(person, tenant=tenant)
    for _ in range(limits.PER_ADDRESS + 1):
        assert send(client, place=own_place(client)).status_code == 302


def test_of_too_many_strangers_the_words_are_taken_in_without_the_pictures(
    tenant: Tenant, client_for: ClientFor, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PER_COMPANY", 2)
    answers = [
        send(client_for(tenant=tenant, REMOTE_ADDR=f"192.0.2.{number}"), clock, photos=picture()) for number in range(3)
    ]
    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert (HazardReport.objects.count(), HazardPhoto.objects.count()) == (3, 2)
    said = [" ".join(map(str, get_messages(answer.wsgi_request))) for answer in answers]
    assert [bool(text) for text in said] == [False, False, True]
    assert "bildene" in said[2]
    # Whoever is signed in is none of them.
    person, _ = makers.home(1)
    send(client := client_for(person, tenant=tenant), place=own_place(client), photos=picture())
    assert HazardPhoto.objects.count() == 3


def test_without_the_cache_the_company_s_limit_holds(
    tenant: Tenant, client_for: ClientFor, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> int:
        raise RedisError

    monkeypatch.setattr(limits, "PER_COMPANY", 2)
    monkeypatch.setattr(flooding, "count", gone)
    client = client_for(tenant=tenant)
    assert [send(client, clock).status_code for _ in range(3)] == [302, 302, 429]


# The duty --------------------------------------------------------------------------------------------


def test_the_duty_is_alerted_at_once_and_the_queue_shows_it(tenant: Tenant, client_for: ClientFor, clock: Any) -> None:
    makers.duty(email="vakt@fjord.example")
    makers.duty(name="Off", phone="+4791000000", is_active=False)
    send(client_for(tenant=tenant), clock, text="Den heller.")
    report = HazardReport.objects.get()
    messages = Message.objects.order_by("channel")
    assert [message.recipient for message in messages] == ["vakt@fjord.example", "+4791234599"]
    assert "Strandgata 5" in messages[1].body
    assert f"/admin/outages/hazardreport/{report.pk}/change/" in messages[1].body
    staff = client_for(factories.staff(), tenant=tenant)

    def waiting() -> list[int]:
        queues = staff.get("/admin/").context["work_queues"]
        return [queue.count for queue in queues if "/outages/hazardreport/" in queue.url]

    assert waiting() == [1]
    answer = staff.post(
        f"/admin/outages/hazardreport/{report.pk}/change/", {"state": "closed", "note": "Sikret med nytt skap."}
    )
    assert answer.status_code == 302
    report.refresh_from_db()
    assert (report.state, report.note) == ("closed", "Sikret med nytt skap.")
    assert waiting() == []


def test_nobody_is_sent_a_message_because_a_stranger_wrote_their_number(
    tenant: Tenant, client_for: ClientFor, clock: Any
) -> None:
    send(client_for(tenant=tenant), clock, contact_phone="99 88 77 66")
    assert not Message.objects.exists()


def test_a_flood_by_strangers_alerts_the_duty_once_more_and_then_waits_in_the_queue(
    tenant: Tenant, client_for: ClientFor, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hazards, "ALERTS_AT_MOST", 2)
    makers.duty()
    for number in range(5):
        send(client_for(tenant=tenant, REMOTE_ADDR=f"192.0.2.{number}"), clock)
    events = sorted(Message.objects.values_list("event", flat=True))
    assert events == ["outages.hazard", "outages.hazard", "outages.hazard_flood"]
    person, _ = makers.home(1)
    send(client := client_for(person, tenant=tenant), place=own_place(client))
    assert Message.objects.filter(event="outages.hazard").count() == 3


def test_one_who_reports_again_and_again_alerts_the_duty_a_few_times(tenant: Tenant, client_for: ClientFor) -> None:
    makers.duty()
    person, _ = makers.home(1)
    client = client_for(person, tenant=tenant)
    for _ in range(6):
        send(client, place=own_place(client))
    events = sorted(Message.objects.values_list("event", flat=True))
    assert events == ["outages.hazard"] * 3 + ["outages.hazard_flood"]
    assert HazardReport.objects.count() == 6
    other, _ = makers.home(2)
    send(client := client_for(other, tenant=tenant), place=own_place(client))
    assert Message.objects.filter(event="outages.hazard").count() == 4


def test_all_together_alert_the_duty_so_many_times_at_most(
    tenant: Tenant, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hazards, "ALERTS_PER_COMPANY", 2)
    makers.duty()
    for serial in range(4):
        person, _ = makers.home(serial)
        send(client := client_for(person, tenant=tenant), place=own_place(client))
    events = sorted(Message.objects.values_list("event", flat=True))
    assert events == ["outages.hazard", "outages.hazard", "outages.hazard_flood"]
    assert HazardReport.objects.count() == 4


def test_two_of_the_duty_who_write_at_once_both_have_their_note(
    tenant: Tenant, client_for: ClientFor, clock: Any
) -> None:
    send(client_for(tenant=tenant), clock)
    report = HazardReport.objects.get()
    path = f"/admin/outages/hazardreport/{report.pk}/change/"
    staff = client_for(factories.staff(), tenant=tenant)

    def note(words: str, seen: str, state: str = "underway") -> str:
        staff.post(path, {"state": state, "note": words, "seen_note": seen})
        report.refresh_from_db()
        return report.note

    assert 'name="seen_note"' in staff.get(path).content.decode()
    assert note("Bil 4 er sendt.", "") == "Bil 4 er sendt."
    assert note("Ringte melder.", "") == "Bil 4 er sendt.\n\nRingte melder."
    assert note("Bil 5.", "Bil 4 er sendt.\r\n\r\nRingte melder.") == "Bil 5."
    assert note("Gammel", "Gammel", "closed") == "Bil 5."
    assert report.state == "closed"


# What is kept ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("at_once")
def test_who_reported_and_whom_notices_went_to_is_forgotten_in_time(
    tenant: Tenant, client_for: ClientFor, clock: time_machine.Traveller
) -> None:
    OutageSettings.objects.create(contact_days=100)
    send(client_for(tenant=tenant), clock, contact_name="Kari", contact_phone="912 34 567")
    makers.home(1)
    over, lasts = makers.outage(), makers.outage(area_name="Dark still")
    for outage in (over, lasts):
        makers.tell(outage)
    restore(outage=over, at=makers.in_hours(0), by=None, tell=False)
    clock.shift(timedelta(days=99))
    forget_all_tenants()
    assert (HazardReport.objects.get().contact_name, NoticeRecipient.objects.count()) == ("Kari", 2)
    clock.shift(timedelta(days=2))
    forget_all_tenants()
    report = HazardReport.objects.get()
    assert (report.contact_name, report.contact_phone, report.address) == ("", "", "Strandgata 5")
    assert NoticeRecipient.objects.get().notice.outage == lasts
    assert list(Notice.objects.values_list("sent", flat=True)) == [1, 1]


def test_a_closed_account_leaves_no_contact_with_the_notices(tenant: Tenant) -> None:
    person, _ = makers.home(1)
    makers.home(2)
    assert makers.tell(makers.outage())
    close_account(user=person, by=person)
    assert list(NoticeRecipient.objects.values_list("contact", flat=True)) == ["+4791000002"]


def test_whose_report_staff_look_at_is_written_down(tenant: Tenant, client_for: ClientFor, clock: Any) -> None:
    send(client_for(tenant=tenant), clock, photos=[picture()])
    report, staff = HazardReport.objects.get(), factories.staff()
    page = f"/admin/outages/hazardreport/{report.pk}/"
    desk = client_for(staff, tenant=tenant)
    assert desk.get(f"{page}change/").status_code == 200
    b"".join(desk.get(f"{page}pictures/{report.photos.get().pk}/"))
    read = Entry.objects.filter(verb="hazards.read", object_id=report.pk, by=staff).order_by("pk")
    assert [entry.data for entry in read] == [{}, {"file": report.photos.get().file_id}]
