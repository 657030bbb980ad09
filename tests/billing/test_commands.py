"""manage.py import_tariffs and settle: what operators and their scripts see."""

import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from billing.models import SettledMonth, TariffVersion
from metering.models import Holding
from portal.tenancy.models import Tenant
from tests.billing import factories as make
from tests.billing.tariff_texts import GOOD, changed

OCTOBER = date(2026, 10, 1)
SETTLEMENT_KEYS = {"metering_point", "from", "until", "energy_kwh", "peaks", "mean_kw", "tier", "lines", "total"}
LINE_KEYS = {"code", "period", "text", "quantity", "unit", "unit_price", "amount"}


def run(command: str, *arguments: str) -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command(command, "--tenant", "fjord", *arguments, stdout=out, stderr=io.StringIO())
    except SystemExit as stop:
        return int(str(stop.code)), out.getvalue()
    return 0, out.getvalue()


def settled(*arguments: str) -> tuple[int, dict[str, Any]]:
    code, text = run("settle", "--json", *arguments)
    return code, json.loads(text)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    contents = {"good": GOOD.encode(), "broken": changed("grunnpris: 7.61", "grunnpris: 7,61")}
    for name, content in contents.items():
        (tmp_path / f"{name}.yml").write_bytes(content)
    return {name: str(tmp_path / f"{name}.yml") for name in contents}


def test_a_good_file_is_read_and_said_so(tenant: Tenant, files: dict[str, str]) -> None:
    code, text = run("import_tariffs", files["good"])
    assert code == 0
    assert "good.yml: read (Bjørkedal Nett AS, 2 price lists)" in text
    assert "household from 2025-07-01 until 2026-07-01: new" in text


def test_a_broken_file_is_refused_and_the_other_is_in(tenant: Tenant, files: dict[str, str]) -> None:
    code, text = run("import_tariffs", "--json", files["broken"], files["good"])
    broken, good = json.loads(text)["files"]
    assert (code, broken["refused"], good["refused"]) == (1, True, False)
    assert broken["problems"] == [
        {
            "level": "error",
            "code": "comma",
            "line": 19,
            "where": "tariffer[0].energiledd.grunnpris",
            "text": "“7,61” has a decimal comma. Write 7.61.",
        }
    ]
    assert {one["outcome"] for one in good["price_lists"]} == {"new"}
    assert TariffVersion.objects.count() == 4


def test_a_dry_run_writes_nothing(tenant: Tenant, files: dict[str, str]) -> None:
    code, text = run("import_tariffs", "--dry-run", files["good"])
    assert (code, "dry run" in text, TariffVersion.objects.count()) == (0, True, 0)


def test_a_file_that_is_not_there_is_wrong_usage(tenant: Tenant) -> None:
    with pytest.raises(CommandError, match="Cannot read") as error:
        run("import_tariffs", "/nowhere/tariffs.yml")
    assert error.value.returncode == 2


def test_a_settlement_as_json(tenant: Tenant) -> None:
    make.price_lists()
    point = make.point()
    make.holder(point, support_scheme="none")
    make.readings(point, OCTOBER, date(2026, 10, 31))
    code, found = settled("--metering-point", point.gsrn, "--month", "2026-10")
    assert code == 0
    assert found.keys() >= SETTLEMENT_KEYS
    assert (found["metering_point"], found["from"], found["until"]) == (point.gsrn, "2026-10-01", "2026-10-31")
    assert (found["energy_kwh"], found["mean_kw"]) == ("745.000", "1.0000")
    assert found["tier"] == {"from_kw": 0, "to_kw": 5}
    assert found["peaks"][0] == {"start": "2026-10-01T00:00:00+02:00", "kw": "1.000"}
    assert found["total"] == "334.52"
    first = found["lines"][0]
    assert first.keys() >= LINE_KEYS
    assert {key: first[key] for key in LINE_KEYS} == {
        "code": "energy",
        "period": "day",
        "text": "Energy, day (06–22)",
        "quantity": "496.000",
        "unit": "kWh",
        "unit_price": "0.155",
        "amount": "76.88",
    }
    assert first["because"] == [
        "496 hours with readings: day (06–22).",
        "The price list from 1\u00a0Jul\u00a02026 says 12.4 øre/kWh, without taxes.",
        "25 % value added tax is added.",
    ]
    assert found["unknown"] == []


def test_a_settlement_until_a_day(tenant: Tenant) -> None:
    make.price_lists()
    point = make.point()
    make.readings(point, OCTOBER, date(2026, 10, 31))
    _, found = settled("--metering-point", point.gsrn, "--month", "2026-10", "--until", "2026-10-10")
    assert (found["until"], found["energy_kwh"]) == ("2026-10-10", "240.000")


def test_what_is_unknown_is_said_and_gives_exit_code_1(tenant: Tenant) -> None:
    make.price_lists()
    point = make.point()
    make.holder(point)
    make.readings(point, OCTOBER, date(2026, 10, 31))
    code, found = settled("--metering-point", point.gsrn, "--month", "2026-10")
    assert code == 1
    assert [(one["what"], one["text"]) for one in found["unknown"]] == [
        ("prices", "The spot price is missing for 745 hours.")
    ]


def test_a_settlement_for_people_to_read(tenant: Tenant) -> None:
    make.price_lists()
    point = make.point()
    make.holder(point, support_scheme="none")
    make.readings(point, OCTOBER, date(2026, 10, 30))
    _, text = run("settle", "--metering-point", point.gsrn, "--month", "2026-10")
    assert "Readings from 2026-10-01 00:00 to 2026-10-31 00:00" in text
    assert "Electricity tax, night (22–06)" in text
    assert "Sum, with VAT" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--month", "2026-13"], "is not a month"),
        (["--month", "2026-10", "--until", "i dag"], "is not a date"),
        (["--month", "2026-10", "--until", "2026-11-01"], "is not in 2026-10"),
        (["--month", "2026-10", "--store"], "goes with --all"),
        (["--month", "2026-10"], "no metering point"),
    ],
)
def test_wrong_usage(tenant: Tenant, arguments: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message) as error:
        run("settle", "--metering-point", "707057500000000001", *arguments)
    assert error.value.returncode == 2


def test_nobody_holds_it(tenant: Tenant) -> None:
    point = make.point()
    make.holder(point, date(2026, 11, 1))
    with pytest.raises(CommandError, match="Nobody holds"):
        run("settle", "--metering-point", point.gsrn, "--month", "2026-10")


def test_all_metering_points_one_a_line(tenant: Tenant) -> None:
    make.price_lists()
    points = [make.point(serial) for serial in range(3)]
    for point in points:
        make.holder(point, support_scheme="none")
        make.readings(point, OCTOBER, date(2026, 10, 31))
    code, text = run("settle", "--all", "--json", "--month", "2026-10")
    assert (code, [json.loads(line)["metering_point"] for line in text.splitlines()]) == (
        0,
        [point.gsrn for point in points],
    )


def test_all_of_them_kept_and_kept_again(tenant: Tenant) -> None:
    make.price_lists()
    point, empty = make.point(0), make.point(1)
    for one in (point, empty):
        make.holder(one, support_scheme="none")
    make.readings(point, OCTOBER, date(2026, 10, 31))
    code, text = run("settle", "--all", "--store", "--month", "2026-10")
    assert code == 1
    assert text.startswith("2 metering points settled, 1 of them incomplete")
    run("settle", "--all", "--store", "--month", "2026-10")
    rows = {row.metering_point_id: (str(row.total), row.unknown) for row in SettledMonth.objects.all()}
    assert rows == {point.pk: ("334.52", []), empty.pk: ("0.00", ["readings"])}


def test_each_holder_of_a_month_has_a_line(tenant: Tenant) -> None:
    make.price_lists()
    point = make.point()
    make.holder(point, valid_to=date(2026, 10, 15), support_scheme="none")
    make.holder(point, date(2026, 10, 16), support_scheme="none")
    make.readings(point, OCTOBER, date(2026, 10, 31))
    code, text = run("settle", "--all", "--json", "--month", "2026-10")
    parts = [json.loads(line) for line in text.splitlines()]
    assert [(one["from"], one["until"]) for one in parts] == [
        ("2026-10-01", "2026-10-15"),
        ("2026-10-16", "2026-10-31"),
    ]
    assert (code, sum(Decimal(one["energy_kwh"]) for one in parts)) == (0, 745)


def test_one_that_cannot_be_settled_is_named_and_the_rest_done(tenant: Tenant) -> None:
    make.price_lists()
    points = [make.point(serial) for serial in range(3)]
    for point in points:
        make.holder(point, support_scheme="none")
        make.readings(point, OCTOBER, date(2026, 10, 31))
    Holding.objects.filter(metering_point=points[0]).update(support_scheme="stipend")
    code, text = run("settle", "--all", "--json", "--month", "2026-10")
    assert (code, [json.loads(line)["metering_point"] for line in text.splitlines()]) == (
        1,
        [point.gsrn for point in points[1:]],
    )
    code, text = run("settle", "--all", "--store", "--month", "2026-10")
    assert (code, text.startswith("2 metering points settled, 0 of them incomplete, 1 could not be settled")) == (
        1,
        True,
    )
    assert points[0].gsrn in text
    assert SettledMonth.objects.count() == 2
