"""Every table that knows a person is theirs to take along: an exporter covers it, or a reason stands here why not."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from portal import registry
from portal.tenancy.models import Tenant, TenantModel
from tests import factories

# Table → the exporter that has it.
EXPORTED = {
    "accounts.User": "account",
    "accounts.Device": "account",
    "accounts.Identity": "account",
    "accounts.AccessLink": "account",
    "audit.Entry": "activity",
    "notifications.Message": "messages",
    "notifications.NotificationChoice": "notification_choices",
    "customers.Membership": "customers",
    "customers.Authorization": "customers",
    "customers.AccessRequest": "customers",
    "customers.Invitation": "customers",
    "content.NewsRead": "news_read",
    "exports.ExportJob": "exports",
    "files.StoredFile": "files",
    "orders.Order": "orders",
    "orders.Basket": "orders",
    "orders.BasketLine": "orders",
    "orders.JobReport": "orders",
    "callouts.CallOff": "call_offs",
    "callouts.ChangeRequest": "call_offs",
    "callouts.FractionRequest": "call_offs",
    "metering.PreferredInstallation": "installations",
    "outages.HazardReport": "hazard_reports",
    "forms_catalog.Enquiry": "enquiries",
    "forms_catalog.EnquiryMessage": "enquiries",
    "forms_catalog.FormDraft": "service_forms",
    "forms_catalog.Deviation": "inspections",
}
# Table → why it is not.
EXEMPT = {
    "customers.Customer": "the customer register: the customer sees it on its own pages, it may be a firm",
    "customers.ChosenCustomer": "which of the exported accesses was used last, no more",
    "customers.Preferences": "which of the exported accesses comes first, no more",
    "outages.NoticeRecipient": "what went out is among the messages",
    "outages.DutyContact": "a list of staff, in their work",
}
# What members of staff, or a customer's people, did for the company; the audit log has it, and it is exported.
BY_WORK = {
    "orders.OrderRevision",
    "orders.OrderLine",
    "orders.StatusChange",
    "callouts.CallOffFile",
    "callouts.CallOffDocument",
    "callouts.CallOffTemplate",
    "callouts.Revision",
    "callouts.StatusChange",
    "callouts.WasteProducer",
    "callouts.DeclarationAuthorization",
    "metering.ImportBatch",
    "metering.ImportSettings",
    "metering.ImportUpload",
    "billing.TariffVersion",
    "forms_catalog.FormVersion",
    "billing.Invoice",
    "outages.OutageUpdate",
    "outages.Notice",
    "outages.OutageSettings",
    "webhooks.WebhookDelivery",
}
CONTACTS = ("email", "phone")


def tables() -> Iterator[type[models.Model]]:
    for model in apps.get_models():
        if issubclass(model, TenantModel) and any(map(_tells_of_a_person, model._meta.get_fields())):
            yield model


def _tells_of_a_person(field: object) -> bool:
    if isinstance(field, models.ForeignKey):
        return field.remote_field.model._meta.label == settings.AUTH_USER_MODEL
    return isinstance(field, models.CharField) and any(word in field.name for word in CONTACTS)


def test_every_table_that_knows_a_person_is_exported_or_exempt() -> None:
    known = EXPORTED.keys() | EXEMPT.keys() | BY_WORK
    assert {model._meta.label for model in tables()} - known == set()


def test_the_lists_are_not_stale() -> None:
    found = {model._meta.label for model in tables()}
    assert (EXPORTED.keys() | EXEMPT.keys() | BY_WORK) - found == set()
    assert set(EXPORTED.values()) <= {entry.name for entry in registry.personal_data()}


@pytest.mark.parametrize("entry", registry.personal_data(), ids=lambda entry: entry.name)
def test_exporters_and_forgetters_work_for_a_person_of_whom_little_is_known(
    tenant: Tenant, entry: registry.PersonalData
) -> None:
    person, _firm = factories.member()
    entry.export(person)
    if entry.forget:
        entry.forget(person)
        entry.export(person)
