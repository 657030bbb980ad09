"""Weeks, years, comparisons, all installations together, and what people take along."""

import io
from collections.abc import Callable
from datetime import date, timedelta

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from metering import day_rows
from metering.days import DayValues, Direction
from metering.models import MeteringPoint, ReadingDay
from metering.periods import Span
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.metering import factories, homes
from tests.metering.homes import MONDAY, Pair
from tests.metering.pages import page

pytestmark = pytest.mark.usefixtures("friday_noon")


@pytest.fixture
def home(tenant: Tenant, client_for: Callable[..., Client]) -> Pair:
    return homes.of_two(tenant, client_for)


def test_a_week_begins_on_monday_and_each_bar_leads_to_its_day(
    home: Pair,
) -> None:
    client, points = home
    shown = page(client, f"/grid/{points[0].pk}/?view=week&date=2026-11-12")
    assert [row[:2] for row in shown.rows] == [
        ["Mon 9 Nov", "24.0"],
        ["Tue 10 Nov", "24.0"],
        ["Wed 11 Nov", "24.0"],
        ["Thu 12 Nov", "24.0"],
        ["Fri 13 Nov", "comes tomorrow 07:00"],
    ]
    assert shown.bars[0][1].startswith(f"/grid/{points[0].pk}/?view=day&date=2026-11-09")
    assert shown.total[:2] == ["Sum", "96.0"]


def test_a_year_has_twelve_months_and_says_which_lack_days(home: Pair) -> None:
    client, points = home
    factories.readings(points[0], date(2026, 10, 31), 1000)
    shown = page(client, f"/grid/{points[0].pk}/?view=year&date=2026-11-12")
    assert len(shown.rows) == 11
    assert shown.rows[9:] == [["October 2026", "24", ""], ["November 2026", "96", "8 days lack values"]]
    assert shown.total[:2] == ["Sum", "120"]
    last = page(client, f"/grid/{points[0].pk}/?view=12m&date=2026-11-12")
    assert (last.rows[0][0], last.rows[-1][0]) == ("December 2025", "November 2026")


def test_a_week_stands_beside_the_same_weekdays_of_the_year_before(
    home: Pair,
) -> None:
    client, points = home
    factories.readings(points[0], MONDAY - timedelta(days=364), 500)
    shown = page(client, f"/grid/{points[0].pk}/?view=week&date=2026-11-12&compare=year")
    assert shown.rows[0][:3] == ["Mon 9 Nov", "24.0", "12.0"]
    # Only Monday has values in both years.
    assert "12.0 kWh (100 %) more than the year before. Counted on the 1 day of which both have values." in shown.html
    assert shown.html.count('class="chart__other"') == 1


def test_a_month_stands_beside_another_installation(home: Pair) -> None:
    client, points = home
    shown = page(client, f"/grid/{points[0].pk}/?view=month&date=2026-11-12&compare={points[1].pk}")
    assert shown.rows[8][:3] == ["Mon 9 Nov", "24.0", "48.0"]
    assert "96.0 kWh (50 %) less than" in shown.html


@pytest.mark.parametrize("nonsense", ["²", "-1", "9" * 20, "year2"])
def test_nonsense_to_compare_with_is_nothing(home: Pair, nonsense: str) -> None:
    client, points = home
    assert "more than" not in page(client, f"/grid/{points[0].pk}/?view=week&compare={nonsense}").html


def test_what_is_compared_with_must_be_the_customers_own(home: Pair, tenant: Tenant) -> None:
    client, points = home
    strange = factories.point(9)
    factories.holding(core.member()[1], strange)
    factories.readings(strange, MONDAY, 7000)
    shown = page(client, f"/grid/{points[0].pk}/?view=month&date=2026-11-12&compare={strange.pk}")
    assert "168.0" not in shown.html
    assert "chart__other" not in shown.html


def test_all_together_is_the_sum_and_counts_whole_sets(home: Pair) -> None:
    client, points = home
    factories.readings(points[0], MONDAY + timedelta(days=4), [1000] * 11 + [None] * 13)
    for view, row, expected in (
        ("day", 0, ["00:00–01:00", "3.00"]),
        ("week", 0, ["Mon 9 Nov", "72.0"]),
        ("month", 8, ["Mon 9 Nov", "72.0"]),
        ("year", 10, ["November 2026", "299"]),
    ):
        shown = page(client, f"/grid/together/?view={view}&date=2026-11-09")
        assert shown.rows[row][:2] == expected, view
    week = page(client, "/grid/together/?view=week&date=2026-11-09")
    assert week.rows[4][-1] == "2 installations lack values"


LACKS = "1 installation lacks values"


def test_an_installation_without_values_is_told_of_beside_the_sum_of_the_day(home: Pair) -> None:
    client, points = home
    ReadingDay.objects.filter(metering_point=points[1], day=MONDAY).delete()
    shown = page(client, f"/grid/together/?view=day&date={MONDAY}")
    assert [row[1:] for row in shown.rows] == [["1.00", LACKS]] * 24
    assert shown.total == ["Sum", "24.00", ""]
    assert "Some installations lack values in some hours; what they have is in the sum." in shown.html
    assert LACKS not in page(client, f"/grid/together/?view=day&date={MONDAY + timedelta(days=1)}").html


def test_an_hour_without_a_value_and_one_without_a_quarter_are_told_of(home: Pair) -> None:
    client, points = home
    day = MONDAY - timedelta(days=1)
    factories.readings(points[0], day, [1000, None, *[1000] * 22])
    quarters = [250] * 96
    key = (points[1].pk, int(Direction.CONSUMPTION), day)
    day_rows.write(
        {key: DayValues(day, 15, [*quarters[:9], None, None, *quarters[11:]])}, batch=None, at=timezone.now()
    )
    shown = page(client, f"/grid/together/?view=day&date={day}")
    assert [row[1:] for row in shown.rows[:4]] == [["2.00", ""], ["1.00", LACKS], ["1.50", LACKS], ["2.00", ""]]


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_the_hours_of_all_are_right_on_the_days_the_clock_changes(home: Pair, day: date, hours: int) -> None:
    client, points = home
    factories.readings(points[0], day, [*range(1000, 1000 + hours)])
    factories.readings(points[1], day, [None if at == 2 else 1000 for at in range(hours)])
    shown = page(client, f"/grid/together/?view=day&date={day}")
    assert (len(shown.rows), len({row[0] for row in shown.rows})) == (hours, hours)
    assert [row[1:] for row in shown.rows[1:4]] == [["2.00", ""], ["1.00", LACKS], ["2.00", ""]]


def test_the_sum_of_the_year_says_which_months_lack_days(home: Pair) -> None:
    client, points = home
    for point, first in zip(points, (1, 2), strict=True):
        for day in Span(date(2026, 11, first), date(2026, 11, 8)).days():
            factories.readings(point, day, 1000)
    factories.readings(points[0], date(2026, 9, 30), 1000)
    shown = page(client, "/grid/together/?view=year&date=2026-11-12")
    assert shown.rows[9:] == [["October 2026", "missing", ""], ["November 2026", "648", "1 day lacks values"]]
    assert shown.rows[8] == ["September 2026", "24", "30 days lack values"]
    assert "Some days lack values; what they have is in the sum." in shown.html


def test_of_production_only_those_that_have_it_can_lack_it(home: Pair) -> None:
    client, points = home
    MeteringPoint.objects.filter(pk=points[0].pk).update(has_production=True)
    for back in range(4):
        factories.readings(points[0], MONDAY + timedelta(days=back), 700, direction=Direction.PRODUCTION)
    for view in ("day", "week", "month"):
        shown = page(client, f"/grid/together/?view={view}&date={MONDAY}&direction=production")
        assert "lack" not in shown.html, view
    MeteringPoint.objects.update(has_production=True)
    shown = page(client, f"/grid/together/?view=week&date={MONDAY}&direction=production")
    assert shown.rows[0][-1] == LACKS
    shown = page(client, f"/grid/together/?view=day&date={MONDAY}&direction=production")
    assert shown.rows[0][1:] == ["0.70", LACKS]


@pytest.mark.parametrize(("lacks", "marks"), [(False, 0), (True, 1)])
def test_production_that_was_taken_away_is_in_the_sum_but_missed_by_nobody(home: Pair, lacks: bool, marks: int) -> None:
    """Nor does it stand in for what another lacks."""
    client, points = home
    MeteringPoint.objects.filter(pk=points[0].pk).update(has_production=True)
    for day in Span(date(2026, 10, 1), date(2026, 10, 31)).days():
        hours = 25 if day.day == 25 else 24
        values = [None if lacks and day.day == 7 else 100, *[100] * (hours - 1)]
        factories.readings(points[0], day, values, direction=Direction.PRODUCTION)
    for number in (7, 8):
        factories.readings(points[1], date(2026, 10, number), 100, direction=Direction.PRODUCTION)
    asked = "&direction=production"
    year = page(client, f"/grid/together/?view=year&date=2026-10-12{asked}")
    assert ("1 day lacks values" in year.rows[9]) == lacks
    month = page(client, f"/grid/together/?view=month&date=2026-10-12{asked}")
    assert sum(LACKS in row for row in month.rows) == marks
    day = page(client, f"/grid/together/?view=day&date=2026-10-07{asked}")
    assert sum(LACKS in row for row in day.rows) == marks
    assert day.rows[1][1] == "0.20"


def test_the_mean_is_the_same_above_the_chart_and_in_it(home: Pair) -> None:
    client, points = home
    ReadingDay.objects.filter(metering_point=points[1], day=MONDAY).delete()
    week = english(client, f"/grid/together/?view=week&date={MONDAY}")
    # 24 + 3 × 72, over four days.
    assert "Mean per day</dt><dd>60.0" in week
    assert "Mean 60.0 kWh per day" in week
    day = english(client, f"/grid/together/?view=day&date={MONDAY}")
    assert "Mean per hour</dt><dd>1.00" in day
    assert "Mean 1.00 kWh per hour" in day


def test_a_month_that_lacks_a_day_is_in_no_mean(home: Pair) -> None:
    client, points = home
    for number in range(31):
        factories.readings(points[0], date(2026, 10, 1) + timedelta(days=number), 1000)
    factories.readings(points[0], date(2026, 9, 30), 1000)
    for path in ("/grid/together/", f"/grid/{points[0].pk}/"):
        year = english(client, f"{path}?view=year&date={MONDAY}")
        # Of September there is one day, and November is not over; October has an hour more.
        assert "Mean per month</dt><dd>745.0" in year
        assert "Mean 745.0 kWh per month" in year
        assert "Only months that are over and have values of every day are in the mean." in year


def test_the_sum_knows_when_an_installation_changed_hands(home: Pair) -> None:
    client, points = home
    points[1].holdings.update(valid_to=MONDAY)
    shown = page(client, "/grid/together/?view=week&date=2026-11-09")
    assert [row[1] for row in shown.rows[:2]] == ["72.0", "24.0"]
    assert page(client, "/grid/together/?view=day&date=2026-11-10").rows[0][1] == "1.00"


def english(client: Client, path: str) -> str:
    return client.get(path, headers={"accept-language": "en"}).content.decode()


def lines(client: Client, query: str) -> list[list[str]]:
    answer = client.get(f"/grid/download/?{query}", headers={"accept-language": "en"})
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return [line.split(";") for line in text.splitlines()]


def test_the_file_holds_what_the_page_shows(home: Pair) -> None:
    client, points = home
    query = f"points={points[0].pk}&first=2026-11-09&last=2026-11-10&format=csv&step="
    heading, *hours = lines(client, query + "hour")
    assert heading[3:8] == ["From", "To", "kWh", "High load, kWh", "Low load, kWh"]
    assert len(hours) == 48
    assert hours[0][1:] == [
        points[0].gsrn,
        "Consumption",
        "2026-11-09 00:00",
        "2026-11-09 01:00",
        "1,000",
        "",
        "1,000",
        "",
        "",
    ]
    assert hours[6][5:8] == ["1,000", "1,000", ""]
    [_, *days] = lines(client, query + "day")
    assert [day[3:7] for day in days] == [
        ["2026-11-09", "24,000", "16,000", "8,000"],
        ["2026-11-10", "24,000", "16,000", "8,000"],
    ]
    [_, month] = lines(client, query + "month")
    assert month[3:7] == ["2026-11-01", "48,000", "32,000", "16,000"]


def test_excel_holds_numbers_for_all_installations(home: Pair) -> None:
    client, _ = home
    answer = client.get("/grid/download/?points=all&first=2026-11-09&last=2026-11-12&format=xlsx&step=day")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    values = [row[4] for row in book.active.iter_rows(min_row=2, values_only=True)]
    assert sum(values) == 288


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2025, 10, 26), 25)])
def test_the_days_the_clock_changes_have_their_hours_in_the_file(home: Pair, day: date, hours: int) -> None:
    client, points = home
    factories.readings(points[0], day, [1000] * hours)
    [_, *rows] = lines(client, f"points={points[0].pk}&first={day}&last={day}&format=csv&step=hour")
    assert len(rows) == hours
    assert len({(row[3], row[8]) for row in rows}) == hours


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("first=2026-11-10&last=2026-11-09&points=all", "before the first"),
        ("first=1990-01-01&last=2026-11-09&points=all", "more than ten years"),
        ("first=2026-11-09&last=2026-11-10", "at least one installation"),
        ("first=soon&last=2026-11-10&points=all", "Enter a date"),
        ("first=2026-11-09&last=2026-11-10&points=999999", "999999"),
    ],
)
def test_a_download_that_cannot_be_is_explained(home: Pair, query: str, words: str) -> None:
    client, _ = home
    answer = client.get(f"/grid/download/?{query}&format=csv&step=day", headers={"accept-language": "en"})
    assert answer.status_code == 422
    assert words in answer.content.decode()
