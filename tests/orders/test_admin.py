"""Staff see orders and the day's jobs, say what became of them, and keep what can be ordered."""

import pytest
from django.db import connection
from django.urls import reverse

from orders.models import OrderingRules, OrderLine, Status, WasteType
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories
from tests.orders import makers

MODELS = ["order", "orderline", "location", "placement", "equipmenttype", "wastetype"]


@pytest.mark.parametrize("model", MODELS)
def test_lists_show_the_tenants_rows_only(tenant: Tenant, other_tenant: Tenant, model: str) -> None:
    with tenant_scope(other_tenant):
        makers.sent(makers.site(number="C-OTHER"))
    makers.sent(makers.site(number="C-MINE"))
    client = factories.client_for(factories.staff(), tenant=tenant)
    answer = client.get(reverse(f"admin:orders_{model}_changelist"))
    assert answer.status_code == 200
    assert answer.context["cl"].result_count == 1
    assert "C-OTHER" not in answer.content.decode()


@pytest.mark.parametrize("typed", ["{0}", "{1}"])
def test_an_order_is_found_by_its_number_as_it_is_and_as_it_is_shown(tenant: Tenant, typed: str) -> None:
    order = makers.past_order(makers.site(number="C-1"), makers.NOW.date()).order
    makers.past_order(makers.site(number="C-2"), makers.NOW.date())
    client = factories.client_for(factories.staff(), tenant=tenant)
    query = {"q": typed.format(order.number, order.number_text)}
    page = client.get(reverse("admin:orders_order_changelist"), query)
    assert [found.pk for found in page.context["cl"].result_list] == [order.pk]
    assert order.number_text in page.content.decode()


def test_the_rules_are_the_tenants_own(tenant: Tenant, other_tenant: Tenant) -> None:
    with tenant_scope(other_tenant):
        theirs = OrderingRules.objects.create(days_before=29)
    client = factories.client_for(factories.staff(), tenant=tenant)
    rules = reverse("admin:orders_orderingrules_changelist")
    assert client.get(rules).headers["Location"] == reverse("admin:orders_orderingrules_add")
    own = OrderingRules.objects.create(days_before=3)
    assert client.get(rules).headers["Location"] == reverse("admin:orders_orderingrules_change", args=[own.pk])
    assert client.get(reverse("admin:orders_orderingrules_change", args=[theirs.pk])).status_code == 404


def test_new_jobs_wait_in_the_work_queue(tenant: Tenant) -> None:
    makers.sent(makers.site())
    client = factories.client_for(factories.staff(), tenant=tenant)
    page = client.get(reverse("admin:index")).content.decode()
    assert f"{reverse('admin:orders_orderline_changelist')}?status__exact=received" in page


def test_the_page_of_the_app_says_what_waits_there(tenant: Tenant) -> None:
    makers.sent(makers.site())
    client = factories.client_for(factories.staff(), tenant=tenant)
    waiting = [queue for queue in client.get("/admin/orders/").context["work_queues"] if queue.count]
    assert [queue.count for queue in waiting] == [1]
    assert all(queue.url.startswith("/admin/orders/") for queue in waiting)


def test_counting_new_jobs_can_read_an_index_of_only_new_jobs(tenant: Tenant) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'job_to_plan'")
        definition = cursor.fetchone()[0]
    assert "(tenant_id) WHERE" in definition
    assert f"'{Status.RECEIVED.value}'" in definition


def test_staff_set_the_status_of_a_job_and_nothing_else(tenant: Tenant) -> None:
    order = makers.sent(makers.site())
    job = order.lines.get()
    client = factories.client_for(factories.staff(), tenant=tenant)
    values = {"status": Status.ATTEMPTED, "status_reason": "Porten var låst.", "address": "Elsewhere"}
    client.post(reverse("admin:orders_orderline_change", args=[job.pk]), values)
    changed = OrderLine.objects.get()
    assert (changed.status, changed.status_reason) == (Status.ATTEMPTED, "Porten var låst.")
    assert changed.address == job.address


def test_an_order_cannot_be_changed(tenant: Tenant) -> None:
    order = makers.sent(makers.site())
    client = factories.client_for(factories.staff(), tenant=tenant)
    page = reverse("admin:orders_order_change", args=[order.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"number": 7}).status_code == 403


def test_a_waste_type_needs_a_name_in_one_language_at_least(tenant: Tenant) -> None:
    client = factories.client_for(factories.staff(), tenant=tenant)
    page = client.post(reverse("admin:orders_wastetype_add"), {"code": "1615", "names_nb": " ", "position": 1})
    assert "names" in page.context["adminform"].form.errors
    assert not WasteType.objects.exists()


def test_a_waste_type_can_be_added(tenant: Tenant) -> None:
    client = factories.client_for(factories.staff(), tenant=tenant)
    values = {"code": "1615", "names_nb": "Gips", "names_en": "Plasterboard", "position": 1, "is_active": "on"}
    client.post(reverse("admin:orders_wastetype_add"), values)
    assert WasteType.objects.get().names == {"nb": "Gips", "en": "Plasterboard"}


def test_the_deadline_is_the_companys_own(tenant: Tenant) -> None:
    client = factories.client_for(factories.staff(), tenant=tenant)
    values = {"days_before": 2, "working_days": "on", "hour": "07:00", "furthest_days": 60, "closed_days": "2026-11-17"}
    values |= {"weekdays": ["0", "1", "2", "3", "4"]}  # type: ignore[dict-item]
    client.post(reverse("admin:orders_orderingrules_add"), values)
    site = makers.site()
    page = factories.client_for(site.person, tenant=tenant).get(
        reverse("orders:location", args=[site.location.pk]), {"unit": site.unit.number, "job": "empty"}
    )
    # Thursday after 07.00: Friday and Monday are too late, and Tuesday is closed.
    assert "Bestill før i morgen kl.\xa007.00 for å få det utført onsdag 18.\xa0november." in page.content.decode()


def test_the_columns_of_the_job_list_are_named_in_the_readers_language(tenant: Tenant) -> None:
    makers.sent(makers.site())
    client = factories.client_for(factories.staff(), tenant=tenant)
    page = client.get(reverse("admin:orders_orderline_changelist")).content.decode()
    assert "Utstyrstype" in page
    assert "Equipment" not in page


def test_the_weekday_of_a_route_is_chosen_by_name(tenant: Tenant) -> None:
    unit = makers.placement(makers.location(factories.customer()), is_periodic=True)
    client = factories.client_for(factories.staff(), tenant=tenant)
    page = reverse("admin:orders_placement_change", args=[unit.pk])
    form = client.get(page).context["adminform"].form
    assert ("1", "tirsdag") in [(str(value), str(name)) for value, name in form.fields["route_weekday"].choices]
    values = {name: value for name, value in form.initial.items() if value not in (None, False)}
    assert client.post(page, {**values, "route_weekday": "1"}).status_code == 302
    unit.refresh_from_db()
    assert unit.route_weekday == 1
    assert client.post(page, {**values, "route_weekday": ""}).status_code == 302
    unit.refresh_from_db()
    assert unit.route_weekday is None
