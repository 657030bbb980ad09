"""Price lists in the database: versions, nothing overwritten, nothing half."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import ProgrammingError, transaction

from billing.actions import save_tariff
from billing.actions.tariffs import Outcome, Report
from billing.models import TariffVersion
from billing.queries import company
from billing.rules.tariffs import Group
from portal.audit.models import Entry
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import samples
from tests.billing.factories import price_lists
from tests.billing.tariff_texts import GOOD, changed, read

FILES = sorted((samples.SAMPLES / "tariffs").glob("*.yml"))
JULY_25, JULY_26, JANUARY_27 = date(2025, 7, 1), date(2026, 7, 1), date(2027, 1, 1)


def outcomes(report: Report) -> dict[tuple[str, date], str]:
    return {(one.group.value, one.valid_from): one.outcome.value for one in report.stored}


def problems(report: Report) -> list[tuple[str, str]]:
    return [(problem.code, str(problem.params.get("group", ""))) for problem in report.problems]


def in_force(group: str = Group.HOUSEHOLD) -> list[tuple[date, date | None, str, int]]:
    rows = TariffVersion.objects.in_force().filter(group=group).order_by("valid_from")
    return [(row.valid_from, row.valid_to, row.payload["energiledd"]["grunnpris"], row.revision) for row in rows]


def only_the_last(new_start: str = "2026-07-01", base: str = "8.25") -> str:
    """A file with the second list of the good one alone."""
    head, first, second = GOOD.split("  - kundegrupper")
    assert first
    return head + "  - kundegrupper" + second.replace("2026-07-01", new_start).replace("8.25", base)


def test_a_file_becomes_a_row_for_each_list_and_group(tenant: Tenant) -> None:
    report = price_lists()
    assert not report.refused
    assert set(outcomes(report).values()) == {Outcome.NEW}
    assert in_force() == [(JULY_25, JULY_26, "7.61", 1), (JULY_26, None, "8.25", 1)]
    assert in_force(Group.HOLIDAY_HOME) == in_force()
    assert Entry.objects.get(verb="billing.tariffs_imported").data["changed"] == 4


def test_the_same_file_again_changes_nothing(tenant: Tenant) -> None:
    price_lists()
    again = price_lists()
    assert set(outcomes(again).values()) == {Outcome.SAME}
    assert TariffVersion.objects.count() == 4
    assert Entry.objects.filter(verb="billing.tariffs_imported").count() == 1


def test_other_prices_for_the_same_days_replace_what_is_kept_as_history(tenant: Tenant) -> None:
    price_lists()
    other = changed("grunnpris: 7.61", "grunnpris: 7.65")
    refused = price_lists(other, keep_stored=True)
    assert (refused.refused, problems(refused)) == (True, [("changed", "husholdning, fritid")])
    assert in_force()[0] == (JULY_25, JULY_26, "7.61", 1)
    taken = price_lists(other)
    assert outcomes(taken)["household", JULY_25] == Outcome.REPLACED
    assert in_force()[0] == (JULY_25, JULY_26, "7.65", 2)
    old = TariffVersion.objects.get(group=Group.HOUSEHOLD, valid_from=JULY_25, revision=1)
    assert old.superseded_at is not None
    assert old.payload["energiledd"]["grunnpris"] == "7.61"


def test_a_new_list_ends_the_one_that_had_no_end(tenant: Tenant) -> None:
    price_lists()
    report = price_lists(only_the_last("2027-01-01", "9.1"))
    assert outcomes(report)["household", JANUARY_27] == Outcome.ENDED
    assert in_force() == [
        (JULY_25, JULY_26, "7.61", 1),
        (JULY_26, JANUARY_27, "8.25", 2),
        (JANUARY_27, None, "9.1", 1),
    ]


def with_end(content: str, begin: str, end: str) -> str:
    return content.replace(f"'{begin}'\n", f"'{begin}'\n    gyldig_til: '{end}'\n")


APRIL_27 = date(2027, 4, 1)


def test_after_a_list_with_an_end_none_holds_and_the_report_says_so(tenant: Tenant) -> None:
    """What held until further notice is over: it does not come back when its successor ends."""
    price_lists()
    winter = with_end(only_the_last("2027-01-01", "9.1"), "2027-01-01", "2027-04-01")
    report = price_lists(winter)
    assert problems(report) == [("nothing_after", "husholdning, fritid")]
    assert "2027-04-01" in report.problems[0].text
    assert Outcome.CONTINUED not in outcomes(report).values()
    after = [(JULY_25, JULY_26, "7.61", 1), (JULY_26, JANUARY_27, "8.25", 2), (JANUARY_27, APRIL_27, "9.1", 1)]
    assert in_force() == after
    assert in_force(Group.HOLIDAY_HOME) == after
    lists = company().price_lists
    assert lists.on(APRIL_27 - timedelta(days=1), group=Group.HOUSEHOLD)
    assert lists.on(APRIL_27, group=Group.HOUSEHOLD) is None
    assert set(outcomes(price_lists(winter)).values()) == {Outcome.SAME}


def test_a_list_whose_own_dates_reach_further_goes_on(tenant: Tenant) -> None:
    price_lists(with_end(only_the_last("2026-07-01"), "2026-07-01", "2027-07-01"))
    report = price_lists(with_end(only_the_last("2027-01-01", "9.1"), "2027-01-01", "2027-04-01"))
    assert outcomes(report)["household", APRIL_27] == Outcome.CONTINUED
    assert in_force() == [
        (JULY_26, JANUARY_27, "8.25", 2),
        (JANUARY_27, APRIL_27, "9.1", 1),
        (APRIL_27, date(2027, 7, 1), "8.25", 1),
    ]


def test_a_list_over_the_beginning_of_a_stored_one_leaves_its_end(tenant: Tenant) -> None:
    price_lists(only_the_last("2027-01-01"))
    report = price_lists(with_end(only_the_last("2026-07-01", "9.1"), "2026-07-01", "2027-04-01"))
    assert outcomes(report)["household", APRIL_27] == Outcome.CONTINUED
    assert in_force() == [(JULY_26, APRIL_27, "9.1", 1), (APRIL_27, None, "8.25", 1)]


def test_where_the_file_goes_on_itself_nothing_is_left(tenant: Tenant) -> None:
    price_lists(only_the_last("2025-01-01", "5"))
    report = price_lists()
    assert Outcome.CONTINUED not in outcomes(report).values()
    assert in_force() == [
        (date(2025, 1, 1), JULY_25, "5", 2),
        (JULY_25, JULY_26, "7.61", 1),
        (JULY_26, None, "8.25", 1),
    ]


def test_a_list_given_its_end_by_the_file_itself(tenant: Tenant) -> None:
    price_lists(only_the_last())
    report = price_lists(only_the_last().replace("'2026-07-01'\n", "'2026-07-01'\n    gyldig_til: '2027-01-01'\n"))
    assert not report.refused
    assert in_force() == [(JULY_26, JANUARY_27, "8.25", 2)]


def test_a_list_over_a_later_one_withdraws_it_and_says_so(tenant: Tenant) -> None:
    price_lists(only_the_last("2027-01-01"))
    refused = price_lists(only_the_last("2026-07-01"), keep_stored=True)
    assert problems(refused) == [("later_version", "husholdning, fritid")]
    report = price_lists(only_the_last("2026-07-01"))
    assert outcomes(report)["household", JANUARY_27] == Outcome.WITHDRAWN
    assert TariffVersion.objects.get(group="household", valid_from=JANUARY_27).superseded_at
    assert in_force() == [(JULY_26, None, "8.25", 1)]


def test_a_refused_file_leaves_nothing(tenant: Tenant) -> None:
    price_lists(only_the_last())
    # Its first list would fit; the second says something else than is stored.
    report = price_lists(GOOD.replace("8.25", "8.30"), keep_stored=True)
    assert report.refused
    assert (report.stored, len(in_force())) == ([], 1)


def test_a_dry_run_tells_what_would_come_of_it(tenant: Tenant) -> None:
    report = price_lists(dry_run=True)
    assert len(report.stored) == 4
    assert TariffVersion.objects.count() == 0


def test_prices_with_taxes_are_told_against_what_is_stored(tenant: Tenant) -> None:
    """A file with the new list alone: 7.13 øre is the electricity tax of 2026."""
    price_lists()
    content = only_the_last("2026-10-01", "15.38").replace("12.4", "19.53")
    assert problems(price_lists(content)) == [("taxes_left_in", "")]
    assert not price_lists(content, accept_doubts=True).refused
    # Once accepted it is no longer asked about.
    assert not price_lists(content).refused


def test_a_doubt_about_a_price_within_a_list_is_accepted_once(tenant: Tenant) -> None:
    negative = changed("grunnpris: 7.61", "grunnpris: -1").decode()
    assert [code for code, _ in problems(price_lists(negative))] == ["negative_energy"]
    assert not price_lists(negative, accept_doubts=True).refused
    assert not price_lists(negative).refused
    # It says nothing of another list's.
    both = negative.replace("grunnpris: 8.25", "grunnpris: -2")
    assert [(one.code, one.line) for one in price_lists(both).problems] == [("negative_energy", 33)]


def test_a_name_stands_beside_the_list_without(tenant: Tenant) -> None:
    price_lists()
    named = GOOD.replace("    gyldig_fra", "    navn: Øyene\n    gyldig_fra")
    assert not price_lists(named).refused
    assert TariffVersion.objects.in_force().filter(name="Øyene").count() == 4


def test_tenants_have_lists_of_their_own(tenant: Tenant, other_tenant: Tenant) -> None:
    price_lists()
    with tenant_scope(other_tenant):
        assert TariffVersion.objects.count() == 0
        assert set(outcomes(price_lists()).values()) == {Outcome.NEW}


def test_what_staff_write_goes_before_what_is_stored(tenant: Tenant) -> None:
    price_lists()
    tariff = read(GOOD.replace("8.25", "8.40")).tariffs[1]
    assert not save_tariff(tariff=tariff, by=None, source="admin").refused
    assert in_force()[1] == (JULY_26, None, "8.40".rstrip("0"), 2)


def test_what_staff_write_does_not_withdraw_a_later_list(tenant: Tenant) -> None:
    price_lists()
    tariff = read(only_the_last("2025-12-01")).tariffs[0]
    report = save_tariff(tariff=tariff, by=None, source="admin")
    assert (report.refused, [problem.code for problem in report.problems]) == (True, ["later_version"])
    assert len(in_force()) == 2


@pytest.mark.skipif(not FILES, reason="the collection is not part of the repository")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_of_the_collection_is_stored_and_read_again(tenant: Tenant, path: Path) -> None:
    report = price_lists(path.read_bytes())
    assert not report.refused
    tariffs = read(path.read_bytes()).tariffs
    stored = {(row.name, row.group, row.valid_from): row.tariff for row in TariffVersion.objects.in_force()}
    for tariff in tariffs:
        for group in tariff.groups:
            again = stored[tariff.name, group, tariff.valid_from]
            assert (again.energy, again.capacity, again.valid_to) == (tariff.energy, tariff.capacity, tariff.valid_to)


@pytest.mark.parametrize("change", [{"valid_to": JANUARY_27}, {"payload": {}}])
def test_a_stored_list_cannot_be_changed(tenant: Tenant, change: dict[str, object]) -> None:
    price_lists()
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        TariffVersion.objects.update(**change)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        TariffVersion.objects.all().delete()


@pytest.mark.parametrize("name", [r'"By\0"', r'"By\uD800"', "B" * 121])
def test_a_name_that_cannot_be_stored_refuses_the_file(tenant: Tenant, name: str) -> None:
    report = price_lists(changed("    gyldig_fra: '2026", f"    navn: {name}\n    gyldig_fra: '2026"))
    assert (report.refused, [problem.line for problem in report.problems]) == (True, [25])
    assert json.dumps(report.as_json()).encode()
    assert not TariffVersion.objects.exists()
