"""Staff open what customers send along; others do not."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from callouts import actions
from callouts.models import CallOff
from portal.audit.models import Entry
from portal.files.fields import check
from portal.files.models import State
from portal.files.rules import DOCUMENTS
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories
from tests.callouts import makers
from tests.callouts.conftest import Desk
from tests.callouts.test_files import PDF


@pytest.fixture
def sent(desk: Desk) -> CallOff:
    draft = makers.draft(desk.customer, desk.user)
    upload = check(SimpleUploadedFile("datablad.pdf", PDF, "application/pdf"), DOCUMENTS)
    draft = actions.attach(call_off=draft, uploads=[upload], kind="data_sheet", by=desk.user)
    return makers.submit(draft, desk.user, uuid.uuid4())


def address(sent: CallOff) -> str:
    return f"/admin/callouts/calloff/{sent.pk}/files/{sent.files.get().pk}/"


def test_staff_download_a_file_and_it_is_written_down(desk: Desk, sent: CallOff) -> None:
    client = factories.client_for(factories.staff(), tenant=desk.tenant)
    assert address(sent) in client.get(f"/admin/callouts/calloff/{sent.pk}/change/").content.decode()
    answer = client.get(address(sent))
    assert b"".join(answer) == PDF  # type: ignore[call-overload]  # a streamed answer
    assert answer.headers["Content-Disposition"] == 'attachment; filename="datablad.pdf"'
    assert Entry.objects.get(verb="callouts.file_read").data["file"] == "datablad.pdf"


def test_not_before_it_is_scanned(desk: Desk, sent: CallOff) -> None:
    stored = sent.files.get().stored
    stored.state = State.WAITING
    stored.save()
    assert factories.client_for(factories.staff(), tenant=desk.tenant).get(address(sent)).status_code == 409


def test_customers_and_other_companies_staff_do_not(desk: Desk, sent: CallOff, other_tenant: Tenant) -> None:
    assert desk.client.get(address(sent)).status_code == 403
    assert Client(headers={"host": desk.tenant.primary_host}).get(address(sent)).status_code == 302
    with tenant_scope(other_tenant):
        stranger = factories.staff()
    assert factories.client_for(stranger, tenant=other_tenant).get(address(sent)).status_code == 404
