"""What staff see and edit of prices: their own company's, with a preview, and nothing overwritten."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from billing.admin import prices as admin
from billing.models import BillingSettings, OwnRate, SettledMonth, TariffVersion
from billing.rules import tariff_files
from portal.accounts.models import StaffRole
from portal.audit.models import Entry
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories as core
from tests.billing import factories as make

LIST = "/admin/billing/tariffversion/"


@pytest.fixture
def client(tenant: Tenant, client_for: Callable[..., Client]) -> Client:
    make.price_lists()
    return client_for(core.staff(StaffRole.ADMINISTRATOR), tenant=tenant)


def newest() -> TariffVersion:
    return TariffVersion.objects.in_force().get(group="household", valid_to=None)


def text_of(row: TariffVersion) -> str:
    return tariff_files.dump(row.tariff)


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_a_price_list_is_shown_as_customers_see_it(client: Client) -> None:
    shown = page(client, f"{LIST}{newest().pk}/change/")
    for expected in ("0–4,99 kW", "fra 5 kW", "156,25", "281,25", "dag (06–22)", "15,50", "metode: TRE_DØGNMAX_MND"):
        assert expected in shown


def test_a_preview_shows_what_was_written_and_saves_nothing(client: Client) -> None:
    row = newest()
    text = text_of(row).replace("pris: 2700", "pris: 3000")
    response = client.post(f"{LIST}{row.pk}/change/", {"text": text, "_preview": "1"})
    shown = response.content.decode()
    assert response.status_code == 200
    assert ("312,50" in shown, "pris: 3000" in shown) == (True, True)
    assert TariffVersion.objects.count() == 4


def test_saving_writes_the_next_revision_and_keeps_the_one_before(client: Client) -> None:
    row = newest()
    text = text_of(row).replace("pris: 2700", "pris: 3000")
    assert client.post(f"{LIST}{row.pk}/change/", {"text": text}).status_code == 302
    again = newest()
    assert (again.revision, again.by is not None, again.source) == (2, True, "admin")
    assert again.tariff.capacity.tiers[1].nok_per_year == 3000
    row.refresh_from_db()
    assert row.superseded_at is not None
    assert Entry.objects.filter(verb="billing.tariffs_imported", by_id=again.by_id).exists()
    # The old one can be looked at, and not written over.
    old = f"{LIST}{row.pk}/change/"
    assert 'name="_save"' not in page(client, old)
    assert client.post(old, {"text": text}).status_code == 403


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("grunnpris: 8.25", "grunnpris: 8,25", "desimalkomma"),
        ("husholdning", "fritid", "kundegrupper"),
        ("2026-07-01", "2026-08-01", "gyldig_fra"),
    ],
)
def test_what_is_wrong_is_said_and_kept_in_the_field(client: Client, old: str, new: str, said: str) -> None:
    row = newest()
    response = client.post(f"{LIST}{row.pk}/change/", {"text": text_of(row).replace(old, new)})
    shown = response.content.decode()
    assert response.status_code == 422
    assert (said in shown, new in shown) == (True, True)
    assert newest().revision == 1


@pytest.mark.parametrize("name", [r'"By\0"', r'"By\uD800"', "B" * 121, r'"\U00110000"'])
def test_a_name_that_cannot_be_stored_is_refused_in_words(client: Client, name: str) -> None:
    text = f"navn: {name}\n{text_of(newest())}"
    for address in (f"{LIST}add/", f"{LIST}{newest().pk}/change/"):
        response = client.post(address, {"text": text})
        assert (response.status_code, "errornote" in response.content.decode()) == (422, True)
    assert TariffVersion.objects.count() == 4


def test_a_price_passes_through_the_form_to_its_last_digit(client: Client) -> None:
    row, exact = newest(), "8.2500000000000000000001"
    text = text_of(row).replace("grunnpris: 8.25", f"grunnpris: {exact}")
    assert client.post(f"{LIST}{row.pk}/change/", {"text": text}).status_code == 302
    again = newest()
    assert again.tariff.energy.base_ore_per_kwh == Decimal(exact)
    assert f"grunnpris: {exact}" in page(client, f"{LIST}{again.pk}/change/")
    # Saved as it stands, it is the same list.
    assert client.post(f"{LIST}{again.pk}/change/", {"text": text_of(again)}).status_code == 302
    assert newest().pk == again.pk


def test_a_doubtful_price_is_saved_when_somebody_has_looked(client: Client) -> None:
    row = newest()
    posted = {"text": text_of(row).replace("grunnpris: 8.25", "grunnpris: -2")}
    refused = client.post(f"{LIST}{row.pk}/change/", posted)
    assert (refused.status_code, "accept_doubts" in refused.content.decode()) == (422, True)
    assert client.post(f"{LIST}{row.pk}/change/", {**posted, "accept_doubts": "on"}).status_code == 302
    assert newest().tariff.energy.base_ore_per_kwh == -2


def test_a_new_list_ends_the_one_before(client: Client) -> None:
    text = text_of(newest()).replace("2026-07-01", "2027-01-01")
    assert page(client, f"{LIST}add/")
    assert client.post(f"{LIST}add/", {"text": text}).status_code == 302
    assert newest().valid_from == date(2027, 1, 1)
    assert TariffVersion.objects.in_force().filter(group="household").count() == 3


def test_another_companys_list_is_not_there(
    tenant: Tenant, other_tenant: Tenant, client_for: Callable[..., Client]
) -> None:
    with tenant_scope(other_tenant):
        make.price_lists()
        theirs = newest()
    client = client_for(core.staff(), tenant=tenant)
    assert client.get(f"{LIST}{theirs.pk}/change/").status_code == 404
    assert "made-up.yml" not in page(client, LIST)


def test_agents_look_and_do_not_write(tenant: Tenant, client_for: Callable[..., Client]) -> None:
    make.price_lists()
    client = client_for(core.staff(StaffRole.AGENT), tenant=tenant)
    address = f"{LIST}{newest().pk}/change/"
    response = client.get(address)
    assert (response.status_code, 'name="_save"' in response.content.decode()) == (200, False)
    assert client.post(address, {"text": text_of(newest())}).status_code == 403


def test_rates_of_our_own_stand_above_those_of_the_program(client: Client) -> None:
    OwnRate.objects.create(kind="consumption_tax", amount=Decimal("6.5"), valid_from=date(2027, 1, 1))
    shown = page(client, "/admin/billing/ownrate/")
    assert ("6,5000" in shown, "16,93" in shown, "Stortingets vedtak" in shown) == (True, True, True)


def test_two_rates_for_the_same_days_are_refused_in_words(client: Client) -> None:
    posted = {"kind": "vat", "amount": "15", "zone": "", "customers": "", "valid_from": "01.01.2027"}
    assert client.post("/admin/billing/ownrate/add/", posted).status_code == 302
    again = client.post("/admin/billing/ownrate/add/", {**posted, "valid_from": "01.06.2027"})
    assert again.status_code == 200
    assert "errornote" in again.content.decode()
    assert OwnRate.objects.count() == 1


def test_settings_are_one_row(client: Client) -> None:
    posted = {"extra_holidays": "12-24,12-31", "extra_dates": "", "tier_month": "previous", "so_far": "by_days"}
    weights = {"season_weights": ",".join(["100"] * 12), "default_county": "Vestland"}
    assert client.post("/admin/billing/billingsettings/add/", {**posted, **weights}).status_code == 302
    habits = BillingSettings.current().habits
    assert (habits.calendar.is_holiday(date(2026, 12, 24)), habits.tier_month) == (True, "previous")
    assert client.get("/admin/billing/billingsettings/add/").status_code == 302


def test_what_waits_for_staff(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin, "today", lambda: date(2026, 12, 1))
    point = make.point()
    fields = {"total": 0, "energy_wh": 0, "is_preliminary": False, "payload": {}, "settled_at": make.NOW}
    SettledMonth.objects.create(metering_point=point, month=date(2026, 12, 1), unknown=["tariff"], **fields)
    start = page(client, "/admin/")
    # The electricity tax, the threshold of support and Norgespris are not decided for 2027.
    assert "Taxes and rates that end soon" in start or "Avgifter og satser som snart tar slutt" in start
    assert "?state=lacking" in start
    assert "/admin/billing/settledmonth/" in page(client, "/admin/billing/settledmonth/?state=lacking")
