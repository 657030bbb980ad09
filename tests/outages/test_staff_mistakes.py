"""Staff are stopped from what cannot be right, and told why at its field."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from outages.actions import outages
from outages.actions.outages import Changed, NotValid
from outages.models import Outage, OutageUpdate
from outages.rules.problems import SAME_TIME
from tests.outages import makers
from tests.outages.desk import ADD, change, errors, fields, in_hours, said, timeline


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"expected_at": in_hours(-2)}, "expected_at"),
        ({"restored_at": in_hours(-2)}, "restored_at"),
        ({"restored_at": in_hours(2)}, "restored_at"),
        ({"starts_at": in_hours(5)}, "starts_at"),
        ({"kind": "planned", "starts_at": in_hours(5)}, "expected_at"),
        ({"streets": ""}, "__all__"),
        ({"streets": "Torget 3"}, "streets"),
        ({"postal_codes": "14890"}, "postal_codes"),
        ({"gsrns": "123"}, "gsrns"),
        ({"gsrns": "707057500012345670"}, "gsrns"),
        ({"area_name": ""}, "area_name"),
        ({"area_name": "x" * 121}, "area_name"),
        ({"cause": "magic"}, "cause"),
    ],
)
def test_what_cannot_be_right_is_refused_at_its_field(staff: Client, given: dict[str, Any], field: str) -> None:
    assert list(errors(staff.post(ADD, fields(**given)))) == [field]
    assert not Outage.objects.exists()


def test_the_same_outage_registered_twice_is_noticed(staff: Client) -> None:
    makers.outage(area_name="Torget først", streets=["1489 Torget 1-9"])
    answer = staff.post(ADD, fields())
    assert "Torget først" in str(errors(answer)["publish_anyway"])
    assert staff.post(ADD, fields(publish_anyway="on")).status_code == 302


def test_one_elsewhere_or_at_another_time_is_no_second(staff: Client) -> None:
    makers.outage(streets=["1489 Strandgata"])
    makers.outage(streets=["1489 Torget"], starts_at=in_hours(-9), restored_at=in_hours(-5))
    makers.planned(streets=["1489 Torget"], starts_at=in_hours(50), expected_at=in_hours(52))
    assert staff.post(ADD, fields(expected_at=in_hours(3))).status_code == 302


def test_two_who_change_it_at_once_do_not_overwrite_each_other(staff: Client) -> None:
    cut = makers.outage(streets=["1489 Torget"])
    first = staff.post(change(cut), fields(seen_version=cut.version, area_name="First", **timeline()))
    second = staff.post(change(cut), fields(seen_version=cut.version, area_name="Second", **timeline()))
    assert first.status_code == 302
    assert "Noen endret dette" in str(errors(second))
    cut.refresh_from_db()
    assert cut.area_name == "First"


def test_a_number_that_was_taken_before_hinders_nothing_and_a_new_one_is_checked(staff: Client) -> None:
    stored, new = "707057500012345670", "707057500012345672"
    cut = makers.outage(streets=["1489 Torget"], gsrns=[stored])
    told = fields(seen_version=cut.version, gsrns=stored, restored_at=in_hours(-0.5), **timeline())
    assert list(errors(staff.post(change(cut), {**told, "gsrns": f"{stored} {new}"}))) == ["gsrns"]
    assert staff.post(change(cut), told).status_code == 302
    cut.refresh_from_db()
    assert (cut.restored_at, cut.gsrns) == (in_hours(-0.5), [stored])


def test_an_update_cannot_expect_the_power_back_before_it_went(staff: Client) -> None:
    cut = makers.outage(streets=["1489 Torget"])
    row = {"at": in_hours(-0.5), "text_nb": "Hei", "expected_at": in_hours(-2)}
    answer = staff.post(change(cut), fields(seen_version=cut.version, **timeline(row)))
    assert answer.status_code == 200
    assert "Strømmen kan ikke være tilbake før den gikk" in answer.content.decode()
    assert not OutageUpdate.objects.exists()


@pytest.mark.parametrize("refused", [Changed(), NotValid([SAME_TIME])], ids=["changed", "not valid"])
def test_who_was_quicker_is_no_server_error(staff: Client, monkeypatch: pytest.MonkeyPatch, refused: Exception) -> None:
    """Between the form's look at the version and the saving there is time for somebody else."""
    cut = makers.outage(streets=["1489 Torget"])

    def late(**_: Any) -> Outage:
        raise refused

    monkeypatch.setattr(outages, "save_outage", late)
    answer = staff.post(change(cut), fields(seen_version=cut.version, area_name="Second", **timeline()))
    assert (answer.status_code, answer.headers["Location"]) == (302, change(cut))
    assert said(answer)
    cut.refresh_from_db()
    assert cut.area_name == "Solvika"


def test_a_day_at_the_end_of_the_calendar_is_refused(staff: Client) -> None:
    for day in ("01.01.0001", "31.12.9999"):
        posted = fields() | {"expected_at_0": day, "expected_at_1": "00:00:00"}
        assert "expected_at" in errors(staff.post(ADD, posted))


@pytest.mark.parametrize("at", [in_hours(-3), in_hours(2)], ids=["before it began", "in the future"])
def test_an_update_outside_the_outage_is_refused(staff: Client, at: datetime) -> None:
    cut = makers.outage(streets=["1489 Torget"])
    row = {"at": at, "text_nb": "Hei"}
    answer = staff.post(change(cut), fields(seen_version=cut.version, **timeline(row)))
    assert answer.status_code == 200
    assert not OutageUpdate.objects.exists()


def test_two_updates_at_the_same_time_are_refused(staff: Client) -> None:
    cut = makers.outage(streets=["1489 Torget"])
    row = {"at": in_hours(-0.5), "text_nb": "Hei"}
    answer = staff.post(change(cut), fields(seen_version=cut.version, **timeline(row, row)))
    assert answer.status_code == 200
    assert not OutageUpdate.objects.exists()


def test_an_outage_can_begin_in_the_hour_that_comes_twice(staff: Client) -> None:
    with time_machine.travel("2026-10-25T03:00:00Z", tick=False):
        posted = fields() | {"starts_at_0": "25.10.2026", "starts_at_1": "02:30:00"}
        assert staff.post(ADD, posted).status_code == 302
        cut = Outage.objects.get()
        # The first of the two, in summer time.
        assert cut.starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
        # One that began in the second stays where it was when something else is changed.
        Outage.objects.update(starts_at=datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
        cut.refresh_from_db()
        again = posted | {"area_name": "Solvika nord", "seen_version": cut.version} | timeline()
        assert staff.post(change(cut), again).status_code == 302
        cut.refresh_from_db()
    assert (cut.area_name, cut.starts_at) == ("Solvika nord", datetime(2026, 10, 25, 1, 30, tzinfo=UTC))


def test_a_time_that_the_clock_skips_is_refused_in_words(staff: Client) -> None:
    with time_machine.travel("2026-03-29T03:00:00Z", tick=False):
        posted = fields() | {"starts_at_0": "29.03.2026", "starts_at_1": "02:30:00"}
        assert "klokken stilles fram" in staff.post(ADD, posted).content.decode()


@pytest.mark.parametrize(
    ("given", "at", "words"),
    [
        ({"expected_at": in_hours(-2)}, "expected_at", "kan ikke være tilbake før"),
        ({"gsrns": "123"}, "gsrns", "123"),
        ({"postal_codes": "14890"}, "postal_codes", "14890"),
        ({"expected_at": in_hours(-2), "gsrns": "123"}, "expected_at", "kan ikke være tilbake før"),
        ({"kind": "planned", "gsrns": "123"}, "expected_at", "Planlagt arbeid må ha en slutt"),
    ],
)
def test_what_cannot_be_is_said_in_plain_words_at_its_field(
    staff: Client, given: dict[str, Any], at: str, words: str
) -> None:
    """Also where something else is wrong, so that the whole is not looked at yet."""
    found = errors(staff.post(ADD, fields(**given)))
    assert words in " ".join(found[at])
    everything = " ".join(" ".join(each) for each in found.values())
    for foreign in ("outage_", "planned_work_has", "Begrensning", "Element 1", "Item 1"):
        assert foreign not in everything
