"""Reporting a hazard, signed in and signed out: easy for people, useless to spammers."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from redis.exceptions import RedisError

from outages import limits
from outages.actions import hazards, notices
from outages.actions.outages import restore
from outages.models import HazardPhoto, HazardReport, Notice, NoticeRecipient, OutageSettings
from outages.tasks import forget_all_tenants
from portal.accounts import flooding
from portal.accounts.actions import close_account
from portal.files.models import FileSettings, State, StoredFile
from portal.files.rules.images import redraw
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories
from tests.outages import makers

PATH = "/outages/report/"
ClientFor = Callable[..., Client]


def picture(name: str = "mast.jpg", kind: str = "JPEG") -> SimpleUploadedFile:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    Image.new("RGB", (40, 30), "#c0ffee").save(out, kind, exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), f"image/{kind.lower()}")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-16T12:00:00Z", tick=False) as traveller:
        yield traveller


def own_place(client: Client) -> str:
    """Return what the form calls the person's first installation."""
    return str(client.get(PATH).context["form"].fields["place"].choices[0][0])


def shown(client: Client) -> dict[str, Any]:
    """Open the form and return what it sends along unseen."""
    form = client.get(PATH).context["form"]
    return {name: str(form[name].value()) for name in ("submission_key", "stamp") if name in form.fields}


def send(client: Client, clock: time_machine.Traveller | None = None, **fields: Any) -> Any:
    unseen = shown(client)
    if clock:
        clock.shift(20)
    data = {"kind": "mast", "address": "Strandgata 5", **unseen, **fields}
    return client.post(PATH, data)


def test_a_stranger_reports_and_gets_a_number(tenant: Tenant, client_for: ClientFor, clock: Any) -> None:
    answer = send(client_for(tenant=tenant), clock, text="Den heller.", contact_phone="912 34 567")
    report = HazardReport.objects.get()
    assert answer.headers["Location"] == f"{PATH}{report.submission_key}/"
    receipt = client_for(tenant=tenant).get(answer.headers["Location"]).content.decode()
    assert report.shown_number in receipt
    assert "912" not in receipt.replace("+4791234", "")
    assert "Strandgata" not in receipt
    assert (report.user, report.customer, report.contact_phone) == (None, None, "+4791234567")


def test_the_page_says_to_call_when_somebody_is_in_danger(tenant: Tenant, client_for: ClientFor) -> None:
    text = client_for(tenant=tenant).get(PATH).content.decode()
    assert "Er noen i fare? Ikke skriv, ring." in text
    assert 'href="tel:21234567"' in text


def test_a_customer_chooses_an_installation(tenant: Tenant, client_for: ClientFor) -> None:
    person, firm = makers.home(1, address="Torget 3")
    client = client_for(person, tenant=tenant)
    assert "Torget 3" in client.get(PATH).content.decode()
    send(client, place=own_place(client), address="", kind="cabinet")
    report = HazardReport.objects.get()
    assert (report.address, report.user, report.customer) == ("Torget 3, 1489 Solvika", person, firm)
    assert len(report.gsrn) == 18


def test_or_another_place_which_must_then_be_named(tenant: Tenant, client_for: ClientFor) -> None:
    person, _ = makers.home(1)
    client = client_for(person, tenant=tenant)
    answer = send(client, place="elsewhere", address="")
    assert (answer.status_code, HazardReport.objects.exists()) == (422, False)
    assert send(client, place="elsewhere", address="Ved brua").status_code == 302


def test_a_place_of_somebody_else_cannot_be_chosen(tenant: Tenant, client_for: ClientFor) -> None:
    person, _ = makers.home(1)
    other, _ = makers.home(2)
    theirs = own_place(client_for(other, tenant=tenant))
    assert send(client_for(person, tenant=tenant), place=theirs).status_code == 422


def test_a_stranger_learns_nothing_of_any_account(tenant: Tenant, client_for: ClientFor) -> None:
    person, firm = makers.home(1, address="Torget 3")
    text = client_for(tenant=tenant).get(PATH).content.decode()
    for secret in ("Torget 3", firm.name, person.name):
        assert secret not in text


def test_the_position_goes_along_when_it_is_given(tenant: Tenant, client_for: ClientFor, clock: Any) -> None:
    send(client_for(tenant=tenant), clock, latitude="59.9138688", longitude="10.7522454", accuracy="12.4")
    report = HazardReport.objects.get()
    assert (str(report.latitude), str(report.longitude), report.accuracy_m) == ("59.913869", "10.752245", 12)


@pytest.mark.parametrize(
    "fields",
    [
        {"latitude": "91", "longitude": "10"},
        {"latitude": "59", "longitude": "999"},
        {"latitude": "<script>", "longitude": "10"},
        {"latitude": "NaN", "longitude": "10"},
        {"latitude": "Infinity", "longitude": "10"},
        {"accuracy": "-1"},
        {"kind": "no-such"},
        {"kind": ""},
        {"kind": "other", "text": ""},
        {"address": ""},
        {"address": "x" * 201},
        {"text": "x" * 2001},
        {"contact_phone": "abc"},
        {"address": "a\0b"},
        {"submission_key": "not-a-key"},
    ],
)
def test_what_cannot_be_right_is_refused_with_words(
    tenant: Tenant, client_for: ClientFor, clock: Any, fields: dict[str, str]
) -> None:
    answer = send(client_for(tenant=tenant), clock, **fields)
    assert (answer.status_code, HazardReport.objects.exists()) == (422, False)
    assert "error-summary" in answer.content.decode()


def test_half_a_position_is_none(tenant: Tenant, client_for: ClientFor, clock: Any) -> None:
    send(client_for(tenant=tenant), clock, latitude="59")
    assert HazardReport.objects.get().latitude is None


# Once ------------------------------------------------------------------------------------------------


def test_sent_twice_it_is_one_report_with_one_number_and_one_alert(
    tenant: Tenant, client_for: ClientFor, clock: Any
) -> None:
    makers.duty()
    client = client_for(tenant=tenant)
    unseen = shown(client)
    clock.shift(20)
    data = {"kind": "mast", "address": "Strandgata 5", **unseen}
    answers = [client.post(PATH, data), client.post(PATH, {**data, "photos": picture()})]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert (HazardReport.objects.count(), Message.objects.count(), StoredFile.objects.count()) == (1, 1, 0)
    assert send(client, clock).status_code == 302
    assert sorted(HazardReport.objects.values_list("number", flat=True)) == [10001, 10002]


# Pictures --------------------------------------------------------------------------------------------


def test_up_to_three_pictures_are_kept_without_what_they_knew(
    tenant: Tenant, client_for: ClientFor, clock: Any
) -> None:
    send(client_for(tenant=tenant), clock, photos=[picture(), picture("to.png", "PNG"), picture("tre.jpg")])
    photos = HazardPhoto.objects.select_related("file")
    assert photos.count() == 3
    with default_storage.open(photos[0].file.location) as content:
        assert b"secret place" not in content.read()


PDF = SimpleUploadedFile("mast.jpg", b"%PDF-1.7 not a picture", "image/jpeg")
HTML = SimpleUploadedFile("mast.png", b"<html><script>alert(1)</script>", "image/png")
NAMED_PDF = SimpleUploadedFile("mast.pdf", b"%PDF-1.7", "application/pdf")


@pytest.mark.parametrize(
    "photos", [[picture() for _ in range(4)], [PDF], [HTML], [NAMED_PDF]], ids=["four", "pdf", "html", "named pdf"]
)
def test_what_is_no_picture_or_one_too_many_is_refused(
    tenant: Tenant, client_for: ClientFor, clock: Any, photos: list[Any]
) -> None:
    for photo in photos:
        photo.seek(0)
    answer = send(client_for(tenant=tenant), clock, photos=photos, text="Den heller.")
    assert answer.status_code == 422
    assert not HazardReport.objects.exists()
    assert not StoredFile.objects.exists()
    assert "Den heller." in answer.content.decode()


def test_a_picture_of_40_mb_is_refused(tenant: Tenant, client_for: ClientFor, clock: Any) -> None:
    large = SimpleUploadedFile("mast.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 40_000_000, "image/jpeg")
    answer = send(client_for(tenant=tenant), clock, photos=large, text="Den heller.")
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "mast.jpg» er for stor" in html
    assert "Den heller." in html
    assert (HazardReport.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_only_staff_see_the_pictures_and_only_when_they_are_scanned(
    tenant: Tenant, other_tenant: Tenant, client_for: ClientFor, clock: Any
) -> None:
    FileSettings.objects.create(wait_without_scanner=True)
    send(client_for(tenant=tenant), clock, photos=picture())
    photo = HazardPhoto.objects.get()
    path = f"/admin/outages/hazardreport/{photo.report_id}/pictures/{photo.pk}/"
    person, _ = factories.member()
    staff = client_for(factories.staff(), tenant=tenant)
    with tenant_scope(other_tenant):
        stranger = client_for(factories.staff(), tenant=other_tenant)
    assert client_for(tenant=tenant).get(path).status_code == 302
    assert client_for(person, tenant=tenant).get(path).status_code == 403
    assert stranger.get(path).status_code == 404
    assert staff.get(path).status_code == 409
    StoredFile.objects.update(state=State.CLEAN)
    answer = staff.get(path)
    assert (answer.status_code, answer.headers["X-Content-Type-Options"]) == (200, "nosniff")
    assert b"".join(answer.streaming_content)
    assert staff.get(f"/admin/outages/hazardreport/999999/pictures/{photo.pk}/").status_code == 404


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
    assert client.post(PATH, again).status_code == 302


@pytest.mark.parametrize("stamp", ["", "form", "form:1abc:forged", "\0"])
def test_a_stamp_that_is_not_ours_is_refused(tenant: Tenant, client_for: ClientFor, clock: Any, stamp: str) -> None:
    assert send(client_for(tenant=tenant), clock, stamp=stamp).status_code == 422


def test_a_page_that_lay_open_for_two_days_asks_to_send_again(
    tenant: Tenant, client_for: ClientFor, clock: Any
) -> None:
    client = client_for(tenant=tenant)
    unseen = shown(client)
    clock.shift(2 * 24 * 3600)
    assert client.post(PATH, {"kind": "mast", "address": "x", **unseen}).status_code == 422


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
    statuses = [client.post(PATH, {**unseen, "kind": ""}).status_code for _ in range(flooding.TRIES_PER_ADDRESS + 1)]
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


def test_where_it_is_stands_on_one_line(tenant: Tenant, client_for: ClientFor, clock: Any) -> None:
    makers.duty()
    send(client_for(tenant=tenant), clock, address="Torget 3\r\n\r\nRing 82 00 00 00\x0b\u2028nå\x1b")
    assert HazardReport.objects.get().address == "Torget 3 Ring 82 00 00 00 nå"
    assert "Torget 3 Ring 82 00 00 00 nå\n" in Message.objects.get().body


def test_script_in_a_report_is_text_for_the_duty_too(tenant: Tenant, client_for: ClientFor, clock: Any) -> None:
    send(client_for(tenant=tenant), clock, address="<script>alert(1)</script>", text="<img src=x onerror=alert(1)>")
    report = HazardReport.objects.get()
    staff = client_for(factories.staff(), tenant=tenant)
    for path in ("/admin/outages/hazardreport/", f"/admin/outages/hazardreport/{report.pk}/change/"):
        html = staff.get(path).content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html


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
    assert "Meldte farlige forhold" in staff.get("/admin/").content.decode()
    answer = staff.post(
        f"/admin/outages/hazardreport/{report.pk}/change/", {"state": "closed", "note": "Sikret med nytt skap."}
    )
    assert answer.status_code == 302
    report.refresh_from_db()
    assert (report.state, report.note) == ("closed", "Sikret med nytt skap.")
    assert "Meldte farlige forhold" not in staff.get("/admin/").content.decode()


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


def test_who_reported_and_whom_notices_went_to_is_forgotten_in_time(
    tenant: Tenant, client_for: ClientFor, clock: time_machine.Traveller
) -> None:
    OutageSettings.objects.create(contact_days=100)
    send(client_for(tenant=tenant), clock, contact_name="Kari", contact_phone="912 34 567")
    makers.home(1)
    over, lasts = makers.outage(), makers.outage(area_name="Dark still")
    for outage in (over, lasts):
        notice = notices.tell(outage=outage, by=None)
        while notice and notices.work_on(notice.pk):
            pass
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
    notice = notices.tell(outage=makers.outage(), by=None)
    assert notice
    while notices.work_on(notice.pk):
        pass
    close_account(user=person, by=person)
    assert list(NoticeRecipient.objects.values_list("contact", flat=True)) == ["+4791000002"]


def test_a_receipt_of_another_company_is_not_found(
    tenant: Tenant, other_tenant: Tenant, client_for: ClientFor, clock: Any
) -> None:
    where = send(client_for(tenant=tenant), clock).headers["Location"]
    assert client_for(tenant=other_tenant).get(where).status_code == 404
