"""What staff see of metering: their own company's files and points, and nothing they could spoil."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from metering.importers import detect
from metering.models import ImportBatch, ImportSettings, MissingValuesCheck, ParkedSeries
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
    address = "/admin/metering/importbatch/?needs=reading"
    assert (address in client.get("/admin/").content.decode()) is waits
    assert ("broken.gs2" in client.get(address).content.decode()) is waits


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


def settings_form(**fields: str) -> dict[str, str]:
    return {
        "utc_offset_minutes": "60", "missing_share_percent": "5", "retention_years": "3", "parked_days": "90",
        "parked_values_limit": "5000000", **fields,
    }  # fmt: skip


def test_agents_see_the_import_settings_and_administrators_change_them(
    tenant: Tenant, client_for: Callable[..., Client]
) -> None:
    made = ImportSettings.objects.create()
    address = f"/admin/metering/importsettings/{made.pk}/change/"
    agent = client_for(core.staff(StaffRole.AGENT), tenant=tenant)
    assert (agent.get(address).status_code, agent.post(address, settings_form()).status_code) == (200, 403)
    administrator = client_for(core.staff(StaffRole.ADMINISTRATOR), tenant=tenant)
    assert administrator.post(address, settings_form(parked_days="30")).status_code == 302
    made.refresh_from_db()
    assert made.parked_days == 30


def test_readings_are_not_let_go_of_without_a_question(tenant: Tenant, client_for: Callable[..., Client]) -> None:
    made = ImportSettings.objects.create(retention_years=10)
    address = f"/admin/metering/importsettings/{made.pk}/change/"
    client = client_for(core.staff(StaffRole.ADMINISTRATOR), tenant=tenant)
    assert client.post(address, settings_form(retention_years="9")).status_code == 302
    long_ago = timezone.now().date().replace(month=1, day=7) - timedelta(days=5 * 365)
    factories.readings(factories.point(), long_ago, 100)
    asked = client.post(address, settings_form(retention_years="1"))
    made.refresh_from_db()
    assert (asked.status_code, made.retention_years, str(long_ago.year) in asked.content.decode()) == (200, 9, True)
    client.post(address, settings_form(retention_years="1", confirms_deletion="on"))
    made.refresh_from_db()
    assert made.retention_years == 1


@pytest.mark.parametrize("name", ["importbatch", "importupload"])
def test_an_address_with_a_figure_that_is_no_number_is_not_there(
    tenant: Tenant, client_for: Callable[..., Client], name: str
) -> None:
    client = client_for(core.staff(), tenant=tenant)
    assert client.get(f"/admin/metering/{name}/²/change/").status_code in (302, 404)


def test_the_list_of_files_says_how_fast_they_were_read(tenant: Tenant, client_for: Callable[..., Client]) -> None:
    made = batch("ours")
    ImportBatch.objects.filter(pk=made.pk).update(accepted=4000, corrected=500, unchanged=500, seconds=2.0)
    client = client_for(core.staff(), tenant=tenant)
    for address in ("/admin/metering/importbatch/", f"/admin/metering/importbatch/{made.pk}/change/"):
        assert "2500" in client.get(address).content.decode().replace("\xa0", "")


@pytest.mark.parametrize(("minutes", "is_taken"), [(-720, True), (345, True), (840, True), (61, False), (855, False)])
def test_a_sender_is_as_far_from_utc_as_clocks_are(
    tenant: Tenant, client_for: Callable[..., Client], minutes: int, is_taken: bool
) -> None:
    made = ImportSettings.objects.create()
    client = client_for(core.staff(StaffRole.ADMINISTRATOR), tenant=tenant)
    answer = client.post(
        f"/admin/metering/importsettings/{made.pk}/change/", settings_form(utc_offset_minutes=str(minutes))
    )
    made.refresh_from_db()
    assert (answer.status_code, made.utc_offset_minutes) == ((302, minutes) if is_taken else (200, 60))
    if not is_taken:
        [error] = answer.context["errors"]
        assert "-720" in str(error)
        with pytest.raises(IntegrityError), transaction.atomic():
            ImportSettings.objects.update(utc_offset_minutes=minutes)


def test_every_format_that_is_read_has_its_name() -> None:
    names = dict(ImportBatch._meta.get_field("file_format").flatchoices)
    assert names.keys() == {each.name for each in detect.FORMATS}
