"""What the days of a month add up to is kept beside them: by what writes days, and for those that were there before."""

import importlib
import io
import json
from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command
from django.db import connection

from metering import actions, day_rows, partitions
from metering.actions import month_sums
from metering.days import DayValues, Direction
from metering.models import MeteringPoint, ReadingDay, ReadingMonth
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests.metering import factories

JANUARY, FIFTH, SIXTH = date(2026, 1, 1), date(2026, 1, 5), date(2026, 1, 6)
LACKING = [None, *[100] * 23]
Sums = list[tuple[int, int, date, int, int, int]]


def sums() -> Sums:
    fields = ("metering_point", "direction", "month", "total_wh", "known_days", "whole_days")
    return list(ReadingMonth.objects.order_by(*fields).values_list(*fields))


def quarters(point: MeteringPoint, day: date) -> None:
    """Store a day of quarters of which none is known."""
    factories.partitions.open_months([day])
    key = (point.pk, int(Direction.CONSUMPTION), day)
    day_rows.write({key: DayValues(day, 15, [None] * 96)}, batch=None, at=datetime(2026, 2, 1, tzinfo=UTC))


def test_a_day_that_comes_is_filled_and_is_corrected_counts_once(tenant: Tenant) -> None:
    point = factories.point()
    factories.readings(point, FIFTH, LACKING)
    assert sums() == [(point.pk, 1, JANUARY, 2300, 1 << 4, 0)]
    factories.readings(point, FIFTH, [50, *[None] * 23])
    assert sums() == [(point.pk, 1, JANUARY, 2350, 1 << 4, 1 << 4)]
    factories.correct(point, FIFTH, [7, *[100] * 22, 90], at="2126-01-01T00:00:00+00:00")
    assert sums() == [(point.pk, 1, JANUARY, 2297, 1 << 4, 1 << 4)]
    factories.readings(point, FIFTH, [7, *[100] * 22, 90])
    factories.readings(point, SIXTH, 1)
    assert sums() == [(point.pk, 1, JANUARY, 2321, 3 << 4, 3 << 4)]


def test_days_without_a_value_and_the_31st_have_their_bits(tenant: Tenant) -> None:
    point = factories.point(has_production=True)
    quarters(point, FIFTH)
    factories.readings(point, date(2026, 1, 31), 1, direction=Direction.PRODUCTION)
    assert sums() == [(point.pk, 1, JANUARY, 0, 0, 0), (point.pk, 2, JANUARY, 24, 1 << 30, 1 << 30)]


def test_one_chunk_with_days_that_are_new_the_same_and_changed_adds_only_what_it_changes(tenant: Tenant) -> None:
    points = [factories.point(serial) for serial in range(3)]
    factories.readings(points[0], FIFTH, 5)
    factories.readings(points[1], FIFTH, LACKING)
    days = {
        (points[0].pk, 1, FIFTH): DayValues(FIFTH, 60, [5] * 24),
        (points[1].pk, 1, FIFTH): DayValues(FIFTH, 60, [40, *[None] * 23]),
        (points[2].pk, 1, FIFTH): DayValues(FIFTH, 60, [2] * 24),
        (points[0].pk, 1, SIXTH): DayValues(SIXTH, 60, [1] * 24),
    }
    day_rows.write(days, batch=None, at=datetime(2026, 2, 1, tzinfo=UTC))
    assert sums() == [
        (points[0].pk, 1, JANUARY, 144, 3 << 4, 3 << 4),
        (points[1].pk, 1, JANUARY, 2340, 1 << 4, 1 << 4),
        (points[2].pk, 1, JANUARY, 48, 1 << 4, 1 << 4),
    ]


def test_what_was_stored_before_is_added_up_for_every_company(tenant: Tenant, other_tenant: Tenant) -> None:
    """As a company that is upgraded has it."""
    before: list[Sums] = []
    for company in (tenant, other_tenant):
        with tenant_scope(company):
            point = factories.point(has_production=True)
            for day in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 3, 29)):
                factories.readings(point, day, 100)
            factories.readings(point, date(2026, 3, 28), LACKING, direction=Direction.PRODUCTION)
            quarters(point, FIFTH)
            before.append(sums())
            ReadingMonth.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(importlib.import_module("metering.migrations.0014_sums_of_what_is_stored").FILL)
    for company, were in zip((tenant, other_tenant), before, strict=True):
        with tenant_scope(company):
            assert sums() == were
            assert len(were) == 4


def prove(tenant: Tenant, *options: str) -> tuple[int, str]:
    """Run the command; returns its exit code and what it wrote."""
    out = io.StringIO()
    try:
        call_command("prove_readings", "--tenant", tenant.slug, *options, stdout=out)
    except SystemExit as stopped:
        return int(stopped.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_sums_that_are_not_their_days_are_told_of_and_mended(tenant: Tenant, other_tenant: Tenant) -> None:
    point, none, more, with_holes = (factories.point(serial) for serial in range(4))
    for one in (point, none, more):
        factories.readings(one, FIFTH, 5)
    factories.readings(with_holes, FIFTH, LACKING)
    quarters(with_holes, SIXTH)
    with tenant_scope(other_tenant):
        factories.readings(factories.point(), FIFTH, 5)
        theirs = sums()
    true = sums()
    assert prove(tenant, "--dry-run") == (0, f"{len(partitions.months())} months compared, 0 sums wrong.\n")

    ReadingMonth.objects.filter(metering_point=point).update(total_wh=7)
    ReadingMonth.objects.filter(metering_point=none).delete()
    ReadingMonth.objects.filter(metering_point=with_holes).update(whole_days=1 << 4)
    ReadingDay.objects.filter(metering_point=more).delete()
    true = [row for row in true if row[0] != more.pk]
    wrong = sums()
    code, told = prove(tenant, "--dry-run", "--json")
    assert (code, json.loads(told)["wrong"], sums()) == (1, {"2026-01": 4}, wrong)
    code, told = prove(tenant)
    assert (code, "2026-01  4 mended" in told, sums()) == (1, True, true)
    assert prove(tenant)[0] == 0
    with tenant_scope(other_tenant):
        assert sums() == theirs


def test_every_batch_of_metering_points_is_proved(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(month_sums, "BATCH_POINTS", 2)
    for serial in range(5):
        factories.readings(factories.point(serial), FIFTH, 5)
    ReadingMonth.objects.update(known_days=0, whole_days=0)
    assert [proof.wrong for proof in actions.prove_sums() if proof.wrong] == [5]
    assert not any(proof.wrong for proof in actions.prove_sums())
