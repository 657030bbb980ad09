"""Asking the sources of spot prices: a local server answers as they do, and in all the ways they should not."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from billing.actions import spot
from billing.models import SpotPriceDay
from billing.tasks import fetch_spot_prices
from portal.clients import http
from tests.billing.spot import answers
from tests.clients.service import Asked, Says, Service, running_service

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 27)
RATE = answers.norges_bank({date(2026, 3, 26): "11.0", DAY: "11.2705"})
NOW = datetime(2026, 3, 27, 12, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "sleep", lambda seconds: None)


@pytest.fixture
def bank() -> Iterator[Service]:
    with running_service(Says(body=RATE)) as service:
        yield service


def at(service: Service, bank: Service | None = None) -> override_settings:
    names = ("hvakosterstrommen", "nordpool", "entsoe")
    urls = {**dict.fromkeys(names, service.url), "norges-bank": bank.url if bank else service.url}
    return override_settings(SPOT_PRICE_URLS=urls, ENTSOE_TOKEN="a-token")


def fetched(source: str, service: Service, bank: Service | None = None) -> spot.SpotReport:
    report = spot.SpotReport()
    with at(service, bank):
        spot.fetch(source=source, area="NO5", days=[DAY], at=NOW, report=report)
    return report


def test_hvakosterstrommen_is_asked_for_the_day() -> None:
    with running_service(Says(body=answers.hvakosterstrommen(DAY, minutes=15))) as service:
        fetched("hvakosterstrommen", service)
    assert service.asked[0].path == "/api/v1/prices/2026/03-27_NO5.json"
    row = SpotPriceDay.objects.get()
    assert (row.day, row.resolution_minutes, row.source, row.preliminary) == (DAY, 15, "hvakosterstrommen", False)


def test_nord_pool_is_asked_in_kroner() -> None:
    with running_service(Says(body=answers.nordpool(DAY, area="NO5", state="Preliminary"))) as service:
        fetched("nordpool", service)
    assert "deliveryArea=NO5&currency=NOK" in service.asked[0].path
    assert SpotPriceDay.objects.get().preliminary


def test_entsoe_is_reckoned_with_the_rate_of_the_day(bank: Service) -> None:
    with running_service(Says(body=answers.entsoe([(DAY, "PT60M", {1: "100"})], area="NO5"))) as service:
        fetched("entsoe", service, bank)
    assert "periodStart=202603262300&periodEnd=202603272300" in service.asked[0].path
    assert "startPeriod=2026-03-13&endPeriod=2026-04-06" in bank.asked[0].path
    row = SpotPriceDay.objects.get()
    assert (row.prices_nok_per_kwh[0], row.preliminary) == (Decimal("1.12705"), False)


FRIDAY, SATURDAY, MONDAY, GOOD_FRIDAY = date(2026, 3, 27), date(2026, 3, 28), date(2026, 3, 30), date(2026, 4, 3)
RATES_OF = {FRIDAY: "11.2705", MONDAY: "11.3", date(2026, 4, 1): "11.1", date(2026, 4, 7): "11.4"}


@contextmanager
def bank_that_knows(today: date) -> Iterator[Service]:
    """Norges Bank as it answers on a day: of the days that are asked for, the bank days up to that one."""

    def look(asked: Asked) -> None:
        first, last = (date.fromisoformat(parse_qs(urlsplit(asked.path).query)[key][0]) for key in PERIOD)
        known = {day: rate for day, rate in RATES_OF.items() if first <= day <= min(last, today)}
        says.body = answers.norges_bank(known)

    says = Says()
    with running_service(says) as service:
        service.look = look
        yield service


PERIOD = ("startPeriod", "endPeriod")


@pytest.mark.parametrize(
    ("day", "today", "rate", "preliminary"),
    [
        (SATURDAY, SATURDAY, "11.2705", True),
        (SATURDAY, MONDAY, "11.2705", False),
        # From Maundy Thursday to Easter Monday the bank is closed.
        (GOOD_FRIDAY, date(2026, 4, 6), "11.1", True),
        (GOOD_FRIDAY, date(2026, 4, 7), "11.1", False),
    ],
)
def test_a_day_without_a_rate_is_final_when_the_next_bank_day_is_known(
    day: date, today: date, rate: str, preliminary: bool
) -> None:
    body = answers.entsoe([(day, "PT60M", {1: "100"})], area="NO5")
    with running_service(Says(body=body)) as service, bank_that_knows(today) as bank, at(service, bank):
        spot.fetch(source="entsoe", area="NO5", days=[day], at=NOW, report=spot.SpotReport())
    row = SpotPriceDay.objects.get()
    assert (row.prices_nok_per_kwh[0], row.preliminary) == (Decimal(rate) / 10, preliminary)


def test_the_command_knows_a_saturday_in_a_file_to_be_final(tmp_path: Path) -> None:
    euro = tmp_path / "euro.xml"
    euro.write_bytes(answers.entsoe([(SATURDAY, "PT60M", {1: "100"})], area="NO5"))
    with bank_that_knows(MONDAY) as bank, at(bank):
        assert run("--area", "NO5", str(euro))[0] == 0
    assert SpotPriceDay.objects.get().preliminary is False


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("hvakosterstrommen", Says(404)),
        ("nordpool", Says(204, b"")),
        ("entsoe", Says(400, answers.acknowledgement("999"))),
    ],
)
def test_a_day_that_is_not_published_is_no_trouble(source: str, says: Says, bank: Service) -> None:
    with running_service(says) as service:
        report = fetched(source, service, bank)
    assert (report.not_published, report.problems) == ([f"NO5 {DAY}"], [])


@pytest.mark.parametrize(
    ("says", "words"),
    [
        (Says(500, b"oops"), "answered 500"),
        (Says(503), "answered 503"),
        (Says(hangs_up=True), "no answer"),
        (Says(body=b"<html>maintenance</html>"), "not whole JSON"),
        (Says(body=answers.hvakosterstrommen(DAY)[:500]), "not whole JSON"),
        (Says(302, headers={"Location": "https://elsewhere.example/"}), "redirects elsewhere"),
    ],
)
def test_trouble_is_told_and_nothing_is_stored(says: Says, words: str) -> None:
    with running_service(says) as service:
        report = fetched("hvakosterstrommen", service)
    [problem] = report.problems
    assert words in problem
    assert not SpotPriceDay.objects.exists()


@pytest.mark.parametrize(
    ("source", "body"),
    [
        ("hvakosterstrommen", b'[{"NOK_per_kWh": null, "time_start": null, "time_end": true}]'),
        ("hvakosterstrommen", answers.hvakosterstrommen(DAY).replace(b"0.01001", b"1e30000000")),
        ("hvakosterstrommen", answers.hvakosterstrommen(DAY).replace(b"2026-03-27T00", b"0001-01-01T00")),
        ("nordpool", answers.nordpool(DAY, area="NO5").replace(b'{"NO5": 500}', b"[true]")),
        ("nordpool", answers.nordpool(DAY, area="NO5").replace(b": 500}", b': "9e999999"}')),
        ("entsoe", answers.entsoe([(DAY, "PT60M", {"1e30000000": 1})], area="NO5")),
    ],
)
def test_a_day_of_nonsense_does_not_stop_the_others(source: str, body: bytes, bank: Service) -> None:
    next_day, report = date(2026, 3, 28), spot.SpotReport()
    good = {
        "hvakosterstrommen": answers.hvakosterstrommen(next_day),
        "nordpool": answers.nordpool(next_day, area="NO5"),
        "entsoe": answers.entsoe([(next_day, "PT60M", {1: 100})], area="NO5"),
    }
    answered = (Says(body=body), Says(body=good[source]))
    with running_service(*answered) as service, at(service, bank):
        spot.fetch(source=source, area="NO5", days=[DAY, next_day], at=NOW, report=report)
    assert [problem.startswith(f"NO5 {DAY}: ") for problem in report.problems] == [True]
    assert SpotPriceDay.objects.get().day == next_day


@pytest.mark.parametrize("content", [b"[" * 100_000, b"null", b'{"data": {"dataSets": 9e999999}}'])
def test_nonsense_of_the_bank_is_told_for_the_day(content: bytes) -> None:
    body = answers.entsoe([(DAY, "PT60M", {1: "100"})], area="NO5")
    with running_service(Says(body=body)) as service, running_service(Says(body=content)) as bank:
        report = fetched("entsoe", service, bank)
    assert [problem.startswith(f"NO5 {DAY}: ") for problem in report.problems] == [True]


@pytest.mark.parametrize("source", ["hvakosterstrommen", "nordpool"])
def test_of_an_answer_only_the_day_asked_for_is_kept(source: str) -> None:
    """A source that answers with other days too, or with another one, does not write these."""
    days = [date(2026, 3, 26), DAY]
    rows = [json.loads(answers.hvakosterstrommen(day)) for day in days]
    both = [json.loads(answers.nordpool(day, area="NO5")) for day in days]
    entries = [entry for one in both for entry in one["multiAreaEntries"]]
    bodies = {
        "hvakosterstrommen": [json.dumps(rows[0] + rows[1]), json.dumps(rows[0])],
        "nordpool": [json.dumps(both[0] | {"multiAreaEntries": entries}), json.dumps(both[0])],
    }
    with running_service(Says(body=bodies[source][0].encode())) as service:
        assert fetched(source, service).problems == []
    assert [row.day for row in SpotPriceDay.objects.all()] == [DAY]
    with running_service(Says(body=bodies[source][1].encode())) as service:
        assert fetched(source, service).not_published == [f"NO5 {DAY}"]
    assert SpotPriceDay.objects.get().revision == 0


def test_without_a_token_entsoe_is_not_asked() -> None:
    with running_service(Says()) as service, at(service), override_settings(ENTSOE_TOKEN=""):
        report = spot.SpotReport()
        spot.fetch(source="entsoe", area="NO5", days=[DAY], at=NOW, report=report)
    assert "ENTSOE_TOKEN" in report.problems[0]
    assert service.asked == []


def test_beat_asks_again_for_what_is_not_final_and_no_more() -> None:
    with running_service(Says(body=answers.nordpool(DAY, area="NO5", state="Preliminary"))) as service, at(service):
        spot.fetch(source="nordpool", area="NO5", days=[DAY], at=NOW, report=spot.SpotReport())
        service.answers = [Says(body=answers.nordpool(DAY, area="NO5", state="Final", price=600))]
        spot.fetch_wanted(source="nordpool", now=NOW)
        asked = [one.path for one in service.asked if "deliveryArea=NO5" in one.path]
        assert sum("date=2026-03-27" in path for path in asked) == 2
        assert sum("date=2026-03-28" in path for path in asked) == 1
        row = SpotPriceDay.objects.get(area="NO5", day=DAY)
        assert (row.preliminary, row.prices_nok_per_kwh[0]) == (False, Decimal("0.6"))
        before = len(service.asked)
        spot.fetch_wanted(source="nordpool", now=NOW)
        assert not any("date=2026-03-27&market=DayAhead&deliveryArea=NO5" in one.path for one in service.asked[before:])


def test_the_task_asks_nobody_where_no_source_is_set() -> None:
    with running_service(Says(500)) as service, at(service), override_settings(SPOT_PRICE_SOURCE=""):
        fetch_spot_prices()
    assert service.asked == []


def run(*arguments: str) -> tuple[int, dict[str, Any]]:
    out = io.StringIO()
    code = 0
    try:
        call_command("import_spot_prices", *arguments, "--json", stdout=out)
    except SystemExit as ended:
        code = int(str(ended.code))
    return code, json.loads(out.getvalue())


def test_files_come_in_by_command_and_twice_is_once(tmp_path: Path) -> None:
    kroner, euro = tmp_path / "kroner.json", tmp_path / "euro.xml"
    kroner.write_bytes(answers.hvakosterstrommen(DAY))
    euro.write_bytes(answers.entsoe([(date(2026, 3, 28), "PT60M", {1: "-5"})], area="NO5"))
    arguments = ("--area", "NO5", str(kroner), str(euro), "--eur-rate", "11,5")
    assert run(*arguments)[0] == 0
    assert SpotPriceDay.objects.get(day=date(2026, 3, 28)).prices_nok_per_kwh[0] == Decimal("-0.0575")
    code, report = run(*arguments)
    assert (code, report["new"], report["same"]) == (0, 0, 2)


def test_the_command_fetches_the_rates_of_a_file_in_euro(tmp_path: Path, bank: Service) -> None:
    euro = tmp_path / "euro.xml"
    euro.write_bytes(answers.entsoe([(DAY, "PT60M", {1: "100"})], area="NO5"))
    with at(bank):
        assert run("--area", "NO5", str(euro))[0] == 0
    assert SpotPriceDay.objects.get().prices_nok_per_kwh[0] == Decimal("1.12705")


def test_gaps_and_nonsense_end_with_one_and_the_rest_is_in(tmp_path: Path) -> None:
    short, bad = tmp_path / "short.json", tmp_path / "bad.json"
    short.write_bytes(json.dumps(json.loads(answers.hvakosterstrommen(DAY))[:20]).encode())
    bad.write_bytes(b"[{]")
    code, report = run("--area", "NO5", str(bad), str(short))
    assert (code, report["new"]) == (1, 1)
    assert report["gaps"] == [f"NO5 {DAY}: 4 of 24 prices missing"]
    assert "bad.json" in report["problems"][0]


def test_a_dry_run_stores_nothing(tmp_path: Path) -> None:
    path = tmp_path / "kroner.json"
    path.write_bytes(answers.hvakosterstrommen(DAY))
    assert run("--area", "NO5", str(path), "--dry-run")[0] == 0
    assert not SpotPriceDay.objects.exists()


@pytest.mark.parametrize("rate", ["0", "-11,5", "1e99", "1e30000000", "NaN", "about eleven", "1.9", "51"])
def test_a_rate_that_can_be_none_is_wrong_usage(tmp_path: Path, rate: str) -> None:
    euro = tmp_path / "euro.xml"
    euro.write_bytes(answers.entsoe([(DAY, "PT60M", {1: "100"})], area="NO5"))
    with pytest.raises(CommandError, match="--eur-rate") as error:
        run("--area", "NO5", str(euro), f"--eur-rate={rate}")
    assert error.value.returncode == 2
    assert not SpotPriceDay.objects.exists()


@pytest.mark.parametrize(
    "days", [("0001-01-01",), ("9999-12-31",), ("2026-03-27", "9999-12-31"), ("2026-03-27", "2026-03-26")]
)
def test_days_far_off_are_wrong_usage(days: tuple[str, ...]) -> None:
    options = [item for pair in zip(("--from", "--to"), days, strict=False) for item in pair]
    with pytest.raises(CommandError) as error:
        run("--area", "NO5", "--source", "nordpool", *options)
    assert error.value.returncode == 2
