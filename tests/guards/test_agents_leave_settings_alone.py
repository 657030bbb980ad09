"""What an agent may write in admin is listed here; settings of every kind are an administrator's to decide."""

from collections.abc import Callable

import pytest
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from portal.accounts.models import StaffRole, User
from portal.admin_site import site
from portal.tenancy.admin import OneRowAdmin
from portal.tenancy.models import Tenant
from tests import factories

# A new page of admin that agents may write on is put here with why, or says `administrators_decide`.
AGENTS_WRITE = {
    "callouts.calloff": "their work: they plan, correct and reject",
    "callouts.declarationauthorization": "their work: a customer's paper, and its answer",
    "callouts.ewccode": "the catalogue",
    "callouts.fractionrequest": "their work: they answer",
    "callouts.packagetype": "the catalogue",
    "callouts.unit": "the catalogue",
    "callouts.wastefraction": "the catalogue",
    "callouts.wasteproducer": "their work: they approve producers",
    "content.gridarea": "content",
    "content.news": "content",
    "content.page": "content",
    "customers.customer": "their work: they keep the customers' data",
    "forms_catalog.deviation": "their work: they follow up inspections",
    "forms_catalog.enquiry": "their work: they answer",
    "metering.importupload": "their work: they take in files",
    "metering.meteringpoint": "their work: a point's address and meter",
    "orders.depot": "the catalogue",
    "orders.equipmenttype": "the catalogue",
    "orders.jobreport": "their work: they write down what drivers tell",
    "orders.location": "their work: the customers' addresses",
    "orders.orderline": "their work: they plan the jobs",
    "orders.placement": "their work: what stands where",
    "orders.wastetype": "the catalogue",
    "billing.paymentagreement": "their work: what a customer has agreed on with the bank",
    "outages.dutycontact": "the rota, which changes by the week",
    "outages.hazardreport": "their work: they follow it up",
    "outages.outage": "their work: they tell of it",
}


def label_of(admin: ModelAdmin) -> str:
    return admin.model._meta.label_lower


def settings_pages() -> list[ModelAdmin]:
    return [admin for admin in site._registry.values() if isinstance(admin, OneRowAdmin)]


@pytest.fixture
def agent(tenant: Tenant) -> User:
    return factories.staff(StaffRole.AGENT)


@pytest.fixture
def client(tenant: Tenant, agent: User, client_for: Callable[..., Client]) -> Client:
    return client_for(agent, tenant=tenant)


def may_write(admin: ModelAdmin, request: HttpRequest) -> bool:
    return (
        admin.has_add_permission(request)
        or admin.has_change_permission(request)
        or admin.has_delete_permission(request)
    )


def test_what_agents_may_write_is_listed(tenant: Tenant, agent: User) -> None:
    request = RequestFactory().get("/admin/")
    request.user, request.tenant = agent, tenant  # type: ignore[attr-defined]
    assert {label_of(admin) for admin in site._registry.values() if may_write(admin, request)} == {*AGENTS_WRITE}


def test_administrators_may_write_all_settings(tenant: Tenant) -> None:
    request = RequestFactory().get("/admin/")
    request.user, request.tenant = factories.staff(), tenant  # type: ignore[attr-defined]
    assert [label_of(admin) for admin in settings_pages() if not may_write(admin, request)] == []


@pytest.mark.parametrize("admin", settings_pages(), ids=label_of)
def test_an_agent_looks_at_settings_and_changes_none(admin: OneRowAdmin, client: Client) -> None:
    name = f"admin:{admin.opts.app_label}_{admin.opts.model_name}"
    assert client.post(reverse(f"{name}_add"), {}).status_code == 403
    row = admin.model.objects.create()
    address = reverse(f"{name}_change", args=[row.pk])
    assert client.post(address, {"_save": "1"}).status_code == 403
    page = client.get(address)
    assert page.status_code == (403 if admin.administrators_only else 200)
    assert b'name="_save"' not in page.content
