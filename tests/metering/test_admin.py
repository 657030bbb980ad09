"""What staff see of metering: their own company's files and points, and nothing they could spoil."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from metering.models import ImportBatch, MissingValuesCheck, ParkedSeries
from portal.accounts.models import StaffRole
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories as core
from tests.metering import factories

LISTS = (
    "meteringpoint", "importbatch", "importissue", "importsettings", "importupload", "parkedseries",
    "missingvaluescheck",
)  # fmt: skip


def batch(name: str, state: str = "done", started_at: datetime | None = None) -> ImportBatch:
    started_at = started_at or timezone.now()
    finished_at = None if state == "running" else started_at
    fields = {"sha256": name * 8, "file_name": f"{name}.gs2", "file_bytes": 1, "state": state}
    made = ImportBatch.objects.create(**fields, started_at=started_at, finished_at=finished_at)
    made.issues.create(line=7, reference="707057500000000001", code="unknown_point")
    return made


def test_the_lists_show_our_rows_and_nobody_elses(
    tenant: Tenant, other_tenant: Tenant, client_for: Callable[..., Client]
) -> None:
    factories.point(0, address="Vår vei 1")
    batch("ours")
    with tenant_scope(other_tenant):
        factories.point(0, address="Deres vei 1")
        theirs = batch("theirs")
    client = client_for(core.staff(), tenant=tenant)
    pages = {name: client.get(f"/admin/metering/{name}/").content.decode() for name in LISTS}
    assert ("Vår vei 1" in pages["meteringpoint"], "Deres vei 1" in pages["meteringpoint"]) == (True, False)
    assert ("ours.gs2" in pages["importbatch"], "theirs.gs2" in pages["importbatch"]) == (True, False)
    assert pages["importissue"].count('class="field-reference') == 1
    assert client.get(f"/admin/metering/importbatch/{theirs.pk}/change/").status_code == 404


def test_files_can_be_read_and_not_changed(tenant: Tenant, client_for: Callable[..., Client]) -> None:
    made = batch("ours")
    client = client_for(core.staff(), tenant=tenant)
    address = f"/admin/metering/importbatch/{made.pk}/change/"
    assert (client.get(address).status_code, client.post(address, {}).status_code) == (200, 403)
    assert client.get("/admin/metering/importbatch/add/").status_code == 403


def test_a_wrong_check_digit_is_refused(tenant: Tenant, client_for: Callable[..., Client]) -> None:
    client = client_for(core.staff(StaffRole.ADMINISTRATOR), tenant=tenant)
    holdings = {"holdings-TOTAL_FORMS": "0", "holdings-INITIAL_FORMS": "0"}
    wrong = client.post("/admin/metering/meteringpoint/add/", {"gsrn": "707057500000000002", **holdings})
    right = client.post("/admin/metering/meteringpoint/add/", {"gsrn": "707057500000000001", **holdings})
    assert (wrong.status_code, right.status_code) == (200, 302)


@pytest.mark.parametrize(
    ("state", "hours", "waits"), [("failed", 0, True), ("running", 3, True), ("running", 1, False)]
)
def test_a_file_that_broke_off_waits_in_the_work_queue(
    tenant: Tenant, client_for: Callable[..., Client], state: str, hours: int, waits: bool
) -> None:
    batch("broken", state, timezone.now() - timedelta(hours=hours))
    client = client_for(core.staff(), tenant=tenant)
    address = "/admin/metering/importbatch/?state__in=failed,running"
    assert (address in client.get("/admin/").content.decode()) is waits
    assert "broken.gs2" in client.get(address).content.decode()


def test_issues_are_chosen_by_reasons_in_words(tenant: Tenant, client_for: Callable[..., Client]) -> None:
    batch("ours")
    client = client_for(core.staff(), tenant=tenant)
    html = client.get("/admin/metering/importissue/").content.decode()
    assert ("?why=unknown_point" in html, ">unknown_point<" in html) == (True, False)
    assert client.get("/admin/metering/importissue/?why=unknown_point").content.decode().count("ours.gs2") == 1


def test_unknown_points_and_missing_values_wait_in_the_work_queue(
    tenant: Tenant, client_for: Callable[..., Client]
) -> None:
    made = batch("ours")
    yesterday = timezone.now().astimezone(tenant.zone).date() - timedelta(days=1)
    check = MissingValuesCheck.objects.create(
        day=yesterday, points=10, missing=3, is_alarming=True, checked_at=timezone.now()
    )
    ParkedSeries.objects.create(
        batch=made, gsrn="707057500000000001", direction=1, start_utc=timezone.now(), resolution_minutes=60,
        values_wh=[1], line=1, parked_at=timezone.now(),
    )  # fmt: skip
    html = client_for(core.staff(), tenant=tenant).get("/admin/").content.decode()
    assert f"/admin/metering/missingvaluescheck/{check.pk}/change/" in html
    assert "/admin/metering/parkedseries/" in html
