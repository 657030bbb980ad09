"""Changing an order before its deadline: the number stays, the revision counts, dispatch is told."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from orders.jobs import JobType, Service
from orders.models import Order, OrderLine, OrderRevision, Placement, Status, WasteType
from portal.audit.models import Entry
from portal.customers.models import Role
from portal.tenancy.models import Tenant
from portal.webhooks.models import WebhookDelivery, WebhookEndpoint
from tests import factories
from tests.orders import makers
from tests.orders.makers import FRIDAY, MONDAY, NOW


def page_of(order: Order) -> str:
    return reverse("orders:change_order", args=[order.number, 1])


def values(order: Order, **fields: Any) -> dict[str, Any]:
    defaults = {"revision": order.revision, "day": FRIDAY, "driver_note": "", "invoice_reference": ""}
    return {**defaults, **{name: value for name, value in fields.items() if value is not None}}


def test_an_order_is_changed_and_keeps_its_number(tenant: Tenant) -> None:
    site = makers.site()
    other = makers.waste_type("Gips", code="1615")
    order = makers.sent(site, driver_note="Port A")
    client = factories.client_for(site.person, tenant=tenant)
    page = client.get(page_of(order)).content.decode()
    assert ">\nPort A</textarea>" in page
    assert f'<option value="{site.unit.waste_type_id}" selected>' in page
    change = values(order, day=MONDAY, waste_type=other.pk, driver_note="Port B", contact_phone="912 34 567")
    answer = client.post(page_of(order), change)
    assert answer["location"] == reverse("orders:order", args=[order.number])
    job = OrderLine.objects.get()
    assert (job.order.number, job.order.revision) == (order.number, 2)
    assert (job.wanted_on, job.waste_code, job.driver_note, job.contact_phone) == (
        MONDAY, "1615", "Port B", "+4791234567",
    )  # fmt: skip
    # Monday's deadline is Friday at 14.00, an hour ahead of UTC.
    assert job.cancellable_until == datetime(2026, 11, 13, 13, tzinfo=UTC)


def test_the_waste_stays_as_it_was_ordered_unless_it_is_changed(tenant: Tenant) -> None:
    """The catalogue's new name, a withdrawn type and a new waste in the unit are none of this order's."""
    site = makers.site()
    order = makers.sent(site, driver_note="Port A")
    ordered = OrderLine.objects.get().waste_names
    WasteType.objects.update(names={"nb": "Brennbart avfall"}, is_active=False)
    client = factories.client_for(site.person, tenant=tenant)
    change = values(order, waste_type=site.unit.waste_type_id, driver_note="Port B")
    assert client.post(page_of(order), change).status_code == 302
    job = OrderLine.objects.get()
    assert (job.driver_note, job.waste_names) == ("Port B", ordered)
    assert OrderRevision.objects.get().after == {"driver_note": "Port B"}


def test_a_move_that_is_changed_keeps_its_waste(tenant: Tenant) -> None:
    site = makers.site()
    order = makers.sent(site, service=Service.RELOCATE, destination="Ved porten")
    before = OrderLine.objects.get().waste_code
    Placement.objects.update(waste_type=makers.waste_type("Gips", code="1615"))
    client = factories.client_for(site.person, tenant=tenant)
    client.post(page_of(order), values(order, destination="Ved kranen"))
    job = OrderLine.objects.get()
    assert (job.destination, job.waste_code) == ("Ved kranen", before)


def test_what_was_changed_is_kept_and_shown(tenant: Tenant) -> None:
    site = makers.site()
    order = makers.sent(site, invoice_reference="4417")
    client = factories.client_for(site.person, tenant=tenant)
    client.post(page_of(order), values(order, day=MONDAY, waste_type=site.unit.waste_type_id, invoice_reference="4418"))
    revision = OrderRevision.objects.get()
    assert (revision.number, revision.kind, revision.made_by, revision.on_behalf) == (2, "changed", site.person, False)
    assert revision.before == {"wanted_on": "2026-11-13", "invoice_reference": "4417"}
    assert revision.after == {"wanted_on": "2026-11-16", "invoice_reference": "4418"}
    page = client.get(reverse("orders:order", args=[order.number])).content.decode()
    assert "(revisjon 2)" in page
    assert "<del>4417</del> → <ins>4418</ins>" in page
    entry = Entry.objects.get(verb="orders.changed")
    assert (entry.by, entry.customer, entry.data["fields"]) == (
        site.person, site.customer, ["wanted_on", "invoice_reference"],
    )  # fmt: skip


def test_dispatch_is_told_and_plans_it_anew(tenant: Tenant) -> None:
    WebhookEndpoint.objects.create(url="https://dispatch.example/hook", events=["orders.changed"])
    site = makers.site()
    order = makers.sent(site)
    OrderLine.objects.update(status=Status.SCHEDULED)
    client = factories.client_for(site.person, tenant=tenant)
    client.post(page_of(order), values(order, day=MONDAY, waste_type=site.unit.waste_type_id))
    told = json.loads(WebhookDelivery.objects.get().body)
    assert told["event"] == "orders.changed"
    assert (told["data"]["number"], told["data"]["revision"]) == (order.number, 2)
    assert told["data"]["jobs"][0]["wanted_on"] == "2026-11-16"
    assert OrderLine.objects.get().status == Status.RECEIVED


def test_saving_without_a_change_changes_nothing(tenant: Tenant) -> None:
    site = makers.site()
    order = makers.sent(site)
    client = factories.client_for(site.person, tenant=tenant)
    client.post(page_of(order), values(order, waste_type=site.unit.waste_type_id))
    order.refresh_from_db()
    assert (order.revision, OrderRevision.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("status", "hours", "words"),
    [
        (Status.RECEIVED, 5, "Fristen var i dag kl.\xa014.00."),
        (Status.ON_THE_WAY, 0, "Bilen er på vei"),
        (Status.DONE, 0, "Oppdraget er avsluttet"),
        (Status.CANCELLED, 0, "Oppdraget er allerede avbestilt."),
    ],
)
def test_too_late_is_said_with_the_reason(tenant: Tenant, status: Status, hours: int, words: str) -> None:
    site = makers.site()
    order = makers.sent(site)
    OrderLine.objects.update(status=status)
    client = factories.client_for(site.person, tenant=tenant)
    with time_machine.travel(NOW + timedelta(hours=hours), tick=False):
        for name in ("orders:change_order", "orders:cancel"):
            answer = client.post(reverse(name, args=[order.number, 1]), values(order, day=MONDAY), follow=True)
            assert words in answer.content.decode()
    order.refresh_from_db()
    assert (order.revision, OrderLine.objects.get().status) == (1, status)


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(tenant: Tenant) -> None:
    site = makers.site()
    order = makers.sent(site)
    client = factories.client_for(site.person, tenant=tenant)
    change = values(order, waste_type=site.unit.waste_type_id)
    client.post(page_of(order), change | {"driver_note": "First"})
    answer = client.post(page_of(order), change | {"driver_note": "Second"}, follow=True)
    assert "Ordren ble endret i et annet vindu." in answer.content.decode()
    assert OrderLine.objects.get().driver_note == "First"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"day": "2026-11-14"}, "kjører vi ikke"),
        ({"day": "2026-11-11"}, "har vært"),
        ({"waste_type": "0"}, "Den avfallstypen kan ikke lenger bestilles."),
        ({"driver_note": "x" * 10_000}, "Skriv høyst 1000 tegn."),
        ({"contact_phone": "123"}, "Skriv et telefonnummer"),
    ],
)
def test_a_change_that_cannot_be_is_explained(tenant: Tenant, fields: dict[str, str], words: str) -> None:
    site = makers.site()
    order = makers.sent(site)
    client = factories.client_for(site.person, tenant=tenant)
    answer = client.post(page_of(order), values(order, waste_type=site.unit.waste_type_id) | fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not OrderRevision.objects.exists()


def test_the_date_it_has_need_not_be_possible_any_more(tenant: Tenant) -> None:
    """Rules that were changed after the order do not stop a change of something else."""
    site = makers.site()
    order = makers.sent(site)
    OrderLine.objects.update(wanted_on=NOW.date())
    client = factories.client_for(site.person, tenant=tenant)
    change = values(order, day="other", other_day="12.11.2026", waste_type=site.unit.waste_type_id, driver_note="x")
    assert client.post(page_of(order), change).status_code == 302
    assert OrderLine.objects.get().driver_note == "x"


def test_a_new_unit_and_a_move_can_be_changed_too(tenant: Tenant) -> None:
    site = makers.site()
    kind = {"service": Service.DELIVER, "equipment_type": site.unit.equipment_type, "location": site.location}
    makers.line(site, service=Service.RELOCATE, destination="Here")
    makers.line(site, placement=None, **kind)
    order = makers.sent(site)
    client = factories.client_for(site.person, tenant=tenant)
    jobs = {job.job_type: job for job in order.lines.all()}
    for job_type, fields in (
        (JobType.DELIVERY, {"quantity": 3, "waste_type": site.unit.waste_type_id}),
        (JobType.RELOCATE, {"destination": "There"}),
    ):
        order.refresh_from_db()
        page = reverse("orders:change_order", args=[order.number, jobs[job_type].position])
        assert client.get(page).status_code == 200
        assert client.post(page, values(order, **fields)).status_code == 302
    assert OrderLine.objects.get(job_type=JobType.DELIVERY).quantity == 3
    assert OrderLine.objects.get(job_type=JobType.RELOCATE).destination == "There"
    order.refresh_from_db()
    assert order.revision == 3


@pytest.mark.parametrize("name", ["orders:change_order", "orders:cancel"])
def test_anothers_order_is_not_found_and_a_reader_may_not(tenant: Tenant, name: str) -> None:
    theirs, mine, reads = makers.site(), makers.site(), makers.site(Role.READER)
    order, read = makers.sent(theirs), makers.past_order(reads, MONDAY).order
    client = factories.client_for(mine.person, tenant=tenant)
    reader = factories.client_for(reads.person, tenant=tenant)
    assert client.get(reverse(name, args=[order.number, 1])).status_code == 404
    assert client.post(reverse(name, args=[order.number, 1])).status_code == 404
    assert reader.post(reverse(name, args=[read.number, 1])).status_code == 403


def test_who_ordered_jobs_with_different_deadlines_is_told_the_next_one(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    first = makers.past_order(site, FRIDAY, cancellable_until=NOW + timedelta(hours=2))
    page = reverse("orders:confirmation", args=[first.order.number])
    alone = client.get(page)
    assert (alone.context["can_change"], alone.context["has_several_deadlines"]) == (True, False)
    first.pk, first.position, first.cancellable_until = None, 2, NOW - timedelta(hours=1)
    first._state.adding = True
    first.save()
    both = client.get(page)
    assert (both.context["can_change"], both.context["has_several_deadlines"]) == (True, True)
    assert both.context["deadline"] == NOW + timedelta(hours=2)


def test_what_was_cancelled_is_not_asked_about_and_the_unit_is_named(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    job = makers.past_order(site, FRIDAY, cancellable_until=NOW + timedelta(hours=2), unit_number="7731")
    where = [job.order.number, job.position]
    assert "7731" in client.get(reverse("orders:cancel", args=where)).content.decode()
    report = reverse("orders:report", args=where)
    OrderLine.objects.filter(pk=job.pk).update(status=Status.DONE)
    assert report in client.get(reverse("orders:order", args=where[:1])).content.decode()
    OrderLine.objects.filter(pk=job.pk).update(status=Status.CANCELLED)
    assert report not in client.get(reverse("orders:order", args=where[:1])).content.decode()
