"""A colleague makes a form in admin without help: puts it together, looks at it, publishes, changes and retires it."""

import pytest
from django.test import Client

from forms_catalog.models import Enquiry, FormField, FormVersion, ServiceForm
from portal.accounts.models import StaffRole
from portal.audit.models import Entry
from portal.customers.models import Role
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.forms_catalog import makers
from tests.forms_catalog.makers import at

ADD = "/admin/forms_catalog/serviceform/add/"
LIST = "/admin/forms_catalog/serviceform/"


@pytest.fixture
def desk(tenant: Tenant) -> Client:
    return core.client_for(core.staff(language="en"), tenant=tenant)


@pytest.fixture
def customer(tenant: Tenant) -> Client:
    user, firm = core.user(language="en"), core.customer()
    core.membership(user, firm, Role.OWNER)
    return core.client_for(user, tenant=tenant)


def question(number: int, label: str, kind: str = "text", **more: str) -> dict[str, str]:
    own = {"order": str(number * 10 + 10), "kind": kind, "label_nb": label, "label_en": f"{label} (en)", **more}
    return {f"fields-{number}-{name}": value for name, value in {"is_required": "on", **own}.items()}


def written(*questions: dict[str, str], **changes: str) -> dict[str, str]:
    lines = {name: value for one in questions for name, value in one.items()}
    total = {"fields-TOTAL_FORMS": str(len(questions)), "fields-INITIAL_FORMS": "0"}
    form = {"title_nb": "Strø veien", "title_en": "Grit the road", "slug": "grit", "order": "5", **total, **lines}
    return {**form, **changes}


def test_a_ninth_form_in_one_go(desk: Client, customer: Client) -> None:
    data = written(
        question(0, "Vei", "address"),
        question(1, "Haster det?", "yes_no"),
        question(2, "Hvorfor?", "long_text", show_if="haster_det = ja"),
        question(3, "Når", "choice", choices="today: I dag | I dag | Today\nlater: Senere"),
        recipients="road@fjord.example, ops@fjord.example",
        publish_it="on",
    )
    page = desk.post(ADD, data, follow=True).content.decode()
    assert "is published, version 1." in page
    assert "Some of its texts are missing in Nynorsk" in page
    made = ServiceForm.objects.get()
    assert made.recipients == ["road@fjord.example", "ops@fjord.example"]
    assert list(made.fields.values_list("name", flat=True)) == ["vei", "haster_det", "hvorfor", "nar"]
    assert "Grit the road" in customer.get("/contact/forms/").content.decode()
    assert customer.post(at("grit"), {"vei": "x", "haster_det": "yes", "nar": "today"}).status_code == 422
    assert customer.post(at("grit"), {"vei": "x", "haster_det": "no", "nar": "today"}).status_code == 302


def test_what_is_not_published_is_seen_by_staff_alone(desk: Client, customer: Client) -> None:
    desk.post(ADD, written(question(0, "Vei")))
    made = ServiceForm.objects.get()
    assert "Grit the road" not in customer.get("/contact/forms/").content.decode()
    assert customer.get(at("grit")).status_code == 404
    preview = f"{LIST}{made.pk}/preview/"
    assert "Vei (en)" in desk.get(f"{preview}?language=en").content.decode()
    assert "Strø veien" in desk.get(f"{preview}?language=nb").content.decode()
    assert customer.get(preview).status_code == 403


def test_a_form_that_cannot_work_is_kept_but_not_published(desk: Client) -> None:
    data = written(question(0, "Vei", show_if="nothing = yes"), publish_it="on")
    page = desk.post(ADD, data, follow=True).content.decode()
    assert "is kept, but not published" in page
    assert "which is not asked before it" in page
    made = ServiceForm.objects.get()
    assert (made.state, FormVersion.objects.exists()) == ("draft", False)
    assert "It cannot be published yet" in desk.get(f"{LIST}{made.pk}/preview/").content.decode()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({"show_if": "is it so"}, "is not understood"),
        ({"kind": "choice", "choices": "one: Ett"}, "at least two"),
        ({"kind": "choice", "choices": "| only one"}, "is not understood"),
        ({"kind": "choice", "choices": "only words"}, "at least two"),
        ({"kind": "choice", "choices": "a: b | c | d | e"}, "three languages"),
        ({"name": "Not a name"}, "Small letters"),
        ({"kind": "spell"}, "Choose one of the options"),
    ],
)
def test_what_is_mistyped_is_said_at_the_line(desk: Client, line: dict[str, str], words: str) -> None:
    answer = desk.post(ADD, written(question(0, "Vei", **line)))
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not ServiceForm.objects.exists()


def test_two_questions_of_one_name_are_refused(desk: Client) -> None:
    answer = desk.post(ADD, written(question(0, "Vei"), question(1, "Vei")))
    assert "Another question has this short name." in answer.content.decode()


def test_a_change_is_seen_when_it_is_published(desk: Client, customer: Client) -> None:
    made = makers.form(makers.spec("a"))
    url = f"{LIST}{made.pk}/change/"
    field = FormField.objects.get()
    data = written(question(0, "Ny tekst", id=str(field.pk), form=str(made.pk), name="a"))
    data |= {"fields-INITIAL_FORMS": "1"}
    desk.post(url, data)
    assert "There are changes that customers do not see yet." in desk.get(url).content.decode()
    assert "Ny tekst" not in customer.get(at()).content.decode()
    desk.post(url, {**data, "publish_it": "on"})
    assert "Ny tekst" in customer.get(at()).content.decode()
    made.refresh_from_db()
    assert (made.published_number, made.slug) == (2, "trees")


def test_publishing_what_is_unchanged_makes_no_version(desk: Client) -> None:
    made = makers.trees()
    desk.post(LIST, {"action": "publish", "_selected_action": [made.pk], "confirmed": "yes"})
    assert FormVersion.objects.count() == 1


def test_retiring_asks_first(desk: Client, customer: Client) -> None:
    made = makers.trees()
    data = {"action": "retire", "_selected_action": [made.pk]}
    assert "cannot fill them in any more" in desk.post(LIST, data).content.decode()
    assert customer.get(at()).status_code == 200
    desk.post(LIST, {**data, "confirmed": "1"})
    gone = customer.get(at())
    assert (gone.status_code, "no longer in use" in gone.content.decode()) == (410, True)
    desk.post(LIST, {"action": "publish", "_selected_action": [made.pk], "confirmed": "yes"})
    assert customer.get(at()).status_code == 200


def test_script_in_what_staff_write_does_not_run_in_admin_either(desk: Client) -> None:
    desk.post(
        ADD, written(question(0, "<script>alert(1)</script>"), title_nb="<script>alert(2)</script>", publish_it="on")
    )
    made = ServiceForm.objects.get()
    for path in (LIST, f"{LIST}{made.pk}/change/", f"{LIST}{made.pk}/preview/", "/admin/forms_catalog/formversion/"):
        assert "<script>alert" not in desk.get(path).content.decode()


def test_a_question_whose_words_are_a_name_of_the_page_is_asked_all_the_same(desk: Client, customer: Client) -> None:
    desk.post(ADD, written(question(0, "Lines"), question(1, "Title"), publish_it="on"))
    assert list(FormField.objects.values_list("name", flat=True)) == ["lines_1", "title_1"]
    page = customer.get(at("grit")).content.decode()
    assert "Lines (en)" in page
    assert customer.post(at("grit"), {"lines_1": "x", "title_1": "y"}).status_code == 302


def test_choices_are_written_as_people_write_them_and_read_back_so(desk: Client, customer: Client) -> None:
    lines = "Ja takk\n1-3 dager\nlater: Senere | Seinare | Later"
    desk.post(ADD, written(question(0, "Når", "choice", choices=lines), slug="", publish_it="on"))
    made, field = ServiceForm.objects.get(), FormField.objects.get()
    assert made.slug == "stro-veien"
    assert [value for value, _ in field.choices] == ["ja_takk", "1_3_dager", "later"]
    formset = desk.get(f"{LIST}{made.pk}/change/").context["inline_admin_formsets"][0].formset
    assert formset.forms[0].fields["choices"].prepare_value(field.choices) == lines
    assert customer.post(at("stro-veien"), {"nar": "1_3_dager"}).status_code == 302


def test_a_question_added_later_stands_last(desk: Client) -> None:
    made = makers.trees()
    formset = desk.get(f"{LIST}{made.pk}/change/").context["inline_admin_formsets"][0].formset
    last = max(FormField.objects.values_list("order", flat=True))
    assert formset.empty_form["order"].value() > last


def test_what_is_wrong_names_the_question_in_its_words(desk: Client) -> None:
    data = written(question(0, "Hvilken vei?", show_if="nothing = yes"), publish_it="on")
    assert "“Hvilken vei?”: It depends on" in desk.post(ADD, data, follow=True).content.decode()


def test_the_ninth_form_is_sent_to_its_receipt(desk: Client, customer: Client) -> None:
    data = written(
        question(0, "Vei"), question(1, "Haster det?", "yes_no"), urgent_if="haster_det = ja", publish_it="on"
    )
    desk.post(ADD, data)
    customer.post(at("grit"), {"vei": "Bygata", "haster_det": "yes"})
    draft = customer.get(at("grit", "check/")).context["draft"]
    sent = {"submission_key": draft.submission_key, "revision": draft.revision}
    receipt = customer.post(at("grit", "check/"), sent, follow=True).content.decode()
    assert "Sent: Grit the road" in receipt
    assert Enquiry.objects.get().is_urgent


def test_what_makes_a_form_urgent_must_be_asked(desk: Client) -> None:
    page = desk.post(ADD, written(question(0, "Vei"), urgent_if="nothing = yes", publish_it="on"), follow=True)
    assert "is kept, but not published" in page.content.decode()
    assert "is not understood" in desk.post(ADD, written(question(0, "Vei"), urgent_if="what")).content.decode()


def test_addresses_that_stay_are_no_change_and_what_is_none_is_named(desk: Client) -> None:
    desk.post(ADD, written(question(0, "Vei"), recipients="road@fjord.example, ops@fjord.example"))
    made = ServiceForm.objects.get()
    page = f"{LIST}{made.pk}/change/"
    shown = desk.get(page).context["adminform"].form["recipients"].value()
    again = written(question(0, "Vei", name="vei"), recipients=shown)
    again |= {"fields-INITIAL_FORMS": "1", "fields-0-id": str(made.fields.get().pk)}
    assert desk.post(page, {**again, "recipients": "road"}).context["adminform"].form.errors.keys() == {"recipients"}
    assert "“road” cannot be used." in desk.post(page, {**again, "recipients": "road"}).content.decode()
    assert desk.post(page, {**again, "order": "6"}).status_code == 302
    changes = Entry.objects.filter(verb="admin.changed", object_id=made.pk).latest("pk").data["changes"]
    assert changes == [{"changed": {"fields": ["Order"]}}]


def test_the_preview_is_refused_to_those_who_may_not_see_the_form(desk: Client, tenant: Tenant) -> None:
    desk.post(ADD, written(question(0, "Vei")))
    agent = core.client_for(core.staff(StaffRole.AGENT), tenant=tenant)
    assert agent.get(f"{LIST}{ServiceForm.objects.get().pk}/preview/").status_code == 403
    assert agent.get(f"{LIST}0/preview/").status_code == 404
