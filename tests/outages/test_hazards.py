"""Reporting a hazard, signed in and signed out: what the form asks, refuses, keeps and answers."""

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from outages.models import HazardPhoto, HazardReport
from portal.files.models import FileSettings, State, StoredFile
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories
from tests.outages import makers
from tests.outages.makers import REPORT, ClientFor, own_place, picture, send, shown


def test_a_stranger_reports_and_gets_a_number(tenant: Tenant, client_for: ClientFor, clock: Any) -> None:
    answer = send(client_for(tenant=tenant), clock, text="Den heller.", contact_phone="912 34 567")
    report = HazardReport.objects.get()
    assert answer.headers["Location"] == f"{REPORT}{report.submission_key}/"
    receipt = client_for(tenant=tenant).get(answer.headers["Location"]).content.decode()
    assert report.shown_number in receipt
    assert "912" not in receipt.replace("+4791234", "")
    assert "Strandgata" not in receipt
    assert (report.user, report.customer, report.contact_phone) == (None, None, "+4791234567")


def test_the_page_says_to_call_when_somebody_is_in_danger(tenant: Tenant, client_for: ClientFor) -> None:
    text = client_for(tenant=tenant).get(REPORT).content.decode()
    assert "Er noen i fare? Ikke skriv, ring." in text
    assert 'href="tel:21234567"' in text


def test_a_customer_chooses_an_installation(tenant: Tenant, client_for: ClientFor) -> None:
    person, firm = makers.home(1, address="Torget 3")
    client = client_for(person, tenant=tenant)
    assert "Torget 3" in client.get(REPORT).content.decode()
    send(client, place=own_place(client), address="", kind="cabinet")
    report = HazardReport.objects.get()
    assert (report.address, report.user, report.customer) == ("Torget 3, 1489 Solvika", person, firm)
    assert len(report.gsrn) == 18


def test_a_description_of_just_the_limit_is_taken_with_its_line_breaks(
    tenant: Tenant, client_for: ClientFor, clock: Any
) -> None:
    text = factories.long_text(2000)
    assert send(client_for(tenant=tenant), clock, text=text.replace("\n", "\r\n")).status_code == 302
    assert HazardReport.objects.get().text == text


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
    text = client_for(tenant=tenant).get(REPORT).content.decode()
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
    answers = [client.post(REPORT, data), client.post(REPORT, {**data, "photos": picture()})]
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


def test_a_receipt_of_another_company_is_not_found(
    tenant: Tenant, other_tenant: Tenant, client_for: ClientFor, clock: Any
) -> None:
    where = send(client_for(tenant=tenant), clock).headers["Location"]
    assert client_for(tenant=other_tenant).get(where).status_code == 404
