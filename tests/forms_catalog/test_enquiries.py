"""Enquiries: asked once, answered, closed, opened again; nobody else's."""

import io
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from forms_catalog.actions import enquiries as actions
from forms_catalog.models import Enquiry, EnquiryMessage, EnquiryPicture, Topic
from forms_catalog.topics import ensure_topics
from outages.models import DutyContact
from portal import registry
from portal.accounts.models import User
from portal.customers.models import Customer, Role
from portal.notifications.models import Message, SmsGateway
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories as core
from tests.forms_catalog.makers import answer_in_admin

ASK = "/contact/enquiries/ask/"


@pytest.fixture
def asker(tenant: Tenant, client_for: Callable[..., Client]) -> tuple[Client, User, Customer]:
    ensure_topics(tenant)
    user, customer = core.user(language="en"), core.customer()
    core.membership(user, customer, Role.READER)
    return client_for(user, tenant=tenant), user, customer


def written(**changes: object) -> dict[str, object]:
    topic = Topic.objects.get(slug="general")
    fields = {"topic": topic.pk, "subject": "The invoice", "text": "Why so much?", "submission_key": uuid4()}
    return {**fields, **changes}


def photo(name: str = "meter.jpg", kind: str = "JPEG") -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(content, kind)
    return SimpleUploadedFile(name, content.getvalue())


def enquiry_of(user: User, customer: Customer) -> Enquiry:
    topic = Topic.objects.get(slug="general")
    return actions.ask(
        customer=customer, topic=topic, subject="The invoice", text="Why?", submission_key=uuid4(), by=user
    )


def test_asking_gives_a_number_a_thread_and_word_to_colleagues(asker: tuple[Client, User, Customer]) -> None:
    client, user, customer = asker
    Topic.objects.filter(slug="general").update(recipients=["desk@fjord.example"])
    answer = client.post(ASK, written(pictures=[photo(), photo("two.png", "PNG")]), follow=True)
    page = answer.content.decode()
    assert "We have got your enquiry, number 1001." in page
    assert "Why so much?" in page
    found = Enquiry.objects.get()
    assert (found.customer, found.asked_by, found.state) == (customer, user, Enquiry.State.NEW)
    assert EnquiryPicture.objects.count() == 2
    assert Message.objects.get(event="enquiries.asked").recipient == user.email
    told = Message.objects.get(event="enquiries.received")
    assert told.recipient == "desk@fjord.example"
    assert f"/admin/forms_catalog/enquiry/{found.pk}/change/" in told.body


def test_the_same_form_sent_twice_is_one_enquiry(asker: tuple[Client, User, Customer]) -> None:
    client, _, _ = asker
    form = written()
    for _ in range(3):
        assert client.post(ASK, form).headers["Location"] == "/contact/enquiries/1001/"
    assert (Enquiry.objects.count(), EnquiryMessage.objects.count()) == (1, 1)


def test_a_message_of_just_the_limit_is_taken_with_its_line_breaks(asker: tuple[Client, User, Customer]) -> None:
    client, _, _ = asker
    text = core.long_text(5000)
    assert client.post(ASK, written(text=text.replace("\n", "\r\n"))).status_code == 302
    assert EnquiryMessage.objects.get().text == text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": ""}, "Write what it is about."),
        ({"subject": " "}, "Write in a few words"),
        ({"topic": ""}, "Choose what it is about."),
        ({"topic": "999999"}, "Choose one of the options"),
        ({"text": "x" * 5001}, "Write at most 5000 characters. This is 5001."),
        ({"pictures": [photo(f"{number}.jpg") for number in range(4)]}, "Choose at most 3 files."),
        ({"pictures": [SimpleUploadedFile("evil.jpg", b"MZ\x90\x00" + b"0" * 500)]}, "evil.jpg"),
        ({"pictures": [SimpleUploadedFile("a.jpg", b"%PDF-1.7 not a picture")]}, "a.jpg"),
    ],
)
def test_what_cannot_be_taken_is_explained_and_nothing_is_lost(
    asker: tuple[Client, User, Customer], changes: dict[str, object], words: str
) -> None:
    client, _, _ = asker
    answer = client.post(ASK, written(**changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "The invoice" in answer.content.decode() or "subject" in changes
    assert not Enquiry.objects.exists()


def test_script_in_a_message_is_text(asker: tuple[Client, User, Customer]) -> None:
    client, _, _ = asker
    page = client.post(ASK, written(text="<script>alert(1)</script>", subject="<b>x</b>"), follow=True).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_an_answer_reaches_the_one_who_asked_who_can_write_back(asker: tuple[Client, User, Customer]) -> None:
    client, user, customer = asker
    enquiry, staff = enquiry_of(user, customer), core.staff()
    actions.answer(enquiry=enquiry, text="Because of the cold.", by=staff)
    told = Message.objects.get(event="enquiries.answered")
    assert (told.recipient, "Because of the cold." in told.body) == (user.email, True)
    assert f"/contact/enquiries/{enquiry.number}/" in told.body
    assert "Because of the cold." in client.get(f"/contact/enquiries/{enquiry.number}/").content.decode()
    client.post(f"/contact/enquiries/{enquiry.number}/", {"text": "Thanks, but…"})
    enquiry.refresh_from_db()
    assert enquiry.state == Enquiry.State.REPLIED
    assert list(Enquiry.objects.waiting()) == [enquiry]


def test_a_closed_enquiry_takes_no_more_until_it_is_opened(asker: tuple[Client, User, Customer]) -> None:
    client, user, customer = asker
    enquiry, staff = enquiry_of(user, customer), core.staff()
    actions.answer(enquiry=enquiry, text="Done.", by=staff, close=True)
    url = f"/contact/enquiries/{enquiry.number}/"
    page = client.post(url, {"text": "Wait"}, follow=True).content.decode()
    assert "The enquiry is closed." in page
    assert client.post(f"{url}reopen/", {"text": ""}).status_code == 422
    enquiry.refresh_from_db()
    assert enquiry.is_closed
    key = client.get(url).context["form"]["submission_key"].value()
    for _ in range(2):
        client.post(f"{url}reopen/", {"text": "Wait", "submission_key": key})
    enquiry.refresh_from_db()
    assert enquiry.state == Enquiry.State.REPLIED
    assert EnquiryMessage.objects.filter(text="Wait").count() == 1


def test_enquiries_and_pictures_are_the_customers_own(
    asker: tuple[Client, User, Customer], tenant: Tenant, client_for: Callable[..., Client]
) -> None:
    client, _, _ = asker
    client.post(ASK, written(pictures=[photo()]))
    picture = EnquiryPicture.objects.get()
    stranger, _ = core.member()
    theirs = client_for(stranger, tenant=tenant)
    for path in ("1001/", f"pictures/{picture.pk}/"):
        assert theirs.get(f"/contact/enquiries/{path}").status_code == 404
    assert theirs.post("/contact/enquiries/1001/", {"text": "mine now"}).status_code == 404
    assert theirs.post("/contact/enquiries/1001/reopen/").status_code == 404
    assert "The invoice" not in theirs.get("/contact/enquiries/").content.decode()
    shown = client.get(f"/contact/enquiries/pictures/{picture.pk}/")
    assert (shown["Content-Type"], b"".join(shown)[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    shown.close()


@pytest.fixture
def invoices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Subjects of an app that is none: each customer has one invoice, with its own number."""
    monkeypatch.setattr(registry._registry, "subjects", {})
    registry.offer_subject("test", lambda customer, ref: f"Invoice {ref}" if ref == customer.number else None)


@pytest.mark.usefixtures("invoices")
def test_a_link_brings_topic_and_subject_which_colleagues_see(asker: tuple[Client, User, Customer]) -> None:
    client, _, customer = asker
    topic = Topic.objects.get(slug="new-project")
    page = client.get(f"{ASK}?topic=new-project&about=test:{customer.number}")
    assert page.context["form"]["topic"].value() == topic.pk
    assert f"About: Invoice {customer.number}" in page.content.decode()
    client.post(ASK, written(about=f"test:{customer.number}"))
    assert Enquiry.objects.get().about == f"Invoice {customer.number}"


@pytest.mark.usefixtures("invoices")
@pytest.mark.parametrize("about", ["test:1", "test:", "nothing:1", "<script>", ":", "x" * 5000])
def test_nobody_asks_about_what_is_not_theirs_or_in_words_of_their_own(
    asker: tuple[Client, User, Customer], about: str
) -> None:
    client, _, _ = asker
    page = client.get(ASK, {"topic": "no such thing", "about": about})
    assert (page.status_code, "About:" in page.content.decode()) == (200, False)
    client.post(ASK, written(about=about))
    assert not Enquiry.objects.exclude(about="").exists()


def test_a_key_that_another_customer_has_used_shows_nothing(
    asker: tuple[Client, User, Customer], tenant: Tenant, client_for: Callable[..., Client]
) -> None:
    client, _, _ = asker
    form = written()
    client.post(ASK, form)
    stranger, _ = core.member()
    assert client_for(stranger, tenant=tenant).post(ASK, form).status_code == 404


def test_another_tenant_has_its_own_topics_and_none_of_the_enquiries(
    asker: tuple[Client, User, Customer], other_tenant: Tenant
) -> None:
    _, user, customer = asker
    enquiry_of(user, customer)
    with tenant_scope(other_tenant):
        assert not Enquiry.objects.exists()
        assert not Topic.objects.exists()


def test_staff_answer_in_admin(asker: tuple[Client, User, Customer], tenant: Tenant) -> None:
    _, user, customer = asker
    enquiry = enquiry_of(user, customer)
    staff = core.staff(language="en")
    client = core.client_for(staff, tenant=tenant)
    url = f"/admin/forms_catalog/enquiry/{enquiry.pk}/change/"
    assert "Why?" in client.get(url).content.decode()
    answer = answer_in_admin(client, enquiry, "Because.", close_it="on")
    assert answer.status_code == 302
    enquiry.refresh_from_db()
    assert enquiry.state == Enquiry.State.CLOSED
    assert enquiry.messages.filter(is_staff=True, text="Because.", written_by=staff).exists()


def test_customer_service_leads_to_the_form(asker: tuple[Client, User, Customer]) -> None:
    client, _, _ = asker
    assert ASK in client.get("/customer-service/").content.decode()


@pytest.mark.parametrize(
    ("wanted", "channels"), [("email", ["email"]), ("sms", ["sms"]), ("here", []), ("", ["email"])]
)
def test_the_answer_comes_the_way_it_was_wanted(
    asker: tuple[Client, User, Customer], wanted: str, channels: list[str]
) -> None:
    client, user, _ = asker
    User.objects.filter(pk=user.pk).update(phone="+4791234567")
    SmsGateway.objects.create(url="https://sms.example/", sender="Fjord")
    client.post(ASK, written(answer_by=wanted))
    actions.answer(enquiry=Enquiry.objects.get(), text="Because.", by=core.staff())
    told = Message.objects.filter(event__in=["enquiries.answered", "enquiries.wanted"])
    assert list(told.values_list("channel", flat=True)) == channels


def test_customer_service_leads_to_chat_and_another_portal_where_there_are_some(
    asker: tuple[Client, User, Customer], tenant: Tenant
) -> None:
    client, _, _ = asker
    page = client.get("/customer-service/").content.decode()
    assert "Chat with us" not in page
    desk = core.client_for(core.staff(language="en"), tenant=tenant)
    add = "/admin/forms_catalog/servicesettings/add/"
    assert "Enter a valid URL" in desk.post(add, {"chat_url": "javascript:alert(1)"}).content.decode()
    addresses = {"chat_url": "https://chat.example/", "portal_url": "https://min.example/"}
    desk.post(add, {**addresses, "strangers_kept_days": "365"})
    page = client.get("/customer-service/").content.decode()
    for address in ("https://chat.example/", "https://min.example/"):
        assert f'href="{address}"' in page


def test_what_should_have_been_a_call_wakes_the_duty_and_stands_first(
    asker: tuple[Client, User, Customer], tenant: Tenant
) -> None:
    client, _, _ = asker
    DutyContact.objects.create(name="Vakt", email="vakt@fjord.example")
    page = client.get(ASK).content.decode()
    for address in ("/outages/report/", "/outages/"):
        assert f'href="{address}"' in page
    form = written(topic=Topic.objects.get(slug="open-cabinet").pk)
    for _ in range(2):
        client.post(ASK, form)
    told = Message.objects.get(event="outages.duty")
    assert told.recipient == "vakt@fjord.example"
    assert f"/admin/forms_catalog/enquiry/{Enquiry.objects.get().pk}/change/" in told.body
    desk = core.client_for(core.staff(language="en"), tenant=tenant)
    assert "urgent ones among them" in desk.get("/admin/").content.decode()
    client.post(ASK, written())
    assert Message.objects.filter(event="outages.duty").count() == 1


@pytest.mark.parametrize(
    ("slug", "label", "wakes_the_duty"),
    [
        ("general", "General", False),
        ("power-cut", "Power cut", True),
        ("grid-rent", "Grid rent and invoice", False),
        ("inspection", "Inspection", False),
        ("open-cabinet", "Open cable cabinet", True),
        ("damaged-mast", "Damaged mast", True),
        ("transparency", "Transparency Act", False),
    ],
)
def test_each_topic_of_a_grid_company_is_chosen_and_followed(
    asker: tuple[Client, User, Customer], slug: str, label: str, wakes_the_duty: bool
) -> None:
    client, _, _ = asker
    DutyContact.objects.create(name="Vakt", email="vakt@fjord.example")
    assert label in client.get(ASK).content.decode()
    answer = client.post(ASK, written(topic=Topic.objects.get(slug=slug).pk), follow=True)
    assert f"{label}, number 1001" in answer.content.decode()
    assert Message.objects.filter(event="outages.duty").exists() == wakes_the_duty
