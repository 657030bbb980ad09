"""Metering points and who holds them, from a CSV file."""

import io
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from metering import actions, queries
from metering.models import Holding, MeteringPoint, ParkedSeries
from metering.points_file import COLUMNS
from portal.audit.models import Entry
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.metering import factories
from tests.metering.gs2_files import OTHER_POINT, POINT, hours, written

HEADING = (
    "gsrn,customer_number,address,postal_code,city,county,price_area,meter_number,customer_group,tariff,support_scheme,"
    "holiday_home,dwellings,directions,fuse_ampere,valid_from,valid_to"
)
FULL = (
    f"{POINT},501,Veien 1,1489,Solvika,Akershus,NO1,69700001,household,Vidnett,norgespris,no,48,"
    "consumption+production,63,2026-01-01,"
)


def line(gsrn: str = POINT, **cells: str) -> str:
    return ",".join({"gsrn": gsrn, **cells}.get(name, "") for name in COLUMNS)


@pytest.fixture
def run(tenant: Tenant, tmp_path: Path) -> Any:
    def run(*lines: str, options: tuple[str, ...] = (), heading: str = HEADING) -> tuple[int, dict[str, Any]]:
        path = tmp_path / "points.csv"
        path.write_text("\n".join([heading, *lines, ""]))
        out = io.StringIO()
        code = 0
        try:
            call_command("import_metering_points", "--tenant", "fjord", "--json", str(path), *options, stdout=out)
        except SystemExit as stop:
            code = int(str(stop.code))
        return code, json.loads(out.getvalue())

    return run


def holders(gsrn: str = POINT) -> list[tuple[str, date, date | None]]:
    rows = Holding.objects.filter(metering_point__gsrn=gsrn).order_by("valid_from")
    return [(one.customer.number, one.valid_from, one.valid_to) for one in rows]


def test_every_column_is_stored(run: Any) -> None:
    core.customer(number="501")
    code, report = run(FULL)
    assert (code, report["metering_points"], report["holdings"]) == (
        0,
        {"new": 1, "changed": 0, "unchanged": 0},
        {"new": 1, "changed": 0, "unchanged": 0},
    )
    point = MeteringPoint.objects.get()
    assert (point.gsrn, point.address, point.postal_code, point.city) == (POINT, "Veien 1", "1489", "Solvika")
    assert (point.county, point.price_area, point.meter_number) == ("Akershus", "NO1", "69700001")
    assert (point.customer_group, point.tariff_name, point.holiday_home) == ("household", "Vidnett", False)
    assert (point.dwellings, point.has_production, point.fuse_ampere) == (48, True, 63)
    assert Holding.objects.get().support_scheme == "norgespris"
    assert Entry.objects.get(verb="metering.points_imported").data["new"] == 1


def test_the_same_file_again_changes_nothing(run: Any) -> None:
    core.customer(number="501")
    run(FULL)
    code, report = run(FULL)
    assert (code, report["metering_points"]["unchanged"], report["holdings"]["unchanged"]) == (0, 1, 1)


def test_an_empty_cell_leaves_alone_what_is_stored(run: Any) -> None:
    core.customer(number="501")
    run(FULL)
    _, report = run(line(city="Bogen"))
    point = MeteringPoint.objects.get()
    assert (report["metering_points"]["changed"], point.city, point.county, point.dwellings) == (
        1, "Bogen", "Akershus", 48,
    )  # fmt: skip


def test_a_customer_sees_only_the_time_they_held_the_point(run: Any) -> None:
    seller, buyer = core.customer(number="501"), core.customer(number="502")
    run(line(customer_number="501", valid_from="2020-01-01"))
    run(line(customer_number="502", valid_from="2026-02-01"))
    assert holders() == [("501", date(2020, 1, 1), date(2026, 1, 31)), ("502", date(2026, 2, 1), None)]
    today = date(2026, 3, 1)
    (sold,), (bought,) = (queries.installations_of(customer, today) for customer in (seller, buyer))
    assert (sold.holds(date(2026, 1, 31)), sold.holds(date(2026, 2, 1))) == (True, False)
    assert (bought.holds(date(2026, 1, 31)), bought.holds(date(2026, 2, 1))) == (False, True)


def test_several_lines_of_a_point_tell_its_holders_and_the_latest_what_it_is(run: Any) -> None:
    for number in ("501", "502"):
        core.customer(number=number)
    newer = line(customer_number="502", valid_from="2026-01-01", customer_group="small_business")
    older = line(customer_number="501", valid_from="2024-01-01", customer_group="household")
    code, _ = run(newer, older)
    assert (code, MeteringPoint.objects.get().customer_group) == (0, "small_business")
    assert holders() == [("501", date(2024, 1, 1), date(2025, 12, 31)), ("502", date(2026, 1, 1), None)]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"gsrn": "707057500000000002"}, "check digit"),
        ({"gsrn": "7.07058E+17"}, "gsrn: “7.07058E+17” is what a spreadsheet makes of a long number"),
        ({"meter_number": "6.97063E+15"}, "meter_number: “6.97063E+15” is what a spreadsheet makes of a long number"),
        ({"gsrn": "", "city": "Bogen"}, "gsrn: Missing."),
        ({"price_area": "NO6"}, "price_area: Must be one of"),
        ({"customer_group": "castle"}, "customer_group: Must be one of"),
        ({"support_scheme": "both"}, "support_scheme: Must be one of"),
        ({"directions": "up"}, "directions: Must be one of"),
        ({"holiday_home": "maybe"}, "holiday_home: Must be yes or no"),
        ({"dwellings": "-1"}, "dwellings:"),
        ({"fuse_ampere": "9" * 100}, "fuse_ampere:"),
        ({"postal_code": "12"}, "postal_code:"),
        ({"valid_from": "2026-02-30"}, "valid_from:"),
        ({"customer_number": "501"}, "valid_from: Missing."),
        ({"customer_number": "501", "valid_from": "2026-02-01", "valid_to": "2026-01-01"}, "valid_to: Before"),
        ({"customer_number": "999", "valid_from": "2026-02-01"}, "The customer 999 is not registered."),
        ({"city": "x" * 100}, "city: At most 60"),
    ],
)
def test_a_line_with_something_wrong_is_rejected_with_the_reason(run: Any, cells: dict[str, str], reason: str) -> None:
    core.customer(number="501")
    good = line(OTHER_POINT, customer_number="501", valid_from="2026-01-01")
    code, report = run(line(**cells), good)
    (rejected,) = report["rejected"]
    assert (code, rejected["line"], reason in rejected["reason"]) == (1, 2, True), rejected
    assert holders(OTHER_POINT) == [("501", date(2026, 1, 1), None)]


@pytest.mark.parametrize("cells", [{"customer_number": "999"}, {"customer_number": "501", "dwellings": "many"}])
@pytest.mark.parametrize("others", [[], [line(customer_number="502", valid_from="2020-01-01")]])
def test_who_moved_out_sees_no_more_also_when_the_line_of_the_next_is_rejected(
    run: Any, cells: dict[str, str], others: list[str]
) -> None:
    for number in ("501", "502"):
        core.customer(number=number)
    run(line(customer_number="502", valid_from="2020-01-01"))
    wrong = line(**cells, valid_from="2026-02-01")
    for _ in range(2):
        code, report = run(*others, wrong)
        assert (code, len(report["rejected"])) == (1, 1)
        assert holders() == [("502", date(2020, 1, 1), date(2026, 1, 31))]
    run(line(customer_number="501", valid_from="2026-02-01"))
    assert holders()[1:] == [("501", date(2026, 2, 1), None)]


def test_a_rejected_line_about_who_is_stored_from_that_day_leaves_them_there(run: Any) -> None:
    core.customer(number="501")
    run(line(customer_number="501", valid_from="2026-01-01"))
    code, report = run(line(customer_number="501", valid_from="2026-01-01", dwellings="many"))
    assert (code, len(report["rejected"]), holders()) == (1, 1, [("501", date(2026, 1, 1), None)])


def test_a_nightly_list_does_not_undo_that_staff_ended_a_holding(run: Any) -> None:
    core.customer(number="501")
    nightly = line(customer_number="501", valid_from="2020-01-01")
    run(nightly)
    Holding.objects.update(valid_to=date(2026, 1, 31))
    assert run(nightly)[1]["holdings"]["unchanged"] == 1
    assert holders() == [("501", date(2020, 1, 1), date(2026, 1, 31))]


def test_lines_that_contradict_each_other_are_rejected(run: Any) -> None:
    for number in ("501", "502"):
        core.customer(number=number)
    twice = line(customer_number="501", valid_from="2026-01-01")
    code, report = run(twice, twice)
    assert (code, [one["line"] for one in report["rejected"]]) == (1, [3])
    inside = line(OTHER_POINT, customer_number="501", valid_from="2026-01-01", valid_to="2026-12-31")
    code, report = run(inside, line(OTHER_POINT, customer_number="502", valid_from="2026-06-01"))
    assert (code, [one["line"] for one in report["rejected"]]) == (1, [3])
    assert holders(OTHER_POINT) == [("501", date(2026, 1, 1), date(2026, 12, 31))]


@pytest.mark.parametrize(
    "heading", [HEADING.replace(",county", ""), HEADING + ",colour", HEADING.replace("county", "city"), "x", ""]
)
def test_another_heading_is_refused(run: Any, heading: str) -> None:
    code, report = run(FULL, heading=heading)
    assert (code, len(report["rejected"]), MeteringPoint.objects.count()) == (1, 1, 0)


def test_a_dry_run_changes_nothing(run: Any) -> None:
    core.customer(number="501")
    code, report = run(FULL, options=("--dry-run",))
    assert (code, report["metering_points"]["new"], MeteringPoint.objects.count()) == (0, 1, 0)


def test_parked_values_are_taken_in_when_their_point_appears(run: Any) -> None:
    core.customer(number="501")
    content = written(hours([1] * 24, start=datetime(2026, 1, 4, 23, tzinfo=UTC)))
    actions.import_file(stream=io.BytesIO(content), name="early.gs2", by=None)
    _, report = run(FULL)
    assert (report["parked_values_taken_in"], ParkedSeries.objects.count()) == (24, 0)
    assert factories.stored(MeteringPoint.objects.get(), date(2026, 1, 5)).total_wh == 24


def test_many_points_cost_few_queries(run: Any, django_assert_max_num_queries: Any) -> None:
    from portal.customers import gsrn

    core.customer(number="501")
    lines = [line(gsrn.make(serial), customer_number="501", valid_from="2026-01-01") for serial in range(500)]
    with django_assert_max_num_queries(25):
        run(*lines)
    assert Holding.objects.count() == 500


def test_a_file_that_is_not_there_is_wrong_usage(tenant: Tenant) -> None:
    with pytest.raises(CommandError) as stopped:
        call_command("import_metering_points", "--tenant", "fjord", "no-such-file.csv")
    assert stopped.value.returncode == 2


def test_people_read_the_report_in_words(tenant: Tenant, tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text(f"{HEADING}\n{line()}\n{line(gsrn='1')}\n", encoding="utf-8-sig")
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("import_metering_points", "--tenant", "fjord", str(path), stdout=out)
    assert "points.csv: 1 rejected." in out.getvalue()
    assert "metering points 1 new, 0 changed, 0 unchanged" in out.getvalue()
    assert "  line 3, 1: gsrn: " in out.getvalue()
