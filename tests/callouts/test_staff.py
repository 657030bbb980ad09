"""What staff see and may change in admin."""

import pytest
from django.test import Client

from callouts import actions
from callouts.models import CallOff, CallOffSettings, WasteFraction
from callouts.queries import find_fractions
from callouts.rules import status
from portal.audit.models import Entry
from tests.callouts import makers
from tests.callouts.conftest import Desk

LIST = "/admin/callouts/calloff/"


def test_new_call_offs_wait_on_the_front_page_and_drafts_do_not(desk: Desk, staff: Client) -> None:
    sent, draft = makers.submitted(desk.customer, desk.user), makers.draft(desk.customer, desk.user)
    front = staff.get("/admin/")
    assert [queue.count for queue in front.context["work_queues"] if str(queue.label) == "Nye avrop"] == [1]
    assert sent.shown_number in staff.get(LIST).content.decode()
    assert staff.get(f"{LIST}{draft.pk}/change/").status_code == 404
    assert staff.get(f"{LIST}{'9' * 5000}/change/").status_code == 404


def change(staff: Client, call_off: CallOff, new: str, **more: str) -> int:
    return staff.post(f"{LIST}{call_off.pk}/status/", {"status": new, "reason": "", **more}).status_code


def test_staff_move_the_status_on_and_nothing_else(desk: Desk, staff: Client) -> None:
    sent = makers.submitted(desk.customer, desk.user)
    more = {"contact_name": "Changed", "lines-0-quantity": "1", "reason": "On Monday"}
    assert change(staff, sent, status.PLANNED, **more) == 302
    sent.refresh_from_db()
    assert (sent.status, sent.status_reason, sent.contact_name) == (status.PLANNED, "On Monday", "Tor-Egil Bringsværd")
    assert sent.lines.get().quantity == 1600
    assert Entry.objects.get(verb="callouts.status_changed").data["to"] == status.PLANNED


def test_a_status_that_may_not_follow_is_refused(desk: Desk, staff: Client) -> None:
    sent = makers.submitted(desk.customer, desk.user)
    assert change(staff, sent, status.DRAFT) == 422
    assert change(staff, sent, status.CANCELLED, reason="Sent in twice") == 302
    assert change(staff, sent, status.COLLECTED) == 422


@pytest.mark.parametrize("refusal", [status.REJECTED, status.CANCELLED])
def test_what_is_not_carried_out_is_explained(desk: Desk, staff: Client, refusal: str) -> None:
    sent = makers.submitted(desk.customer, desk.user)
    assert change(staff, sent, refusal) == 422
    assert change(staff, sent, refusal, reason="Leaks") == 302


def test_a_page_that_is_out_of_date_changes_nothing(desk: Desk, staff: Client) -> None:
    sent = makers.submitted(desk.customer, desk.user)
    assert change(staff, sent, status.PLANNED, seen=status.RECEIVED) == 302
    assert change(staff, sent, status.RECEIVED, seen=status.RECEIVED) == 422
    sent.refresh_from_db()
    assert sent.status == status.PLANNED


def test_whoever_waits_longest_stands_first_where_the_front_page_leads(desk: Desk, staff: Client) -> None:
    first, second = makers.submitted(desk.customer, desk.user), makers.submitted(desk.customer, desk.user)
    front = staff.get("/admin/")
    [queue] = [queue for queue in front.context["work_queues"] if str(queue.label) == "Nye avrop"]
    assert list(staff.get(queue.url).context["cl"].result_list) == [first, second]
    assert list(staff.get(LIST).context["cl"].result_list) == [second, first]


def test_several_are_planned_at_once_after_asking(desk: Desk, staff: Client) -> None:
    first, second = makers.submitted(desk.customer, desk.user), makers.submitted(desk.customer, desk.user)
    actions.change_status(call_off=second, new=status.COLLECTED, by=desk.user)
    chosen = {"action": "plan", "_selected_action": [first.pk, second.pk]}
    assert "A-20001" in staff.post(LIST, chosen).content.decode()
    assert CallOff.objects.get(pk=first.pk).status == status.RECEIVED
    staff.post(LIST, {**chosen, "confirmed": "yes"})
    assert [call_off.status for call_off in CallOff.objects.order_by("pk")] == [status.PLANNED, status.COLLECTED]


def test_the_page_shows_everything_and_writes_down_who_looked(desk: Desk, staff: Client) -> None:
    sent = makers.submitted(desk.customer, desk.user, note="Ring ved ankomst", un_number="1993")
    page = staff.get(f"{LIST}{sent.pk}/change/").content.decode()
    for shown in ("Nordvåg Industri, avd. verft", "123.456.789", "1993", "Ring ved ankomst", "AO-77140", "912 34 567"):
        assert shown in page.replace("\xa0", " "), shown
    assert Entry.objects.filter(verb="callouts.read", customer=desk.customer).count() == 1
    assert staff.get(f"{LIST}{sent.pk}/pdf/").content.startswith(b"%PDF")


def test_the_list_finds_by_number_customer_waste_and_kind(desk: Desk, staff: Client) -> None:
    sent = makers.submitted(desk.customer, desk.user)
    for query in (f"q={sent.shown_number}", "q=nordvåg", "q=spillolje", "waste=hazardous", "transport__exact=by_us"):
        assert sent.shown_number in staff.get(f"{LIST}?{query}").content.decode(), query
    for query in ("q=A-1", "waste=ours", "waste=radioactive", "q=%"):
        assert sent.shown_number not in staff.get(f"{LIST}?{query}").content.decode(), query


def test_the_stock_form_of_the_admin_writes_nothing(desk: Desk, staff: Client) -> None:
    sent = makers.submitted(desk.customer, desk.user)
    data = {"status": status.PLANNED, "contact_name": "Changed", "invoice_reference": "x"}
    assert staff.post(f"{LIST}{sent.pk}/change/", data).status_code == 405
    # Nor does the list: nothing there can be edited in its place.
    staff.post(LIST, {"form-TOTAL_FORMS": 1, "form-0-id": sent.pk, "form-0-status": status.PLANNED, "_save": "1"})
    now = CallOff.objects.get(pk=sent.pk)
    assert (now.status, now.contact_name) == (status.RECEIVED, sent.contact_name)


def test_a_call_off_cannot_be_deleted_or_added(desk: Desk, staff: Client) -> None:
    sent = makers.submitted(desk.customer, desk.user)
    assert staff.post(f"{LIST}{sent.pk}/delete/", {"post": "yes"}).status_code == 403
    assert staff.get(f"{LIST}add/").status_code == 403


def test_a_changed_fraction_is_found_by_its_new_words(desk: Desk, staff: Client) -> None:
    fraction = makers.fraction()
    data = {"article_no": "701201", "name": "Spillolje", "search_words": "kvernolje", "ewc_code": "130205"}
    data |= {
        "service": "waste",
        "declaration": "by_kind",
        "allowed_units": "KGM",
        "is_active": "on",
        "is_hazardous": "on",
        "ns_group": "",
        "waste_substance_no": "",
    }
    assert staff.post(f"/admin/callouts/wastefraction/{fraction.pk}/change/", data).status_code == 302
    assert WasteFraction.objects.get(pk=fraction.pk) in find_fractions("kvernolje", None).shown


@pytest.mark.parametrize(
    ("digits", "said"), [("ewc_code", "Skriv seks sifre"), ("un_number", "Et UN-nummer har fire sifre")]
)
def test_codes_have_only_our_own_digits(desk: Desk, staff: Client, digits: str, said: str) -> None:
    fraction = makers.fraction()
    data = {"article_no": "701201", "name": "Spillolje", "service": "waste", "declaration": "by_kind"}
    typed = data | {digits: {"ewc_code": "١٣٠٢٠٥", "un_number": "١٢٦٣"}[digits]}
    page = staff.post(f"/admin/callouts/wastefraction/{fraction.pk}/change/", typed)
    assert said in page.content.decode()


def test_every_list_opens(desk: Desk, staff: Client) -> None:
    names = ("calloff", "wastefraction", "wasteproducer", "unit", "packagetype", "ewccode", "calloffsettings")
    for name in (*names, "declarationauthorization", "fractionrequest", "loadcarrier"):
        # A single row of settings leads on to itself.
        assert staff.get(f"/admin/callouts/{name}/", follow=True).status_code == 200, name
        assert staff.get(f"/admin/callouts/{name}/?q=a", follow=True).status_code == 200, name


def test_staff_read_their_own_language_where_nothing_is_written_yet(desk: Desk, staff: Client) -> None:
    page = staff.get("/admin/callouts/calloffsettings/add/").content.decode()
    assert "<h1>Innstillinger for avrop</h1>" in page
    producer = desk.customer.waste_producers.get()
    page = staff.get(f"/admin/callouts/wasteproducer/{producer.pk}/change/").content.decode()
    assert "Registrert av:" in page
    assert "Registered by" not in page


def test_units_packages_and_services_are_ticked_by_their_names(desk: Desk, staff: Client) -> None:
    fraction = makers.fraction()
    WasteFraction.objects.filter(pk=fraction.pk).update(allowed_units=["OLD"])
    form = staff.get(f"/admin/callouts/wastefraction/{fraction.pk}/change/").context["adminform"].form
    names = dict(form.fields["allowed_units"].choices)
    assert (names["KGM"], names["OLD"]) == ("kg", "OLD")
    settings = "/admin/callouts/calloffsettings/add/"
    data = {"services": ["waste", "rental"], "shortest_declaration_no": 5, "longest_declaration_no": 15}
    assert staff.post(settings, data | {"services": ["nonsense"]}).status_code == 200
    assert staff.post(settings, data).status_code == 302
    assert CallOffSettings.current().services == ["waste", "rental"]
