"""Oversikt: a customer's readings by day and month, and nobody else's."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from metering import day_rows, partitions
from metering.days import DayValues, Direction, Quality, Wh
from metering.models import ImportBatch, MeteringPoint
from portal.accounts.models import User
from portal.customers.models import Customer
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests.metering import factories
from tests.metering.homes import MONDAY, english_member
from tests.metering.pages import page, url

# Noon on Friday 13 November 2026: yesterday's values are here, today's come tomorrow.
NOW = datetime(2026, 11, 13, 11, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("friday_noon")


@pytest.fixture
def home(tenant: Tenant, client_for: Callable[..., Client]) -> tuple[Client, MeteringPoint]:
    """A customer with one metering point, and their browser."""
    user, customer = english_member()
    point = factories.point(has_production=True)
    factories.holding(customer, point)
    return client_for(user, tenant=tenant), point


def correct(
    point: MeteringPoint, day: date, values: list[int], quality: list[int] | None = None, minutes: int = 60
) -> None:
    batch = ImportBatch.objects.create(sha256="0" * 64, file_name="late.gs2", file_bytes=1, started_at=NOW)
    key = (point.pk, int(Direction.CONSUMPTION), day)
    day_rows.write({key: DayValues(day, minutes, list(values), quality)}, batch=batch, at=NOW)


def test_a_day_shows_every_hour_in_chart_and_table_alike(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    factories.readings(point, MONDAY, [1000 + 10 * hour for hour in range(24)])
    shown = page(client, url(point))
    assert shown.rows[0] == ["00:00–01:00", "1.00"]
    assert shown.rows[23] == ["23:00–24:00", "1.23"]
    assert [label.split(",")[0] for label, _ in shown.bars] == [f"{hour}: {kwh} kWh" for hour, kwh in shown.rows]
    assert shown.total == ["Sum", "26.76"]
    assert [label for label, _ in shown.bars if "highest hour" in label] == ["23:00–24:00: 1.23 kWh, highest hour"]


def test_a_month_shows_every_day_and_leads_into_it(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    factories.readings(point, MONDAY, 1000)
    factories.readings(point, MONDAY + timedelta(days=1), 2000)
    shown = page(client, url(point, "month"))
    assert shown.rows[8] == ["Mon 9 Nov", "24.0", "1.00 kW"]
    assert shown.bars[8] == ("Mon 9 Nov: 24.0 kWh", url(point, "day", MONDAY))
    assert shown.total == ["Sum", "72.0", "2.00 kW"]
    day = page(client, shown.bars[8][1])
    assert day.total == ["Sum", "24.00"]


def test_missing_values_are_gaps_and_never_zero(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    factories.readings(point, MONDAY, [1000, None, 0, *[1000] * 21])
    day = page(client, url(point))
    assert day.rows[1:3] == [["01:00–02:00", "missing"], ["02:00–03:00", "0.00"]]
    assert day.html.count('class="chart__gap"') == 1
    month = page(client, url(point, "month"))
    assert month.rows[8] == ["Mon 9 Nov", "22.0", "1.00 kW", "1 hour missing"]
    assert month.rows[9] == ["Tue 10 Nov", "missing", ""]
    assert '</tr><tr class="remark narrow-only"><td colspan="3">1 hour missing</td></tr>' in month.html
    assert "Days with values missing are not in the mean." in month.html


def test_a_figure_that_is_not_known_is_a_dash_without_a_unit(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    html = page(client, url(point)).html
    assert html.count("<dd>–</dd>") == 2
    assert "Days with values missing" not in html


def test_todays_values_are_announced_and_days_to_come_are_left_blank(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    for number in range(1, 13):
        factories.readings(point, date(2026, 11, number), 500)
    shown = page(client, url(point, "month"))
    assert shown.rows[-1] == ["Fri 13 Nov", "comes tomorrow 07:00"]
    assert "The values come tomorrow 07:00" in shown.html.replace("\N{NO-BREAK SPACE}", " ")
    assert len(shown.rows) == 13


def test_the_night_the_clock_goes_back_has_two_hours_at_two(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    factories.readings(point, date(2026, 10, 25), [100 * hour for hour in range(25)])
    shown = page(client, url(point, day=date(2026, 10, 25)))
    assert len(shown.rows) == 25
    assert shown.rows[2:4] == [["02:00–03:00 (summer time)", "0.20"], ["02:00–03:00 (winter time)", "0.30"]]
    assert "one hour came twice" in shown.html


def test_the_night_the_clock_goes_forward_has_no_hour_at_two(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    factories.readings(point, date(2026, 3, 29), [100 * hour for hour in range(23)])
    shown = page(client, url(point, day=date(2026, 3, 29)))
    assert [row[0] for row in shown.rows[:4]] == ["00:00–01:00", "01:00–02:00", "03:00–04:00", "04:00–05:00"]
    assert "the day has 23 hours" in shown.html


@pytest.mark.parametrize(
    ("day", "names"),
    [
        (date(2026, 10, 25), ["Kl. 01–02", "Kl. 02–03 (sommertid)", "Kl. 02–03 (normaltid)", "Kl. 03–04"]),
        (date(2026, 3, 29), ["Kl. 01–02", "Kl. 03–04", "Kl. 04–05", "Kl. 05–06"]),
    ],
)
def test_the_hours_around_a_clock_change_are_named_as_all_others(
    home: tuple[Client, MeteringPoint], day: date, names: list[str]
) -> None:
    client, point = home
    factories.readings(point, day, 1000)
    User.objects.update(language="nb")
    assert [row[0] for row in page(client, url(point, day=day), language="nb").rows[1:5]] == names


@pytest.mark.parametrize("view", ["day", "week", "month", "year"])
def test_before_the_first_readings_the_page_says_when_they_begin(home: tuple[Client, MeteringPoint], view: str) -> None:
    client, point = home
    factories.readings(point, date(2025, 9, 22), 1000)
    html = page(client, url(point, view, date(2024, 3, 4))).html.replace("\N{NO-BREAK SPACE}", " ")
    assert "missing</td>" not in html
    assert (
        f'href="{url(point, view, date(2025, 9, 22))}">The readings begin 22 Sep 2025</a>'.replace("&", "&amp;") in html
    )
    year = page(client, url(point, "year", date(2025, 9, 22)))
    assert year.rows[7:9] == [
        ["August 2025", "before the first readings", ""],
        ["September 2025", "24", "8 days lack values"],
    ]
    month = page(client, url(point, "month", date(2025, 9, 22)))
    assert [month.rows[at][1] for at in (0, 20, 22)] == ["before the first readings"] * 2 + ["missing"]
    assert "8 days lack values" in month.html


def test_days_before_the_first_readings_are_told_from_days_that_are_missing(
    home: tuple[Client, MeteringPoint],
) -> None:
    client, point = home
    factories.readings(point, date(2025, 9, 22), 1000)
    mixed, before = page(client, url(point, "month", date(2025, 9, 22))), page(client, url(point, day=date(2025, 9, 1)))
    assert (mixed.html.count('class="chart__gap is-outside"'), mixed.html.count('class="chart__gap"')) == (21, 8)
    assert re.findall(r'key--(outside|gap)"></span>([^<]*)', mixed.html) == [
        ("outside", "Before the first readings"),
        ("gap", "Missing values"),
    ]
    assert re.findall(r'key--(outside|gap)"></span>([^<]*)', before.html) == [("outside", "Before the first readings")]


@pytest.mark.parametrize("view", ["day", "week", "month", "year", "12m"])
def test_nobody_is_led_through_the_years_before_the_first_readings(
    home: tuple[Client, MeteringPoint], view: str
) -> None:
    client, point = home
    factories.readings(point, date(2025, 9, 22), 1000)
    factories.readings(point, date(2025, 9, 23), 1000)
    empty = page(client, url(point, view, date(2024, 3, 4))).html
    assert "Earlier, nothing to show" in empty
    assert "Missing values" not in empty
    assert "Some days lack values" not in empty
    assert "Earlier, nothing to show" not in page(client, url(point, view, date(2026, 10, 20))).html


def test_a_sum_with_holes_says_so_under_itself_by_the_hour(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    factories.readings(point, MONDAY, [None] * 5 + [250] * 91, minutes=15)
    factories.readings(point, MONDAY + timedelta(days=1), 1000)

    def under(path: str) -> str:
        return page(client, path).html.partition("<dt>Consumption</dt>")[2].partition("</dd>")[0]

    assert "2 hours missing" in under(url(point))
    assert "2 hours missing" in under(url(point, quarters="on"))
    assert "missing" not in under(url(point, day=MONDAY + timedelta(days=1)))
    assert "3 days lack values" in under(url(point, "month"))
    assert page(client, url(point, "month")).rows[8][3] == "2 hours missing"


def test_where_the_readings_have_begun_the_page_does_not_say_when(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    factories.readings(point, date(2025, 9, 22), 1000)
    for day in (date(2026, 11, 13), date(2025, 9, 23)):
        assert "The readings begin" not in page(client, url(point, day=day)).html


def test_peaks_are_the_three_highest_days_with_their_mean(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    for number, peak in ((1, 5240), (8, 5190), (2, 5170), (3, 5000)):
        factories.readings(point, date(2026, 11, number), [peak, *[100] * 23])
    html = page(client, url(point, "month")).html.replace("\N{NO-BREAK SPACE}", " ")
    peaks = html[html.index("Your peaks in") : html.index("The installation")]
    assert [power in peaks for power in ("5.24 kW", "5.19 kW", "5.17 kW", "5.00 kW")] == [True, True, True, False]
    assert "<span>Mean of 3</span><strong>5.20 kW</strong>" in peaks


def test_quality_and_corrections_are_marked(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    factories.readings(point, MONDAY, [1000] * 24, quality=[Quality.ESTIMATED, *[0] * 23])
    assert page(client, url(point)).rows[:2] == [
        ["00:00–01:00", "1.00", "Estimated"],
        ["01:00–02:00", "1.00", ""],
    ]
    correct(point, MONDAY, [2000] * 24)
    assert "were corrected" in page(client, url(point)).html
    assert page(client, url(point, "month")).rows[8] == ["Mon 9 Nov", "48.0", "2.00 kW", "corrected"]


def test_every_hour_that_was_corrected_is_marked_however_often_the_day_was(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    factories.readings(point, MONDAY, [1000, 1000, 1000, None, *[1000] * 20])
    nothing: list[Wh] = [None] * 22
    factories.correct(point, MONDAY, [2000, 2000, *nothing], at="2030-11-10T07:00:00+01:00")
    factories.correct(point, MONDAY, [None, 3000, None, 500, *nothing[2:]], at="2030-11-11T07:00:00+01:00")
    # Back to what it was at first.
    factories.correct(point, MONDAY, [1000, None, *nothing], at="2030-11-12T07:00:00+01:00")
    shown = page(client, url(point))
    assert [row[1:] for row in shown.rows[:4]] == [
        ["1.00", "corrected, was 2.00"],
        ["3.00", "corrected, was 2.00"],
        ["1.00", ""],
        # It came late, and was not anything before.
        ["0.50", ""],
    ]
    assert "Some values of this day were corrected. The table shows what they were before." in shown.html


def test_where_only_the_quality_was_changed_the_table_says_what_it_was(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    factories.readings(point, MONDAY, [1000] * 24, quality=[Quality.ESTIMATED, Quality.TEMPORARY, *[0] * 22])
    quality = [Quality.MEASURED, Quality.CALCULATED, Quality.ESTIMATED, *[0] * 21]
    correct(point, MONDAY, [1000] * 24, quality)
    shown = page(client, url(point))
    assert [row[1:] for row in shown.rows[:4]] == [
        ["1.00", "was estimated"],
        ["1.00", "Calculated, was temporary"],
        ["1.00", "Estimated, was measured"],
        ["1.00", ""],
    ]
    assert "Some values of this day were given another quality" in shown.html
    assert "Some values of this day were corrected" not in shown.html


def test_a_day_of_hours_that_became_one_of_quarters_says_what_the_hours_were(
    home: tuple[Client, MeteringPoint],
) -> None:
    client, point = home
    factories.readings(point, MONDAY, 1000)
    correct(point, MONDAY, [250] * 4 + [300] * 4 + [250] * 88, minutes=15)
    hours = page(client, url(point))
    assert [row[1:] for row in hours.rows[:3]] == [["1.00", ""], ["1.20", "corrected, was 1.00"], ["1.00", ""]]
    quarters = page(client, url(point, quarters="on"))
    assert (len(quarters.rows), quarters.rows[4]) == (96, ["01:00–01:15", "0.30"])
    assert "Some values of this day were corrected." in quarters.html
    assert "what they were" not in quarters.html


def test_an_hour_that_only_got_a_quarter_it_lacked_was_not_corrected(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    key = (point.pk, int(Direction.CONSUMPTION), MONDAY)
    partitions.open_months([MONDAY])
    day_rows.write({key: DayValues(MONDAY, 15, [250, None, *[250] * 94])}, batch=None, at=NOW)
    correct(point, MONDAY, [250] * 4 + [300] * 4 + [250] * 88, minutes=15)
    assert [row[1:] for row in page(client, url(point)).rows[:2]] == [["1.00", ""], ["1.20", "corrected, was 1.00"]]


def test_what_is_not_all_there_or_not_measured_is_marked_in_the_chart(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    factories.readings(point, MONDAY, 3000)
    factories.readings(point, MONDAY + timedelta(days=1), [None] * 4 + [1000] * 20)
    factories.readings(point, MONDAY + timedelta(days=2), 1000, quality=[Quality.ESTIMATED] * 24)
    factories.readings(point, MONDAY + timedelta(days=3), 1000)
    for view in ("week", "month"):
        shown = page(client, url(point, view))
        marked = [label for label, _ in shown.bars if "kWh" in label]
        assert [label.partition(" kWh, ")[2] for label in marked] == [
            "highest day",
            "some of it is missing",
            "not measured, but estimated",
            "",
        ]
        assert 'class="chart__mark is-partial"' in shown.html
        assert "key--estimated" in shown.html
    day = page(client, url(point, day=MONDAY + timedelta(days=2)))
    assert day.html.count('class="chart__mark is-estimated"') == 23
    assert "Some values are not measured but estimated." in day.html
    plain = page(client, url(point, day=MONDAY + timedelta(days=3))).html
    assert ("is-estimated" in plain, "estimated" in plain) == (False, False)
    year = page(client, url(point, "year"))
    assert year.bars[10][0] == "November 2026: 140 kWh, highest month"


def test_production_has_its_own_tab_where_there_is_any(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    factories.readings(point, MONDAY, 1000)
    factories.readings(point, MONDAY, 300, direction=Direction.PRODUCTION)
    assert page(client, url(point, direction="production")).total == ["Sum", "7.20"]
    assert ">Production</a>" in page(client, url(point)).html
    MeteringPoint.objects.update(has_production=False)
    plain = page(client, url(point, direction="production"))
    assert (">Production</a>" in plain.html, plain.total) == (False, ["Sum", "24.00"])


def test_arrows_stop_at_today_and_where_the_customer_came_in(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    today = page(client, url(point, day=NOW.date())).html
    assert (
        'aria-label="Later, not here yet"' in today,
        url(point, day=date(2026, 11, 12)).replace("&", "&amp;") in today,
    ) == (True, True)
    first = page(client, url(point, day=date(2020, 1, 1))).html
    assert ('aria-label="Earlier, nothing to show"' in first, 'aria-label="Next day"' in first) == (True, True)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?date=yesterday", "November 2026"),
        ("?view=decade&date=2026-02-31", "November 2026"),
        ("?date=9999-12-31", "November 2026"),
        ("?date=0001-01-01", "November 2026"),
        ("?date=1900-01-01", "January 2020"),
    ],
)
def test_a_query_that_makes_no_sense_shows_something_that_does(
    home: tuple[Client, MeteringPoint], query: str, shown: str
) -> None:
    client, point = home
    empty = page(client, f"/grid/{point.pk}/{query}")
    assert f"<strong>{shown}</strong>" in empty.html.replace("\N{NO-BREAK SPACE}", " ")
    assert empty.total == ["Sum", "–", "–"]


def test_the_start_page_tells_what_was_used_this_month(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    factories.readings(point, MONDAY, 1000)
    html = client.get("/").content.decode()
    assert "24.0&nbsp;<small>kWh</small>" in html


def test_the_page_of_ones_access_says_where_the_first_installation_is_chosen(
    home: tuple[Client, MeteringPoint], tenant: Tenant
) -> None:
    client, _ = home
    path, said = "/customers/my-access/", "Which installation the overview opens with"
    assert said not in client.get(path).content.decode()
    with tenant_scope(tenant):
        factories.holding(Customer.objects.get(), factories.point(1))
    assert said in client.get(path).content.decode()


def test_the_mean_of_what_is_small_is_not_nought(home: tuple[Client, MeteringPoint], tenant: Tenant) -> None:
    client, point = home
    with tenant_scope(tenant):
        for day in (9, 10):
            factories.readings(point, date(2026, 11, day), [40] + [0] * 23, direction=Direction.PRODUCTION)
    html = client.get(f"/grid/{point.pk}/?view=month&date=2026-11-09&direction=production").content.decode()
    assert "0.04" in html.split("Mean per day")[1][:80]


@pytest.mark.parametrize(
    ("view", "hint", "label"),
    [
        ("day", "choose a day", "Go to the day"),
        ("month", "choose a month", "Go to the month of the day"),
        ("year", "choose a year", "Go to the year of the day"),
    ],
)
def test_what_is_chosen_by_a_day_is_what_is_shown(
    home: tuple[Client, MeteringPoint], view: str, hint: str, label: str
) -> None:
    client, point = home
    html = page(client, url(point, view)).html
    assert f">{hint}</span>" in html
    assert f">{label}</label>" in html
