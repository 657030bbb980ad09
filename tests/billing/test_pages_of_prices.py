"""What the pages of prices and support say of themselves: with or without VAT, by which list, how sure."""

import re
from datetime import date

import pytest
from django.test import Client

from metering.models import MeteringPoint, ReadingDay
from tests.billing import factories as make
from tests.billing.conftest import html
from tests.billing.tariff_texts import GOOD

pytestmark = pytest.mark.usefixtures("friday_noon")


def test_hours_with_preliminary_prices_are_marked(home: tuple[Client, MeteringPoint]) -> None:
    client, point = home
    day = date(2026, 9, 30)
    make.readings(point, day, day)
    make.spot_prices("NO5", day, day, preliminary=True)
    assert html(client, "/billing/support/?day=2026-09-30").count(">preliminary</small>") == 24
    assert "preliminary" not in html(client, "/billing/support/?day=2026-10-01")


def test_where_there_is_no_vat_neither_prices_nor_amounts_of_support_have_it(
    home: tuple[Client, MeteringPoint],
) -> None:
    client, point = home
    MeteringPoint.objects.filter(pk=point.pk).update(county="Nordland")
    page = html(client, "/billing/support/?month=2026-10")
    assert "above 77 øre/kWh. Amounts are without value added tax." in page


def test_the_tier_is_that_of_the_list_on_the_page(home: tuple[Client, MeteringPoint]) -> None:
    """3 kW is in tier 1 by the list that holds today, and in tier 2 by the one that begins within the month."""
    client, point = home
    ReadingDay.objects.filter(day__gte=date(2026, 11, 1)).delete()
    make.readings(point, date(2026, 11, 1), date(2026, 11, 12), wh=3_000)
    head, _, last = GOOD.split("  - kundegrupper")
    finer = last.replace("2026-07-01", "2026-11-20").replace("{terskel: 5, ", "{terskel: 2, ")
    assert not make.price_lists(f"{head}  - kundegrupper{finer}").refused
    [here] = re.findall(r'class="is-here".*?</li>', html(client, "/billing/prices/"), re.DOTALL)
    assert "0–4.99 kW" in here
    [here] = re.findall(r'class="is-here".*?</li>', html(client, "/billing/trial/"), re.DOTALL)
    assert "from 2 kW" in here
    # What the card names is what holds now.
    assert "0–4.99 kW" in html(client, "/grid/").split('id="prices-card"')[1]


def test_a_month_that_is_over_names_the_readings_that_lack_at_its_end(home: tuple[Client, MeteringPoint]) -> None:
    client, _ = home
    ReadingDay.objects.filter(day__gte=date(2026, 10, 21)).delete()
    page = html(client, "/billing/trial/?month=2026-10")
    assert "Readings from 1 Oct 2026 to 20 Oct 2026 are counted." in page
    assert "Readings are missing from 21 Oct 2026 to 31 Oct 2026." in page
