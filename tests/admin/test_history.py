"""What staff change is in the object's history and in the audit log."""

from django.test import Client

from portal.audit import actions as audit
from portal.audit.models import Entry
from portal.customers.models import Customer
from portal.tenancy.models import Tenant
from portal.ui import catalogues
from tests.admin.conftest import Rows
from tests.admin.test_only_our_rows import CUSTOMER, no_inlines


def rename(client: Client, customer: Customer) -> None:
    fields = CUSTOMER | no_inlines() | {"number": customer.number, "kind": customer.kind, "name": "Renamed"}
    assert client.post(f"/admin/customers/customer/{customer.pk}/change/", fields).status_code == 302


def test_a_change_is_in_the_objects_history(agent: Client, ours: Rows) -> None:
    rename(agent, ours.customer)
    page = agent.get(f"/admin/customers/customer/{ours.customer.pk}/history/").content.decode()
    assert "Agent Person" in page
    assert "Endret Navn." in page


def test_what_was_done_outside_the_admin_is_in_the_history_too(agent: Client, ours: Rows) -> None:
    audit.record(verb="customers.created", by=None, obj=ours.customer)
    audit.record(verb="customers.created", by=None, obj=ours.user)
    audit.record(verb="customers.read", by=None, obj=ours.customer)
    page = agent.get(f"/admin/customers/customer/{ours.customer.pk}/history/").content.decode()
    assert page.count("Kunde opprettet") == 1
    assert "Kunde sett på" not in page
    assert "&quot;" not in page


def test_a_change_is_in_the_audit_log_with_its_fields(agent: Client, ours: Rows) -> None:
    rename(agent, ours.customer)
    entry = Entry.objects.get(verb="admin.changed")
    assert (entry.by and entry.by.name, entry.customer, entry.object_id) == (
        "Agent Person",
        ours.customer,
        ours.customer.pk,
    )
    assert entry.data == {"object": f"Renamed ({ours.customer.number})", "changes": [{"changed": {"fields": ["Name"]}}]}


def test_every_form_links_to_the_history(administrator: Client, ours: Rows, tenant: Tenant) -> None:
    paths = [f"customers/customer/{ours.customer.pk}", f"accounts/user/{ours.user.pk}", f"tenancy/tenant/{tenant.pk}"]
    for path in paths:
        assert f"/admin/{path}/history/" in administrator.get(f"/admin/{path}/change/").content.decode()
        assert administrator.get(f"/admin/{path}/history/").status_code == 200


def test_the_audit_log_can_be_read_and_not_written(administrator: Client, ours: Rows) -> None:
    rename(administrator, ours.customer)
    entry = Entry.objects.get(verb="admin.changed")
    address = f"/admin/audit/entry/{entry.pk}"
    assert administrator.get("/admin/audit/entry/").status_code == 200
    assert administrator.get(f"{address}/change/").status_code == 200
    assert administrator.post(f"{address}/change/", {"verb": "other"}).status_code == 403
    assert administrator.post(f"{address}/delete/", {"post": "yes"}).status_code == 403
    assert administrator.get("/admin/audit/entry/add/").status_code == 403


def test_a_number_that_is_taken_is_said_at_the_field(agent: Client, ours: Rows) -> None:
    fields = CUSTOMER | no_inlines() | {"number": ours.customer.number}
    response = agent.post("/admin/customers/customer/add/", fields)
    assert list(response.context["adminform"].form.errors) == ["number"]


def test_the_companys_own_texts_can_be_changed(administrator: Client, tenant: Tenant) -> None:
    fields = {"name": "New Name", "legal_name": "New Name AS", "phone": "", "email": "", "language": "nn"}
    texts = {"claim_nb": "Hei", "claim_nn": "", "claim_en": "Hello"}
    limits = {"lock_after_minutes": 15, "idle_minutes": 60, "session_hours": 336, "sms_daily_limit": 500}
    ways = {"password_sign_in": "on", "email_code_sign_in": "on"}
    administrator.post(f"/admin/tenancy/tenant/{tenant.pk}/change/", fields | texts | limits | ways)
    tenant.refresh_from_db()
    assert (tenant.name, tenant.claim) == ("New Name", {"nb": "Hei", "en": "Hello"})


def test_the_calendar_speaks_the_language_of_the_page(agent: Client) -> None:
    catalogues.compile_stale()
    agent.cookies["language"] = "nn"
    assert '"Saturday": "laurdag"' in agent.get("/admin/jsi18n/").content.decode()
