"""What others try: somebody else's numbers in every address, files made to hurt, and the database by hand."""

import gzip
import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client

from metering import actions
from metering.models import InstallationName, MeteringPoint, PreferredInstallation, ReadingDay
from portal.customers.models import Role
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories as core
from tests.metering import factories
from tests.metering.gs2_files import block, message

DAY = date(2026, 1, 5)


@pytest.fixture
def theirs(tenant: Tenant) -> MeteringPoint:
    """Another customer's installation of the same company, with a day of readings."""
    point = factories.point(1, address="Hemmeliggata 1")
    factories.holding(core.customer(), point)
    factories.readings(point, DAY, 4321)
    return point


@pytest.fixture
def elsewhere(other_tenant: Tenant) -> MeteringPoint:
    """Another company's."""
    with tenant_scope(other_tenant):
        point = factories.point(2, address="Hemmeliggata 2")
        factories.holding(core.customer(), point)
        factories.readings(point, DAY, 4321)
    return point


@pytest.fixture
def client(tenant: Tenant, client_for: Callable[..., Client]) -> Client:
    """An owner of a customer with two installations of their own."""
    user, customer = core.user(), core.customer()
    core.membership(user, customer, role=Role.OWNER)
    for serial in (3, 4):
        factories.holding(customer, factories.point(serial))
    return client_for(user, tenant=tenant)


READ = [
    "/grid/{pk}/",
    "/grid/{pk}/?view=day&date=2026-01-05",
    "/grid/?compare={pk}&view=day&date=2026-01-05",
    "/grid/together/?view=year&date=2026-01-05&compare={pk}",
    "/grid/installations/?q=Hemmeliggata&month=2026-01",
    "/grid/installations/?q={gsrn}&month=2026-01",
    "/grid/download/?points={pk}&first=2026-01-05&last=2026-01-05&step=hour&format=csv",
    "/grid/download/?points={pk}",
]


@pytest.mark.parametrize("path", READ)
def test_no_address_shows_anothers_readings(
    client: Client, theirs: MeteringPoint, elsewhere: MeteringPoint, path: str
) -> None:
    for point in (theirs, elsewhere):
        answer = client.get(path.format(pk=point.pk, gsrn=point.gsrn))
        assert answer.status_code in (200, 404, 422)
        text = b"".join(answer) if answer.streaming else answer.content  # type: ignore[arg-type,attr-defined]
        shown = text.decode().replace(f"q={point.gsrn}", "").replace(f'value="{point.gsrn}"', "")
        assert "Hemmeliggata 1" not in shown
        assert "Hemmeliggata 2" not in shown
        assert "4,32" not in shown
        assert "103,7" not in shown


@pytest.mark.parametrize("action", ["name", "prefer"])
def test_nothing_is_written_about_anothers_installation(
    client: Client, theirs: MeteringPoint, elsewhere: MeteringPoint, action: str
) -> None:
    for point in (theirs, elsewhere):
        assert client.post(f"/grid/{point.pk}/{action}/", {"name": "Mitt"}).status_code == 404
    assert not InstallationName.objects.exists()
    assert not PreferredInstallation.objects.exists()


def test_a_download_in_the_background_takes_no_other_points_either(client: Client, theirs: MeteringPoint) -> None:
    asked = {
        "first": "2016-01-01",
        "last": "2026-01-05",
        "step": "quarter",
        "format": "csv",
        "points": [theirs.pk, "all"],
    }
    assert client.post("/grid/download/", asked).status_code == 422


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE metering_readingday SET tenant_id = %(other)s WHERE metering_point_id = %(point)s",
        "UPDATE metering_readingday SET metering_point_id = %(elsewhere)s WHERE metering_point_id = %(point)s",
        "UPDATE metering_readingmonth SET tenant_id = %(other)s WHERE metering_point_id = %(point)s",
        "UPDATE metering_readingmonth SET metering_point_id = %(elsewhere)s WHERE metering_point_id = %(point)s",
        "UPDATE metering_readingdayrevision SET revision = 9",
        "TRUNCATE metering_readingday",
        "DROP TABLE metering_readingday",
        "ALTER TABLE metering_readingday DISABLE ROW LEVEL SECURITY",
        "SELECT * FROM metering_readingday_2026_01",
        "DELETE FROM metering_readingday_2026_01",
        "SET ROLE postgres",
        "CREATE TABLE public.mine (id integer)",
        "UPDATE metering_holding SET metering_point_id = %(elsewhere)s",
        "COPY metering_readingday TO PROGRAM 'cat'",
    ],
)
def test_the_runtime_role_cannot_by_hand_what_the_program_does_not(
    client: Client, theirs: MeteringPoint, elsewhere: MeteringPoint, other_tenant: Tenant, statement: str
) -> None:
    given = {"other": other_tenant.pk, "point": theirs.pk, "elsewhere": elsewhere.pk}
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, given)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_by_hand_other_companies_readings_are_not_there(theirs: MeteringPoint, elsewhere: MeteringPoint) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(DISTINCT metering_point_id) FROM metering_readingday")
        assert cursor.fetchone()[0] == [theirs.pk]
        cursor.execute("SELECT array_agg(DISTINCT metering_point_id) FROM metering_readingmonth")
        assert cursor.fetchone()[0] == [theirs.pk]
        cursor.execute("UPDATE metering_readingday SET total_wh = 0 WHERE metering_point_id = %s", [elsewhere.pk])
        assert cursor.rowcount == 0
        cursor.execute("DELETE FROM metering_holding WHERE metering_point_id = %s", [elsewhere.pk])
        assert cursor.rowcount == 0


def _zip(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def _reports(content: bytes) -> list[Any]:
    origin = actions.Origin(name="files.zip")
    return list(actions.import_all(stream=io.BytesIO(content), origin=origin))


GOOD = message(block()).encode()
HOSTILE = {
    "a zip in a zip in a zip": _zip(a=_zip(b=_zip(c=GOOD))),
    "names that climb": _zip(**{"..__evil.gs2": b"no meter file", "__etc__passwd": b"root:x:0"}),
    "much of nothing": _zip(zeros=bytes(30_000_000)),
    "gzip of gzip of much": gzip.compress(gzip.compress(bytes(30_000_000))),
    "a thousand empty files": _zip(**{f"f{at}": b"" for at in range(1000)}),
    "half an archive": _zip(a=GOOD * 100)[:300],
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_archive_gives_reports_and_no_readings(
    tenant: Tenant, content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    reports = _reports(content)
    assert reports
    assert all(report.has_refusals or report.series == 0 for report in reports)
    assert not ReadingDay.objects.exists()
    assert not list(tmp_path.iterdir())
