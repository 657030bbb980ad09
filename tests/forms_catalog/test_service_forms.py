"""Filling in a service form: page by page, looked over, sent once, followed; nobody else's."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from forms_catalog.actions import catalogue
from forms_catalog.actions import service_forms as actions
from forms_catalog.models import AnswerFile, Enquiry, FormDraft, FormField, ServiceForm, Submission
from forms_catalog.rules.definition import Kind
from portal.accounts.models import User
from portal.customers.models import Customer
from portal.customers.places import places_of
from portal.files.actions import CheckedUpload
from portal.files.models import StoredFile
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from portal.webhooks.models import WebhookDelivery, WebhookEndpoint
from tests import factories as core
from tests.forms_catalog import makers
from tests.forms_catalog.makers import at, fill_in, photo, send, spec
from tests.metering import factories as meters

ClientFor = Callable[..., Client]
Who = tuple[Client, User, Customer]


def answers() -> dict[str, str]:
    found: dict[str, str] = Submission.objects.get().answers
    return found


def test_a_form_is_filled_in_looked_over_sent_and_followed(who: Who) -> None:
    client, user, customer = who
    made = makers.trees(after={"en": "We call you."})
    ServiceForm.objects.update(recipients=["desk@fjord.example"])
    assert client.post(at(), {"own": "no", "owner": "Ola"}).headers["Location"] == at(rest="2/")
    over = client.post(at(rest="2/"), {"address": "Bygata 1", "height": "12,5", "pictures": [photo()]}, follow=True)
    page = over.content.decode()
    for words in ("Ola", "Bygata 1", "12.5", "tree.jpg", at(rest="2/?change")):
        assert words in page
    receipt = send(client, over)
    assert receipt.headers["Location"] == "/contact/enquiries/1001/received/"
    page = client.get(receipt.headers["Location"]).content.decode()
    assert "We call you." in page
    assert "<strong>1001</strong>" in page
    found = Enquiry.objects.get()
    assert (found.customer, found.asked_by, found.subject, found.state) == (customer, user, "Trees", "new")
    assert answers() == {"own": "no", "owner": "Ola", "address": "Bygata 1", "height": "12.5"}
    assert not FormDraft.objects.exists()
    thread = client.get("/contact/enquiries/1001/").content.decode()
    assert "Bygata 1" in thread
    assert "tree.jpg" in thread
    told = {message.recipient: message for message in Message.objects.all()}
    assert told.keys() == {"desk@fjord.example", user.email}
    assert "Owner: Ola" in told["desk@fjord.example"].body
    assert "1001" in told[user.email].subject
    assert made.versions.count() == 1


def test_staff_answer_a_form_as_any_enquiry_and_see_what_was_answered(who: Who, tenant: Tenant) -> None:
    client, _, _ = who
    makers.trees()
    send(client, fill_in(client, pictures=[photo()]))
    enquiry, staff = Enquiry.objects.get(), core.staff(language="en")
    desk = core.client_for(staff, tenant=tenant)
    url = f"/admin/forms_catalog/enquiry/{enquiry.pk}/change/"
    page = desk.get(url).content.decode()
    assert "Bygata 1" in page
    assert desk.get(f"/admin/forms_catalog/enquiry/{enquiry.pk}/copy.pdf").content[:5] == b"%PDF-"
    makers.answer_in_admin(desk, enquiry, "We come on Monday.")
    assert "We come on Monday." in client.get("/contact/enquiries/1001/").content.decode()
    shown = desk.get(f"/admin/forms_catalog/enquiry/files/{AnswerFile.objects.get().pk}/")
    assert shown["Content-Type"] == "image/jpeg"
    shown.close()


def test_the_copy_is_a_pdf(who: Who) -> None:
    client, _, _ = who
    makers.trees()
    send(client, fill_in(client))
    answer = client.get("/contact/enquiries/1001/copy.pdf")
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert 'filename="trees-1001.pdf"' in answer["Content-Disposition"]


def test_sent_again_it_is_the_same_receipt(who: Who) -> None:
    client, _, _ = who
    makers.trees()
    over = fill_in(client)
    assert {send(client, over).headers["Location"] for _ in range(3)} == {"/contact/enquiries/1001/received/"}
    assert Enquiry.objects.count() == Submission.objects.count() == 1


def test_another_system_is_told_once_with_the_answers(who: Who) -> None:
    client, _, customer = who
    WebhookEndpoint.objects.create(url="https://crm.example/")
    makers.trees()
    over = fill_in(client)
    send(client, over)
    send(client, over)
    delivery = WebhookDelivery.objects.get()
    assert delivery.event == "forms.submitted"
    assert '"address": "Bygata 1"' in delivery.body
    assert f'"customer": "{customer.number}"' in delivery.body


def test_a_picture_is_kept_when_something_else_is_wrong(who: Who) -> None:
    client, _, _ = who
    makers.trees()
    client.post(at(), {"own": "yes"})
    wrong = client.post(at(rest="2/"), {"address": "", "height": "tall", "pictures": [photo()]})
    page = wrong.content.decode()
    assert wrong.status_code == 422
    for words in ("tree.jpg", "tall", "Enter a number, such as 12."):
        assert words in page
    client.post(at(rest="2/"), {"address": "Bygata 1"})
    assert "tree.jpg" in client.get(at(rest="check/")).content.decode()


def test_taking_a_file_out_keeps_what_is_typed(who: Who) -> None:
    client, _, _ = who
    makers.trees()
    fill_in(client, pictures=[photo()])
    typed = {"address": "", "height": "just typed", "remove": AnswerFile.objects.get().pk}
    for _ in range(2):
        answer = client.post(at(rest="2/"), typed)
        assert answer.status_code == 200
        assert "just typed" in answer.content.decode()
    assert not AnswerFile.objects.exists()
    assert FormDraft.objects.get().answers["address"] == "Bygata 1"


def test_a_metering_point_is_told_by_its_address(who: Who, tenant: Tenant) -> None:
    client, _, customer = who
    point = meters.holding(customer, meters.point(1)).metering_point
    street = places_of(customer)[0].street
    makers.form(spec("point", Kind.METERING_POINT))
    client.post(at(), {"point": point.gsrn})
    over = client.get(at(rest="check/"))
    send(client, over)
    desk = core.client_for(core.staff(), tenant=tenant)
    shown = desk.get(f"/admin/forms_catalog/enquiry/{Enquiry.objects.get().pk}/change/")
    for page in (over, client.get("/contact/enquiries/1001/"), shown):
        assert street in page.content.decode()


# What cannot be right --------------------------------------------------------------------------------


def test_pages_cannot_be_skipped(who: Who) -> None:
    client, _, _ = who
    makers.trees()
    assert client.get(at(rest="2/")).headers["Location"] == at()
    assert client.get(at(rest="check/")).headers["Location"] == at()
    assert client.post(at(rest="2/"), {"address": "Bygata 1"}).headers["Location"] == at()
    client.post(at(), {"own": "yes"})
    assert client.post(at(rest="check/"), {}).headers["Location"] == at(rest="2/")
    assert client.get(at(rest="3/")).status_code == 404


def test_what_is_not_asked_is_not_kept_whatever_is_posted(who: Who) -> None:
    client, _, _ = who
    makers.trees()
    client.post(at(), {"own": "yes", "owner": "<script>smuggled</script>"})
    client.post(at(rest="2/"), {"address": "Bygata 1", "owner": "later", "nothing": "x"})
    send(client, client.get(at(rest="check/")))
    assert answers() == {"own": "yes", "address": "Bygata 1"}


def test_an_answer_taken_back_takes_along_what_hung_on_it(who: Who) -> None:
    client, _, _ = who
    makers.trees()
    fill_in(client)
    answer = client.post(f"{at()}?change", {"own": "yes", "owner": "Ola"})
    assert answer.headers["Location"] == at(rest="check/")
    send(client, client.get(at(rest="check/")))
    assert "owner" not in answers()


def test_an_answer_that_asks_for_more_leads_there(who: Who) -> None:
    client, _, _ = who
    makers.form(spec("own", Kind.YES_NO), spec("two", Kind.STEP), spec("owner", show_if="own = no"), spec("other"))
    client.post(at(), {"own": "yes"})
    client.post(at(rest="2/"), {"other": "x"})
    assert client.post(f"{at()}?change", {"own": "no"}).headers["Location"] == at(rest="2/")
    assert client.post(at(rest="2/"), {"other": "x"}).status_code == 422


WRONG: list[tuple[Kind, dict[str, Any], str, str]] = [
    (Kind.TEXT, {}, "", "Fill in “A”"),
    (Kind.TEXT, {"minimum": 5}, "abc", "at least 5 characters"),
    (Kind.TEXT, {"maximum": 3}, "abcd", "at most 3 characters"),
    (Kind.TEXT, {"shape": "##-@"}, "12", "like this: 00-A"),
    (Kind.EMAIL, {}, "ola(at)example.com", "valid email"),
    (Kind.PHONE, {}, "123", "Enter a phone number"),
    (Kind.NUMBER, {}, "many", "Enter a number"),
    (Kind.NUMBER, {"minimum": 1}, "0,5", "Enter 1 or more"),
    (Kind.NUMBER, {"maximum": 10}, "10,01", "Enter 10 or less"),
    (Kind.NUMBER, {}, "NaN", "Enter a number"),
    (Kind.DATE, {}, "31.02.2026", "Enter a date"),
    (Kind.DATE, {"minimum": 0}, "01.01.2001", "or later"),
    (Kind.DATE, {"maximum": 0}, "01.01.2101", "or earlier"),
    (Kind.CHOICE, {"choices": (("x", {"en": "X"}), ("y", {"en": "Y"}))}, "z", "Choose one of the options"),
    (Kind.YES_NO, {}, "maybe", "Choose one of the options"),
    (Kind.ACCOUNT, {}, "12345678901", "check digit is wrong"),
    (Kind.ORGANISATION, {}, "974760674", "check digit is wrong"),
    (Kind.METERING_POINT, {}, "707057500000000009", "18 digits"),
    (Kind.PICTURES, {}, "", "at least one file"),
]


@pytest.mark.parametrize(("kind", "more", "value", "words"), WRONG)
def test_what_cannot_be_right_is_said_at_the_question(
    who: Who, kind: Kind, more: dict[str, Any], value: str, words: str
) -> None:
    client, _, _ = who
    makers.form(spec("a", kind, **more))
    answer = client.post(at(), {"a": value})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not FormDraft.objects.exists()


def test_numbers_are_taken_as_people_write_them(who: Who) -> None:
    client, _, _ = who
    makers.form(spec("account", Kind.ACCOUNT), spec("org", Kind.ORGANISATION), spec("phone", Kind.PHONE))
    client.post(at(), {"account": "1234.56.78903", "org": "974 760 673", "phone": "912 34 567"})
    over = client.get(at(rest="check/"))
    assert "1234 56 78903" in over.content.decode()
    send(client, over)
    assert answers() == {"account": "12345678903", "org": "974760673", "phone": "+4791234567"}


PDF = SimpleUploadedFile("tree.jpg", b"%PDF-1.7 not a picture", "image/jpeg")
LARGE = SimpleUploadedFile("tree.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 40_000_000, "image/jpeg")


@pytest.mark.parametrize("files", [[photo() for _ in range(4)], [PDF], [LARGE]], ids=["four", "pdf", "40 MB"])
def test_what_is_no_picture_or_one_too_many_is_refused(who: Who, files: list[Any]) -> None:
    client, _, _ = who
    makers.trees()
    client.post(at(), {"own": "yes"})
    for file in files:
        file.seek(0)
    answer = client.post(at(rest="2/"), {"address": "Bygata 1", "pictures": files})
    assert answer.status_code in {413, 422}
    assert not StoredFile.objects.exists()


def test_three_pictures_are_three_however_they_come(who: Who) -> None:
    client, _, _ = who
    makers.trees()
    fill_in(client, pictures=[photo(), photo()])
    assert client.post(at(rest="2/"), {"address": "x", "pictures": [photo(), photo()]}).status_code == 422
    assert client.post(at(rest="2/"), {"address": "x", "pictures": [photo()]}).status_code == 302
    assert "No more files can be added" in client.get(at(rest="2/")).content.decode()
    client.post(at(rest=f"files/{AnswerFile.objects.earliest('pk').pk}/remove/"))
    assert AnswerFile.objects.count() == StoredFile.objects.count() == 2


def test_a_page_that_was_counted_before_another_came_keeps_what_there_is_room_for(who: Who) -> None:
    client, user, customer = who
    makers.trees()
    fill_in(client, pictures=[photo(), photo()])
    late = [CheckedUpload(photo(), f"{number}.jpg", "image/jpeg", 1) for number in range(2)]
    page = actions.Page(fields=["pictures"], answers={}, files={"pictures": late})
    actions.save_page(version=FormDraft.objects.get().version, customer=customer, page=page, by=user)
    assert AnswerFile.objects.count() == StoredFile.objects.count() == 3


def test_script_in_titles_and_answers_is_text_and_in_the_introduction_it_goes(who: Who) -> None:
    client, _, _ = who
    makers.form(spec("a"), intro={"en": "<p>Hello <b>you</b><script>alert(1)</script><img src=x onerror=alert(2)></p>"})
    FormField.objects.update(label={"nb": "<script>alert(3)</script>"}, help={"nb": "<b>x</b>"})
    ServiceForm.objects.update(title={"nb": "<script>alert(4)</script>"})
    catalogue.publish(form=ServiceForm.objects.get(), by=None)
    pages = [client.get("/contact/forms/").content.decode(), client.get(at()).content.decode()]
    client.post(at(), {"a": "<script>alert(5)</script>"})
    over = client.get(at(rest="check/"))
    send(client, over)
    pages += [over.content.decode(), client.get("/contact/enquiries/1001/").content.decode()]
    assert "<b>you</b>" in pages[1]
    for page in pages:
        assert "<script>alert" not in page
        assert "onerror" not in page


def test_a_metering_point_is_one_of_ones_own(who: Who) -> None:
    client, _, customer = who
    own = meters.holding(customer, meters.point(1)).metering_point
    theirs = meters.holding(core.customer(), meters.point(2)).metering_point
    makers.form(spec("point", Kind.METERING_POINT))
    page = client.get(at()).content.decode()
    assert (own.gsrn in page, theirs.gsrn in page) == (True, False)
    assert client.post(at(), {"point": theirs.gsrn}).status_code == 422
    assert client.post(at(), {"point": own.gsrn}).status_code == 302


def test_a_long_answer_of_just_the_limit_is_taken_with_its_line_breaks(who: Who) -> None:
    client, _, _ = who
    makers.form(makers.spec("why", Kind.LONG_TEXT), slug="why")
    text = core.long_text(5000)
    assert client.post(makers.at("why"), {"why": text.replace("\n", "\r\n")}).status_code == 302
    assert FormDraft.objects.get().answers["why"] == text
