"""Changes are told to staff in words, and paper carries dates."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from orders.actions import change_job
from orders.admin import slips
from orders.models import OrderLine
from tests.orders import makers
from tests.orders.makers import FRIDAY, MONDAY

LIST = "/admin/orders/orderline/"


def changed_job(site: makers.Site, *, on_behalf: bool = False) -> OrderLine:
    job = makers.sent(site, wanted_on=FRIDAY, driver_note="Port A").lines.get()
    wish = makers.wish(site.unit, wanted_on=MONDAY, driver_note="Port B")
    return change_job(job=job, by=site.person, wish=wish, revision=1, on_behalf=on_behalf)


def test_a_change_is_told_in_words(staff: Client) -> None:
    job = changed_job(makers.site())
    pages = [
        staff.get(reverse("admin:orders_order_change", args=[job.order_id])).content.decode(),
        staff.get(reverse("admin:orders_orderline_change", args=[job.pk])).content.decode(),
    ]
    for page in pages:
        assert "<del>Port A</del> → <ins>Port B</ins>" in page
        assert "<del>Fre. 13.\xa0nov.</del> → <ins>Man. 16.\xa0nov.</ins>" in page
        assert "&quot;driver_note&quot;" not in page
        assert "{'driver_note'" not in page


def test_a_job_s_number_and_a_phone_are_in_groups_as_pages_have_them(staff: Client) -> None:
    job = makers.sent(makers.site(), contact_phone="+4791234567").lines.get()
    shown = f"{job.order.number_text}-1"
    page = staff.get(reverse("admin:orders_orderline_change", args=[job.pk])).content.decode()
    assert f"<h1>{job.title}, {shown}</h1>" in page
    assert "912\xa034\xa0567" in page
    assert "+4791234567" not in page
    assert shown in staff.get(LIST).content.decode()


def test_the_queue_marks_what_the_customer_changed(staff: Client) -> None:
    changed_job(makers.site())
    assert "Endret av kunden i dag kl.\xa009.12" in staff.get(LIST).content.decode()


def test_what_staff_changed_themselves_is_not_marked(staff: Client) -> None:
    changed_job(makers.site(), on_behalf=True)
    assert "Endret av kunden" not in staff.get(LIST).content.decode()


def test_more_slips_than_a_part_holds_come_in_parts(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slips, "MOST_SLIPS", 2)
    site = makers.site()
    for days in range(3):
        makers.past_order(site, MONDAY + timedelta(days=days))
    page = staff.get(f"{LIST}slips.pdf", {"status__exact": "received"})
    assert [(part["first"], part["last"]) for part in page.context["parts"]] == [(1, 2), (3, 3)]
    last = staff.get(page.context["parts"][1]["url"])
    assert last["Content-Type"] == "application/pdf"
    assert "2026-11-18-2.pdf" in last["Content-Disposition"]
    # All on all pages of the list are the list's own.
    jobs = OrderLine.objects.values_list("pk", flat=True)
    chosen = staff.post(f"{LIST}?status__exact=received", {"action": "slips", "_selected_action": list(jobs)})
    assert chosen["Location"] == f"{LIST}slips.pdf?status__exact=received"


def test_a_part_that_is_not_there_is_the_list_of_parts(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slips, "MOST_SLIPS", 1)
    site = makers.site()
    for days in range(2):
        makers.past_order(site, MONDAY + timedelta(days=days))
    for part in ("0", "3", "99999999999", "²", "x"):
        assert "parts" in staff.get(f"{LIST}slips.pdf", {"part": part}).context
