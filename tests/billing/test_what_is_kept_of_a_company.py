"""A company's prices and habits are kept in the process: nobody may ever see older ones, or another company's."""

import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from billing.models import BillingSettings, OwnRate, OwnZone, TariffVersion
from billing.queries.company import Company, company
from billing.rules.taxes import Kind, Zone
from billing.rules.terms import SoFar
from portal.tenancy.models import Tenant
from portal.tenancy.scope import remembering, tenant_scope
from tests.billing import factories as make
from tests.billing.tariff_texts import GOOD

DAY = date(2026, 10, 1)


def tax(of: Company) -> Decimal:
    rate = of.rates.on(Kind.CONSUMPTION_TAX, DAY)
    assert rate
    return rate.amount


def own_rate(amount: str) -> OwnRate:
    return OwnRate.objects.create(kind=Kind.CONSUMPTION_TAX, amount=Decimal(amount), valid_from=date(2026, 1, 1))


def test_it_is_asked_whether_something_was_written_and_no_more(tenant: Tenant) -> None:
    make.price_lists()
    first = company()
    with CaptureQueriesContext(connection) as asked:
        again = company()
    assert len(asked) == 1
    assert again.price_lists is first.price_lists
    assert again == first


def test_each_writing_of_a_row_is_seen_at_once_also_in_its_own_transaction(tenant: Tenant) -> None:
    shipped = tax(company())
    row = own_rate("1")
    assert tax(company()) == 1
    for amount in ("2", "3"):
        row.amount = Decimal(amount)
        row.save()
        assert tax(company()) == row.amount
    OwnRate.objects.update(amount=4)
    assert tax(company()) == 4
    row.delete()
    assert tax(company()) == shipped


def _add_prices() -> None:
    make.price_lists()


def _replace_prices() -> None:
    make.price_lists(GOOD.replace("8.25", "9.25"))


def _end_prices() -> None:
    TariffVersion.objects.update(superseded_at=make.NOW)


def _set_habits() -> None:
    BillingSettings.objects.create(so_far=SoFar.WHOLE)


def _add_zone() -> None:
    OwnZone.objects.create(zone=Zone.NO_VAT, county="Vestland", valid_from=date(2020, 1, 1))


def test_whatever_is_written_is_seen_also_where_a_request_remembers(tenant: Tenant) -> None:
    seen = [company()]
    with remembering():
        for write in (_add_prices, _replace_prices, _end_prices, _set_habits, _add_zone):
            write()
            seen.append(company())
            assert seen[-1] != seen[-2], write.__name__


@pytest.mark.parametrize("write", [_add_prices, _set_habits, _add_zone, lambda: own_rate("1")])
def test_what_is_taken_back_was_never_there(tenant: Tenant, write: Callable[[], object]) -> None:
    before = company()
    with transaction.atomic():
        write()
        assert company() != before
        transaction.set_rollback(True)
    assert company() == before


def test_one_companys_are_not_anothers(tenant: Tenant, other_tenant: Tenant) -> None:
    make.price_lists()
    own_rate("5")
    mine = company()
    with tenant_scope(other_tenant):
        theirs = company()
        assert theirs.price_lists.versions == ()
        assert tax(theirs) != 5
        own_rate("6")
        assert tax(company()) == 6
    assert tax(company()) == 5
    assert company() == mine


def test_not_every_company_is_kept(tenant: Tenant, other_tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[int, object] = {}
    # The package has a function of the module's name.
    module = sys.modules[Company.__module__]
    monkeypatch.setattr(module, "MOST_KEPT", 1)
    monkeypatch.setattr(module, "_kept", kept)
    company()
    with tenant_scope(other_tenant):
        company()
    assert list(kept) == [other_tenant.pk]


def test_what_was_looked_up_is_let_go_of_when_it_is_much(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("billing.rules.taxes.MOST_FOUND", 3)
    monkeypatch.setattr("billing.rules.tariffs.MOST_FOUND", 3)
    make.price_lists()
    of = company()
    days = [DAY.replace(day=number) for number in range(1, 20)]
    for _ in range(2):
        assert {tax(of)} == {rate.amount for day in days if (rate := of.rates.on(Kind.CONSUMPTION_TAX, day))}
        assert len({of.price_lists.on(day, group="household") for day in days}) == 1
    assert len(of.rates._found) <= 3
    assert len(of.price_lists._found) <= 3
