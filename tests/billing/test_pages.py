"""The customer's pages of what the grid costs."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from metering.models import Holding, MeteringPoint, ReadingDay
from metering.scope import reference_of
from portal.customers.models import Authorization, Role
from portal.tenancy.models import Tenant
from tests import factories as core
from tests.billing import factories as make
from tests.billing.conftest import html
from tests.metering import factories as meters

pytestmark = pytest.mark.usefixtures("friday_noon")

PAGES = ("trial", "peaks", "prices", "support")


def test_the_trial_settlement_of_a_whole_month_has_all_lines_and_their_reasons(
    home: tuple[Client, MeteringPoint],
) -> None:
    client, _ = home
    page = html(client, "/billing/trial/?month=2026-10")
    # 745 hours, 496 of them by day: 76.88 + 25.68, energy fund 9.31, electricity tax 66.40, the lowest tier.
    for text in ("496.0 kWh × 15.50 øre", "76.88", "249.0 kWh × 10.31 øre", "25.68", "156.25", "Electricity support"):
        assert text in page, text
    assert "496 hours with readings: day (06–22)." in page
    assert "With value added tax." in page


def test_the_present_month_says_how_far_it_reaches_and_where_it_goes(home: tuple[Client, MeteringPoint]) -> None:
    client, _ = home
    page = html(client, "/billing/trial/")
    assert "Readings from 1 Nov 2026 to 12 Nov 2026 are counted." in page
    assert "the whole of November will come to about" in page
    assert "Left to tier 2" in page


def test_twelve_months_of_peaks_lead_to_each_month(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    page = html(client, "/billing/peaks/?month=2026-10")
    assert page.count("1.00 (") >= 6
    assert f"/billing/peaks/?installation={point.pk}&amp;month=2026-11" in page
    assert "Only one peak a day counts" in page


def test_days_before_one_moved_in_are_blank_and_not_missing_peaks(home: tuple[Client, MeteringPoint]) -> None:
    client, _ = home
    Holding.objects.update(valid_from=date(2026, 10, 13))
    page = html(client, "/billing/peaks/?month=2026-10")
    assert "13 Oct" in page
    assert "12 Oct" not in page
    assert "Missing values" not in page


def test_the_price_list_shows_all_tiers_and_what_went_before(home: tuple[Client, MeteringPoint]) -> None:
    client, _ = home
    page = html(client, "/billing/prices/")
    assert "For household, with value added tax." in page
    assert page.count("ladder__no") == 2
    versions = page.split('id="versions-title"', 1)[1]
    assert versions.count("versions__from") == 2
    # Each with its energy by name, and all its tiers.
    assert versions.count("Day (06–22)") == versions.count("Night (22–06)") == 2
    assert versions.count("from 5 kW") == 2


def test_support_opens_from_month_to_day_to_hour(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    year = html(client, "/billing/support/")
    assert "October 2026" in year
    month = html(client, "/billing/support/?month=2026-10")
    assert "Fri 2 Oct" in month
    day = html(client, f"/billing/support/?installation={point.pk}&day=2026-10-02")
    assert "Electricity support in October 2026</h1>" in month
    for other in ("2026-09", "2026-11"):
        assert f"installation={point.pk}&amp;month={other}" in month, other
    # 90 % of what 100 øre exceeds 77 øre by, with value added tax: 25.875 øre, 24 hours of 1 kWh.
    assert "6.21" in day
    assert day.count("<tr>") == 26


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_support_knows_the_days_the_clock_changes(home: tuple[Client, MeteringPoint], day: date, hours: int) -> None:
    client, point = home
    make.readings(point, day.replace(day=1), day)
    make.spot_prices("NO5", day.replace(day=1), day)
    page = html(client, f"/billing/support/?installation={point.pk}&day={day}")
    assert page.count("<tr>") == hours + 2


def test_the_overview_shows_the_settlement_and_the_prices_now(home: tuple[Client, MeteringPoint]) -> None:
    client, _ = home
    page = html(client, "/grid/")
    assert "Grid rent so far in November" in page
    assert "See the trial settlement" in page
    assert "Spot price now" in page
    assert "100.00 <small>øre/kWh</small>" in page


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_of_ones_own_installations_only(
    home: tuple[Client, MeteringPoint], tenant: Tenant, client_for: Callable[..., Client], page: str
) -> None:
    client, _ = home
    strange = make.point(7)
    make.holder(strange)
    assert client.get(f"/billing/{page}/?installation={strange.pk}").status_code == 404
    user, _ = core.member()
    assert client_for(user, tenant=tenant).get(f"/billing/{page}/").status_code == 302


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("query", ["?month=2026-13", "?month=1900-01", "?month=9999-12", "?month=x"])
def test_nonsense_in_the_address_is_as_if_it_were_not_there(
    home: tuple[Client, MeteringPoint], page: str, query: str
) -> None:
    client, _ = home
    assert client.get(f"/billing/{page}/{query}").status_code == 200


@pytest.mark.parametrize("day", ["soon", "2027-01-01", "2019-01-01"])
def test_a_day_without_support_to_see_is_a_404(home: tuple[Client, MeteringPoint], day: str) -> None:
    client, _ = home
    assert client.get(f"/billing/support/?day={day}").status_code == 404


def test_without_price_list_and_readings_the_pages_say_so(tenant: Tenant, client_for: Callable[..., Client]) -> None:
    point = meters.point()
    user = core.user(language="en")
    core.membership(user, make.holder(point))
    client = client_for(user, tenant=tenant)
    assert "Readings are missing from 1 Nov 2026 to 12 Nov 2026." in html(client, "/billing/trial/")
    assert "We have no price list for this installation." in html(client, "/billing/prices/")
    assert "no readings for this month" in html(client, "/billing/peaks/")
    assert "no readings to reckon from yet" in html(client, "/billing/trial/")
    assert client.get("/billing/support/").status_code == 200


@pytest.mark.parametrize(("page", "most"), [("trial", 30), ("peaks", 22), ("prices", 24), ("support", 22)])
def test_the_pages_ask_the_database_a_bounded_number_of_times(
    home: tuple[Client, MeteringPoint], page: str, most: int
) -> None:
    client, point = home
    customer = point.holdings.get().customer
    client.get(f"/billing/{page}/")
    counts = []
    for serials in ([], [2], [3, 4, 5]):
        for serial in serials:
            meters.holding(customer, make.point(serial))
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/billing/{page}/")
        counts.append(len(queries))
    assert counts[0] <= most, counts
    # With several there is one question more: which of them comes first.
    assert counts[1] == counts[2] <= counts[0] + 1, counts


def test_who_moves_out_later_still_sees_what_is_theirs(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    point.holdings.update(valid_to=date(2026, 12, 31))
    page = html(client, "/grid/")
    for text in ("See the trial settlement", "Spot price now", "Energy and capacity charge"):
        assert text in page, text
    point.holdings.update(valid_to=date(2026, 11, 10))
    assert "See the trial settlement" not in html(client, "/grid/")


def test_the_card_names_no_sum_where_nothing_is_known(tenant: Tenant, client_for: Callable[..., Client]) -> None:
    user = core.user(language="en")
    core.membership(user, make.holder(make.point()))
    page = html(client_for(user, tenant=tenant), "/grid/")
    assert "0.00 <small>kr" not in page
    assert "Readings are missing from 1 Nov 2026 to 12 Nov 2026." in page


def test_the_peaks_begin_with_last_month(home: tuple[Client, MeteringPoint]) -> None:
    client, _ = home
    assert "The highest hour of each day in October 2026" in html(client, "/billing/peaks/")
    assert "November 2026 so far" in html(client, "/billing/peaks/")


def test_norgespris_is_called_by_its_name(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    point.holdings.update(support_scheme="norgespris")
    assert "<title>Norgespris" in html(client, "/billing/support/")
    day = html(client, "/billing/support/?day=2026-11-10")
    assert "Norgespris on 10 Nov 2026" in day
    assert "Support" not in day.split("<main", 1)[1].split("</main>", 1)[0]


def test_energy_above_the_cap_is_explained(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    ReadingDay.objects.filter(day__gte=date(2026, 11, 1)).delete()
    make.readings(point, date(2026, 11, 1), date(2026, 11, 12), wh=30_000)
    page = html(client, "/billing/support/?day=2026-11-12")
    assert "Covered, kWh" in page
    assert "Covered, kWh" not in html(client, "/billing/support/?day=2026-11-02")


def test_days_without_readings_are_named_as_stretches(home: tuple[Client, MeteringPoint]) -> None:
    client, _ = home
    ReadingDay.objects.filter(day__range=(date(2026, 11, 3), date(2026, 11, 5))).delete()
    ReadingDay.objects.filter(day=date(2026, 11, 9)).delete()
    assert "96 hours are missing: 3–5 Nov, 9 Nov." in html(client, "/billing/trial/")


def test_hours_without_readings_are_told_alike_wherever_they_are_told_of(home: tuple[Client, MeteringPoint]) -> None:
    client, _ = home
    values = [None if 9 <= hour < 13 else 1_000 for hour in range(24)]
    ReadingDay.objects.filter(day=date(2026, 11, 9)).update(values_wh=values)
    said = "Readings from 1 Nov 2026 to 12 Nov 2026 are counted. 4 hours are missing: 9 Nov 09:00–13:00. "
    assert said in html(client, "/billing/trial/")
    assert said in html(client, "/grid/")


def test_the_threshold_is_told_on_the_basis_of_the_prices_beside_it(
    home: tuple[Client, MeteringPoint],
) -> None:
    client, _ = home
    said = "above 96.25 øre/kWh with value added tax (77 without)."
    for path in ("support/", "support/?month=2026-10", "support/?day=2026-10-02", "trial/?month=2026-10"):
        assert said in html(client, f"/billing/{path}"), path


def test_a_month_of_support_says_why_a_day_has_no_amount(home: tuple[Client, MeteringPoint]) -> None:
    client, _ = home
    ReadingDay.objects.filter(day=date(2026, 11, 3)).delete()
    values = [None if 9 <= hour < 13 else 1_000 for hour in range(24)]
    ReadingDay.objects.filter(day=date(2026, 11, 9)).update(values_wh=values)
    page = html(client, "/billing/support/?month=2026-11")
    assert "Electricity support so far in November 2026</h1>" in page
    rows = {row.split("</a>")[0].split(">")[-1]: row for row in page.split("<tr>")}
    assert "no readings" in rows["Tue 3 Nov"]
    assert rows["Tue 3 Nov"].count("<td>–</td>") == 2
    assert "4 hours missing" in rows["Mon 9 Nov"]
    assert "readings come tomorrow" in rows["Fri 13 Nov"]
    assert 'rel="next"' not in page
    day = html(client, "/billing/support/?day=2026-11-09")
    assert "4 hours missing: they are not in the sum." in day
    assert day.count("no reading<") == 4


def test_a_day_of_support_leads_to_the_days_beside_it(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    page = html(client, "/billing/support/?day=2026-11-01")
    assert f"installation={point.pk}&amp;month=2026-10&amp;day=2026-10-31" in page
    assert 'rel="next"' in page
    assert 'rel="next"' not in html(client, "/billing/support/?day=2026-11-13")
    assert "Today's readings come tomorrow." in html(client, "/billing/support/?day=2026-11-13")


def figures(page: str) -> dict[str, str]:
    return dict(re.findall(r'<div class="figure"><dt>([^<]*)</dt><dd>([^<]*?) <small>kr</small>', page))


def test_the_grid_rent_comes_before_support_and_what_is_left(home: tuple[Client, MeteringPoint]) -> None:
    client, _ = home
    # The grid rent of October is 334.52; 745 hours of 25.875 øre are 192.77.
    shown = figures(html(client, "/billing/trial/?month=2026-10"))
    assert shown == {"Grid rent": "334.52", "Electricity support": "−192.77", "Left to pay": "141.75"}


def test_support_beyond_the_grid_rent_is_in_ones_favour(home: tuple[Client, MeteringPoint]) -> None:
    client, _ = home
    make.spot_prices("NO5", date(2026, 10, 1), date(2026, 10, 31), "3")
    shown = figures(html(client, "/billing/trial/?month=2026-10"))
    assert "In your favour" in shown
    assert "−" not in shown["In your favour"]


def test_the_forecast_is_the_grid_rent_alone(home: tuple[Client, MeteringPoint]) -> None:
    client, _ = home
    page = html(client, "/billing/trial/")
    assert "the grid rent for the whole of November will come to about" in page
    assert "Electricity support is not counted in." in page


def test_the_overview_has_a_section_on_the_grid_rent(home: tuple[Client, MeteringPoint]) -> None:
    client, _ = home
    section = html(client, "/grid/").split('id="grid-rent"', 1)[1]
    headings = re.findall(r"<h3[^>]*>([^<]*)</h3>", section)
    assert headings == [
        "Your peaks in November 2026",
        "Energy and capacity charge",
        "What the grid rent is made of",
        "Electricity support",
    ]
    assert section.index("Day (06–22)") < section.index("Night (22–06)")
    for page in ("trial", "peaks", "prices", "support"):
        assert f"/billing/{page}/?installation=" in section, page


def test_who_has_norgespris_reads_of_it_on_the_overview(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    point.holdings.update(support_scheme="norgespris")
    section = html(client, "/grid/").split('id="grid-rent"', 1)[1]
    assert "Norgespris so far in November" in section
    assert "Electricity support" not in section
    point.holdings.update(support_scheme="none")
    assert "neither electricity support nor Norgespris" in html(client, "/grid/")


def test_a_business_reads_of_no_scheme_on_the_overview(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    MeteringPoint.objects.filter(pk=point.pk).update(customer_group="small_business")
    assert "Electricity support" not in html(client, "/grid/").split('id="grid-rent"', 1)[1]


def test_many_installations_lead_to_the_list(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    customer = point.holdings.get().customer
    for serial in range(2, 11):
        meters.holding(customer, make.point(serial))
    assert "See all in a list" in html(client, "/billing/trial/")


def test_a_limited_authorization_keeps_to_its_metering_points(
    home: tuple[Client, MeteringPoint], tenant: Tenant, client_for: Callable[..., Client]
) -> None:
    _, point = home
    customer, other = point.holdings.get().customer, make.point(2)
    meters.holding(customer, other)
    user = core.user(language="en")
    scope = [reference_of(point)]
    Authorization.objects.create(
        customer=customer, user=user, role=Role.READER, valid_from=date(2026, 11, 1), scope=scope
    )
    client = client_for(user, tenant=tenant)
    for page in PAGES:
        assert client.get(f"/billing/{page}/?installation={other.pk}").status_code == 404
    overview = client.get("/grid/")
    # What everybody may open stays in the menu.
    assert "/billing/spot/" in [section.url for section in overview.context["sections"]]


def test_whoever_held_it_before_sees_their_own_time(
    home: tuple[Client, MeteringPoint], tenant: Tenant, client_for: Callable[..., Client]
) -> None:
    _, point = home
    point.holdings.update(valid_from=date(2026, 11, 1))
    user = core.user(language="en")
    core.membership(user, make.holder(point, since=date(2026, 9, 1), valid_to=date(2026, 10, 31)))
    client = client_for(user, tenant=tenant)
    assert "October 2026" in html(client, f"/billing/trial/?installation={point.pk}&month=2026-11")
    assert client.get(f"/billing/support/?installation={point.pk}&day=2026-11-02").status_code == 404


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("/billing/trial/", "Overview"),
        ("/invoices/", "Overview"),
        ("/billing/spot/", "Spot price"),
        ("/contact/forms/", "Customer service"),
    ],
)
def test_pages_without_a_section_of_their_own_stand_under_one(
    home: tuple[Client, MeteringPoint], path: str, section: str
) -> None:
    client, _ = home
    Tenant.objects.update(modules=["grid"])
    sections = client.get(path).context["sections"]
    assert [one.label for one in sections if one.current] == [section]


def test_readings_of_one_day_are_not_from_it_to_itself(home: tuple[Client, MeteringPoint]) -> None:
    client, _ = home
    ReadingDay.objects.exclude(day=date(2026, 11, 10)).delete()
    page = html(client, "/billing/trial/")
    assert "Readings of 10 Nov 2026 are counted." in page
