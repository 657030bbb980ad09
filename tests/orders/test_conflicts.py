"""Jobs that contradict each other: a unit that leaves cannot be emptied afterwards, and twice is perhaps a slip."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from orders.actions import CannotChange, CannotSend, change_job, send_basket
from orders.jobs import Service
from orders.models import BasketLine, Order, OrderLine, Placement
from orders.rules.conflicts import Booked, Schedule
from portal.tenancy.models import Tenant
from tests import factories
from tests.orders import makers
from tests.orders.makers import FRIDAY, MONDAY
from tests.orders.pages import post_job, send

TUESDAY = MONDAY + timedelta(days=1)
EMPTY, COLLECT, RELOCATE = Service.EMPTY, Service.COLLECT, Service.RELOCATE


@pytest.mark.parametrize(
    ("service", "day", "other"),
    [
        (EMPTY, FRIDAY, None),
        (EMPTY, MONDAY, COLLECT),
        (EMPTY, TUESDAY, COLLECT),
        (RELOCATE, TUESDAY, COLLECT),
        (COLLECT, TUESDAY, COLLECT),
        (COLLECT, FRIDAY, COLLECT),
    ],
)
def test_nothing_is_done_from_the_day_a_unit_is_collected(service: Service, day: date, other: Service | None) -> None:
    found = Schedule([Booked(COLLECT, MONDAY)]).contradiction(service, day)
    assert (found.service if found else None) == other


def test_a_unit_is_not_collected_while_something_is_to_be_done_with_it() -> None:
    schedule = Schedule([Booked(EMPTY, MONDAY)])
    assert not schedule.can_be(COLLECT, FRIDAY)
    assert not schedule.can_be(COLLECT, MONDAY)
    assert schedule.can_be(COLLECT, TUESDAY)


def test_the_same_job_in_the_basket_is_no_contradiction_of_itself() -> None:
    schedule = Schedule([Booked(COLLECT, MONDAY, in_basket=True)])
    assert schedule.can_be(COLLECT, MONDAY)
    assert not schedule.can_be(EMPTY, MONDAY)


def test_a_day_without_anything_else_is_chosen_first() -> None:
    on_a_round = Schedule([Booked(EMPTY, MONDAY)], route_weekday=FRIDAY.weekday())
    days = [FRIDAY, MONDAY, TUESDAY]
    assert on_a_round.first_free(EMPTY, days) == TUESDAY
    assert on_a_round.first_free(RELOCATE, days) == FRIDAY
    assert Schedule([Booked(COLLECT, FRIDAY)]).first_free(EMPTY, days) is None
    assert Schedule(leaves_on=MONDAY).first_free(EMPTY, days) == FRIDAY


def test_a_job_after_a_booked_collecting_is_refused_in_the_form(tenant: Tenant) -> None:
    site = makers.site(number="C-2231")
    makers.sent(site, service=COLLECT, wanted_on=MONDAY)
    client = factories.client_for(site.person, tenant=tenant)
    answer = post_job(client, site, day=TUESDAY)
    assert answer.status_code == 422
    assert "C-2231 skal hentes mandag 16.\xa0november." in answer.content.decode()
    assert not BasketLine.objects.exists()
    # Before it leaves there is one day, which is offered and chosen.
    form = answer.context["form"]
    assert form.offered_days == [FRIDAY]
    assert post_job(client, site, day=FRIDAY).status_code == 302


def test_a_second_emptying_is_said_in_the_form_after_adding_and_in_the_basket(tenant: Tenant) -> None:
    site = makers.site()
    makers.sent(site, wanted_on=MONDAY)
    client = factories.client_for(site.person, tenant=tenant)
    page = client.get(reverse("orders:location", args=[site.location.pk]), {"unit": site.unit.number, "job": "empty"})
    said = "Tømming er alt bestilt mandag 16.\xa0november."
    assert said in page.content.decode()
    assert said in post_job(client, site, day=MONDAY, follow=True).content.decode()
    assert said in client.get(reverse("orders:basket")).content.decode()
    # It may be meant: it can be sent.
    send(client)
    assert OrderLine.objects.filter(wanted_on=MONDAY).count() == 2


def test_the_day_of_the_fixed_round_is_not_the_one_that_is_chosen(tenant: Tenant) -> None:
    site = makers.site(is_periodic=True, route_weekday=FRIDAY.weekday())
    client = factories.client_for(site.person, tenant=tenant)
    page = client.get(reverse("orders:location", args=[site.location.pk]), {"unit": site.unit.number, "job": "empty"})
    assert page.context["form"]["day"].value() == MONDAY.isoformat()
    assert "Fredag 13.\xa0november tømmes enheten på fast rute" in page.content.decode()


def test_a_double_click_on_collecting_is_one_line(tenant: Tenant) -> None:
    site = makers.site()
    client = factories.client_for(site.person, tenant=tenant)
    for _ in range(2):
        assert post_job(client, site, job="collect").status_code == 302
    assert BasketLine.objects.count() == 1


def test_contradictions_within_a_basket_are_named_at_both_jobs(tenant: Tenant) -> None:
    site = makers.site()
    makers.line(site, wanted_on=TUESDAY)
    makers.line(site, service=COLLECT, wanted_on=MONDAY)
    client = factories.client_for(site.person, tenant=tenant)
    lines = client.get(reverse("orders:basket")).context["lines"]
    assert [type(line.problem).__name__ for line in lines] == ["CollectedBefore", "NeededLater"]


def test_what_a_colleague_sent_meanwhile_is_seen_when_sending(tenant: Tenant) -> None:
    site = makers.site()
    makers.line(site, wanted_on=TUESDAY)
    colleague = factories.user()
    factories.membership(colleague, site.customer)
    makers.sent(makers.Site(colleague, site.customer, site.location, site.unit), service=COLLECT, wanted_on=MONDAY)
    with pytest.raises(CannotSend) as refused:
        send_basket(customer=site.customer, by=site.person, submission_key=makers.key(site))
    assert [type(problem).__name__ for problem in refused.value.problems] == ["CollectedBefore"]
    assert Order.objects.count() == 1


def test_an_order_is_not_changed_to_a_day_after_the_unit_has_left(tenant: Tenant) -> None:
    site = makers.site()
    job = makers.sent(site, wanted_on=FRIDAY).lines.get()
    makers.sent(site, service=COLLECT, wanted_on=MONDAY)
    wish = makers.wish(site.unit, wanted_on=TUESDAY)
    with pytest.raises(CannotChange):
        change_job(job=job, by=site.person, wish=wish, revision=1)
    client = factories.client_for(site.person, tenant=tenant)
    page = client.get(reverse("orders:change_order", args=[job.order.number, 1]))
    assert page.context["form"].offered_days == [FRIDAY]


def test_a_unit_that_is_to_leave_stands_there_until_that_day(tenant: Tenant) -> None:
    site = makers.site()
    Placement.objects.update(removed_on=MONDAY)
    client = factories.client_for(site.person, tenant=tenant)
    page = client.get(reverse("orders:location", args=[site.location.pk]))
    assert [card.placement for card in page.context["units"]] == [site.unit]
    assert post_job(client, site, day=FRIDAY).status_code == 302
    late = post_job(client, site, day=MONDAY)
    assert late.status_code == 422
    assert "forlater adressen mandag 16." in late.content.decode()


def test_ordering_again_takes_a_day_on_which_nothing_else_happens(tenant: Tenant) -> None:
    site = makers.site()
    order = makers.sent(site, wanted_on=FRIDAY)
    client = factories.client_for(site.person, tenant=tenant)
    client.post(reverse("orders:repeat", args=[order.number, 1]))
    assert BasketLine.objects.get().wanted_on == MONDAY
