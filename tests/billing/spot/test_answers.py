"""Spot prices as the sources give them: what is read, and what is refused with which words."""

import json
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.clients import norges_bank
from billing.importers import spot
from billing.rules.spot_days import PriceProblem, Rates
from tests import samples
from tests.billing.spot import answers

SAMPLES = samples.SAMPLES / "spot"
RATES = Rates(
    {date(2024, 1, 1): Decimal("11.5"), date(2026, 3, 27): Decimal("11.2705"), date(2026, 10, 23): Decimal(12)}
)
DAY = date(2026, 3, 28)


def test_hours_in_kroner_are_a_day_of_hours() -> None:
    [day] = spot.read(answers.hvakosterstrommen(DAY, minutes=60), area="NO5", rates=None)
    assert (day.area, day.day, day.resolution_minutes, len(day.prices_nok_per_kwh)) == ("NO5", DAY, 60, 24)
    assert day.prices_nok_per_kwh[1] == Decimal("0.01001")
    assert (day.missing, day.preliminary) == (0, False)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
@pytest.mark.parametrize("minutes", [15, 60])
def test_the_days_the_clock_changes_have_their_own_length(day: date, hours: int, minutes: int) -> None:
    content = answers.hvakosterstrommen(day, minutes=minutes)
    [found] = spot.read(content, area="NO1", rates=None)
    assert (found.day, len(found.prices_nok_per_kwh), found.missing) == (day, hours * 60 // minutes, 0)


def test_nord_pool_keeps_what_is_preliminary_so() -> None:
    [day] = spot.read(answers.nordpool(DAY, area="NO5", state="Preliminary"), area="NO5", rates=None)
    assert (day.preliminary, day.prices_nok_per_kwh[0]) == (True, Decimal("0.5"))
    [day] = spot.read(answers.nordpool(DAY, area="NO5", state="Final"), area="NO5", rates=None)
    assert day.preliminary is False


def test_a_rate_that_is_not_out_yet_makes_the_price_preliminary() -> None:
    # 28 March 2026 is a Saturday: the rate of Friday holds, and Monday's says that there was none in between.
    content = answers.entsoe([(DAY, "PT60M", {1: "100"})], area="NO5")
    [day] = spot.read(content, area="NO5", rates=Rates({date(2026, 3, 27): Decimal("11.2705")}))
    assert (day.prices_nok_per_kwh[0], day.preliminary) == (Decimal("1.12705"), True)
    [day] = spot.read(
        content, area="NO5", rates=Rates({date(2026, 3, 27): Decimal("11.2705"), date(2026, 3, 30): Decimal(11)})
    )
    assert day.preliminary is False


def test_a_position_left_out_repeats_the_one_before() -> None:
    content = answers.entsoe([(DAY, "PT60M", {1: "100", 3: "-20.5"})], area="NO5")
    [day] = spot.read(content, area="NO5", rates=RATES)
    first, negative = Decimal(100) * Decimal("11.2705") / 1000, Decimal("-20.5") * Decimal("11.2705") / 1000
    assert day.prices_nok_per_kwh == (first, first, *[negative] * 22)


@pytest.mark.parametrize("curve", ["<curveType>A01</curveType>", ""])
def test_only_a_curve_that_says_so_repeats_prices(curve: str) -> None:
    content = answers.entsoe([(DAY, "PT60M", {1: "100", 3: "-20.5"})], area="NO5", curve=curve)
    [day] = spot.read(content, area="NO5", rates=Rates({DAY: Decimal(10)}))
    assert day.prices_nok_per_kwh == (Decimal(1), None, Decimal("-0.205"), *[None] * 21)


def test_a_period_that_starts_with_a_gap_leaves_it_open() -> None:
    [day] = spot.read(answers.entsoe([(DAY, "PT60M", {5: "100"})], area="NO5"), area="NO5", rates=RATES)
    assert day.missing == 4


def test_of_two_auctions_the_first_is_taken() -> None:
    content = answers.entsoe([(DAY, "PT15M", {1: "70"}), (DAY, "PT60M", {1: "50"})], area="NO5", sequences=[2, 1])
    [day] = spot.read(content, area="NO5", rates=RATES)
    assert (day.resolution_minutes, set(day.prices_nok_per_kwh)) == (60, {Decimal("0.563525")})


def test_hours_and_quarters_in_one_day_become_quarters() -> None:
    halves = [(DAY, "PT60M", {1: "40"}, 0, 12), (DAY, "PT15M", {1: "80"}, 12, 24)]
    [day] = spot.read(answers.entsoe(halves, area="NO5"), area="NO5", rates=Rates({DAY: Decimal(10)}))
    assert (day.resolution_minutes, len(day.prices_nok_per_kwh), day.missing) == (15, 96, 0)
    assert (day.prices_nok_per_kwh[47], day.prices_nok_per_kwh[48]) == (Decimal("0.4"), Decimal("0.8"))


def test_no_data_is_no_day_and_no_error() -> None:
    assert spot.read(answers.acknowledgement("999"), area="NO5", rates=RATES) == []


def hour(start: str, end: str, price: object = 0.5) -> dict[str, object]:
    return {"NOK_per_kWh": price, "time_start": start, "time_end": end}


ONE = hour("2026-03-28T00:00:00+01:00", "2026-03-28T01:00:00+01:00")


NO_PRICES = [
    (None, "is no number"),
    (True, "is no number"),
    ("9e999999", "is no number"),
    ("1e30000000", "is no number"),
    ("-1e-30000000", "is no number"),
    ("0x1f", "is no number"),
    ("1_0", "is no number"),
    ("", "is no number"),
    ([], "is no number"),
    ({"a": "\ud800"}, "is no number"),
    (float("inf"), "is no price"),
]
NO_TIMES = [
    ("0001-01-01T00:00:00+01:00", "0001-01-01T01:00:00+01:00"),
    ("9999-12-31T23:00:00-01:00", "9999-12-31T23:59:59-01:00"),
    ("1899-01-01T00:00:00Z", "1899-01-01T01:00:00Z"),
    (None, None),
    (20260328, 20260328),
    (True, True),
]
GARBAGE = [None, True, 700, -0.5, "", "\ud800", "9e999999", [], [None], {}, {"a": 1}]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "none of the known formats"),
        (b"\x00\x01\x02", "none of the known formats"),
        (b"[{", "not whole JSON"),
        (b"[1, 2]", "no list of prices"),
        (b"[" * 100_000, "not whole JSON"),
        (b'[{"NOK_per_kWh": 0.1}]', "lacks time_end, time_start"),
        (json.dumps([hour("2026-03-28T00:00:00", "2026-03-28T01:00:00")]).encode(), "says nothing of its offset"),
        (json.dumps([hour("soon", "later")]).encode(), "is no time"),
        (json.dumps([{**ONE, "NOK_per_kWh": "NaN"}]).encode(), "is no price"),
        (json.dumps([{**ONE, "NOK_per_kWh": "0,5"}]).encode(), "is no number"),
        (json.dumps([{**ONE, "NOK_per_kWh": 54321}]).encode(), "is no price of electricity"),
        (json.dumps([ONE, {**ONE, "NOK_per_kWh": 0.7}]).encode(), "two different prices"),
        (json.dumps([{**ONE, "time_end": "2026-03-28T03:00:00+01:00"}]).encode(), "it should be 15 or 60"),
        (b'{"a": 1}', "no answer of Nord Pool"),
        (answers.nordpool(DAY, area="SE3"), "no prices for NO5, but for SE3"),
        (answers.nordpool(DAY, area="NO5", currency="SEK"), "in SEK"),
        (answers.nordpool(DAY, area="NO5", currency="EUR"), "no exchange rates"),
        (b"<html></html>", "no A44 document"),
        (b"<Publication_MarketDocument>", "not whole and harmless XML"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "not whole and harmless XML"),
        (answers.entsoe([(DAY, "PT60M", {1: "1"})], area="NO1"), "for the zone 10YNO-1"),
        (answers.entsoe([(DAY, "PT60M", {1: "1"})], area="NO5", currency="NOK"), "not in NOK per MWH"),
        (answers.entsoe([(DAY, "P1D", {1: "1"})], area="NO5"), "neither hours nor quarters"),
        (
            answers.entsoe([(DAY, "PT15M", {100: "1"})], area="NO5"),
            "Position 100 lies outside the period, which has 96",
        ),
        (answers.acknowledgement("401"), "answered 401"),
        (
            answers.entsoe([(DAY, "PT60M", {1: "1"})], area="NO5", curve="<curveType>A04</curveType>"),
            "curve type A04",
        ),
        *((json.dumps([{**ONE, "NOK_per_kWh": price}]).encode(), words) for price, words in NO_PRICES),
        *((json.dumps([hour(start, end)]).encode(), "is no time") for start, end in NO_TIMES),
        *(
            (answers.entsoe([(DAY, "PT60M", {position: "1"})], area="NO5"), "is no position")
            for position in ("1e30000000", "9e999999", "-1", "1.5", "", "true", "١")
        ),
        *(
            (answers.entsoe([(DAY, "PT60M", {1: price})], area="NO5"), "is no number")
            for price in ("1e30000000", "9e999999", "1e-30000000", "1_0", "null", "")
        ),
        (answers.entsoe([(DAY, "PT60M", {1: "1"})], area="NO5", sequences=["1e30000000"]), "is no position"),  # type: ignore[list-item]
    ],
)
def test_what_is_no_day_of_prices_is_refused_in_words(content: bytes, words: str) -> None:
    rates = None if b'"EUR"' in content else RATES
    with pytest.raises(PriceProblem, match=words):
        spot.read(content, area="NO5", rates=rates)


def said_of(content: bytes) -> str:
    try:
        spot.read(content, area="NO5", rates=RATES)
    except PriceProblem as problem:
        return str(problem)
    return ""


@pytest.mark.parametrize("garbage", GARBAGE, ids=repr)
@pytest.mark.parametrize("currency", ["NOK", "EUR"])
def test_nonsense_in_any_place_of_an_answer_is_told_in_words(garbage: object, currency: str) -> None:
    whole = json.loads(answers.nordpool(DAY, area="NO5", currency=currency))
    entry, *others = whole["multiAreaEntries"]
    broken = [whole | {key: garbage} for key in whole]
    broken += [whole | {"multiAreaEntries": [entry | {key: garbage}, *others]} for key in entry]
    broken += [whole | {"multiAreaEntries": [entry | {"entryPerArea": {"NO5": garbage}}]}]
    broken += [whole | {"areaStates": [{"state": "Final", "areas": garbage}]}, whole | {"areaStates": [garbage]}]
    row = json.loads(answers.hvakosterstrommen(DAY))[0]
    contents = [json.dumps(one).encode() for one in [*broken, *([row | {key: garbage}] for key in row)]]
    for content in contents:
        # Whatever was in it, it can be printed.
        assert said_of(content).isprintable()


@pytest.mark.parametrize("states", [7, "Final", [{"state": "Final", "areas": None}], [None], {}])
def test_what_does_not_say_plainly_that_it_is_final_is_preliminary(states: object) -> None:
    content = json.dumps(json.loads(answers.nordpool(DAY, area="NO5")) | {"areaStates": states}).encode()
    [day] = spot.read(content, area="NO5", rates=None)
    assert day.preliminary


@pytest.mark.parametrize("garbage", [*GARBAGE, "-11", 0, "0.5", "NaN", "11000000", [{}]], ids=repr)
def test_nonsense_of_norges_bank_is_told_in_words(garbage: object) -> None:
    good = json.loads(answers.norges_bank({DAY: "11.5"}))
    assert norges_bank.read(good).on(DAY) == Decimal("11.5")
    series = good["data"]["dataSets"][0]["series"]["0:0:0:0"]
    dimension = good["data"]["structure"]["dimensions"]["observation"][0]
    places: list[tuple[dict[str, object], str]] = [
        (good, "data"),
        (good["data"], "dataSets"),
        (good["data"], "structure"),
        (good["data"]["dataSets"][0], "series"),
        (series["observations"], "0"),
        (dimension["values"][0], "id"),
    ]
    # No rates at all are no nonsense.
    places += [] if garbage == {} else [(series, "observations")]
    for place, key in [*places, (dimension, "values")]:
        was = place[key]
        place[key] = garbage
        with pytest.raises(PriceProblem) as problem:
            norges_bank.read(good)
        assert str(problem.value).isprintable()
        place[key] = was
    series["observations"]["0"] = [garbage]
    with pytest.raises(PriceProblem):
        norges_bank.read(good)


@pytest.mark.parametrize("day", [date.min, date.max, date(1998, 12, 31), date(2200, 1, 1)])
def test_there_are_no_rates_for_days_far_off(day: date) -> None:
    with pytest.raises(PriceProblem, match="no exchange rates"):
        norges_bank.rates(day, day)


def test_an_unknown_area_is_refused() -> None:
    with pytest.raises(PriceProblem, match="no price area NO9"):
        spot.read(answers.hvakosterstrommen(DAY, minutes=60), area="NO9", rates=None)


@given(st.binary(max_size=200), st.sampled_from([b"<", b"[", b"{", b"[{", b'<a b="']))
def test_nonsense_never_crashes(noise: bytes, start: bytes) -> None:
    with suppress(PriceProblem):
        assert spot.read(start + noise, area="NO5", rates=RATES) == []


@given(st.dates(date(2023, 1, 1), date(2027, 12, 31)), st.sampled_from([15, 60]))
def test_every_day_read_is_whole(day: date, minutes: int) -> None:
    [found] = spot.read(answers.hvakosterstrommen(day, minutes=minutes), area="NO3", rates=None)
    assert (found.day, found.missing) == (day, 0)
    assert sum((price or 0) for price in found.hourly) > 0


needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the public samples are not beside the checkout")


@needs_samples
def test_the_public_sample_of_hvakosterstrommen() -> None:
    content = (SAMPLES / "hvakosterstrommen_2023-12-27_NO4_first3h.json").read_bytes()
    [day] = spot.read(content, area="NO4", rates=None)
    assert (day.day, day.prices_nok_per_kwh[:4], day.missing) == (
        date(2023, 12, 27),
        (Decimal("0.25539"), Decimal("0.25573"), Decimal("0.25516"), None),
        21,
    )


@needs_samples
@pytest.mark.parametrize("name", ["BE_15M_exact4", "BE_60M", "BE_60M_15M_mix", "DE_60M_15M_overlap"])
def test_the_public_samples_of_entsoe(name: str) -> None:
    content = (SAMPLES / f"{name}.xml").read_bytes()
    # They are of other countries; their zones are written over with NO5's.
    for foreign in (b"10YBE----------2", b"10Y1001A1001A82H"):
        content = content.replace(foreign, b"10Y1001A1001A48H")
    days = spot.read(content, area="NO5", rates=Rates({date(2024, 10, 4): Decimal(10)}))
    assert days
    assert all(price is None or abs(price) < 10 for day in days for price in day.prices_nok_per_kwh)


def test_days_to_ask_for() -> None:
    from billing.rules.spot_days import days_to_fetch

    noon, two = datetime(2026, 11, 12, 11, 59, tzinfo=UTC), datetime(2026, 11, 12, 12, 0, tzinfo=UTC)
    today = date(2026, 11, 12)
    states = dict.fromkeys((today - timedelta(days=back) for back in range(5, 70)), True)
    states |= {today: True, today - timedelta(days=1): False}
    missing = [date(2026, 11, 8), date(2026, 11, 9), date(2026, 11, 10), date(2026, 11, 11)]
    assert days_to_fetch(noon, state=states.get) == missing
    assert days_to_fetch(two, state=states.get) == [*missing, date(2026, 11, 13)]


def test_days_of_two_months_back_have_their_turn_a_few_at_a_time() -> None:
    from billing.rules.spot_days import days_to_fetch

    now, today = datetime(2026, 11, 12, 10, 0, tzinfo=UTC), date(2026, 11, 12)
    there = {today - timedelta(days=back): True for back in range(70)}
    lacking = {today - timedelta(days=back): False for back in (10, 20, 30, 40, 61)}
    states = {**there, **lacking, today - timedelta(days=63): None}
    runs = [days_to_fetch(now + timedelta(minutes=10 * run), state=states.get) for run in range(5)]
    assert {len(run) for run in runs} == {2}
    assert {day for run in runs for day in run} == set(lacking)
    # One is asked for once a time.
    assert days_to_fetch(now, state={**there, today - timedelta(days=30): None}.get) == [today - timedelta(days=30)]
