"""The capacity tier by every method of the collection, and what is not known."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils.translation import override

from billing import wording
from billing.rules import capacity
from billing.rules.capacity import DayMax
from billing.rules.lines import Code
from billing.rules.settlement import Settlement, settle
from billing.rules.tariffs import Method, When
from billing.rules.terms import Held, SoFar, TierMonth, tier_window
from billing.rules.unknowns import NOT_YET, Unknown, What
from tests.billing import price_lists as make

JANUARY = make.month(date(2026, 1, 1))


def maxima(*kw: str, first: date = date(2026, 1, 1)) -> list[DayMax]:
    return [DayMax(first + timedelta(days=number), int(Decimal(one) * 1000), 8) for number, one in enumerate(kw)]


def value(method: Method, *kw: str, **options: int) -> Decimal | None:
    return capacity.basis_of(method, maxima(*kw), **options).value


def tier(kw: str, *, inclusive: bool | None) -> int | None:
    found = capacity.position_of(make.capacity(inclusive=inclusive), Decimal(kw))
    return found.number if found else None


@pytest.mark.parametrize(
    ("kw", "inclusive", "number"),
    [
        ("5", True, 3),
        ("5", False, 2),
        ("5", None, None),
        ("4.9999", True, 2),
        ("5.0001", False, 3),
        ("5.0001", None, 3),
        ("0", True, 1),
        ("0", False, 1),
        ("0", None, 1),
        ("1000", True, 9),
    ],
)
def test_to_which_side_a_bound_belongs(kw: str, inclusive: bool | None, number: int | None) -> None:
    assert tier(kw, inclusive=inclusive) == number


def test_three_daily_maxima_are_of_three_days() -> None:
    assert value(Method.THREE_DAILY_MAXIMA, "4", "9", "5", "7") == 7
    # So far there are two days.
    assert value(Method.THREE_DAILY_MAXIMA, "4", "5") == Decimal("4.5")
    assert value(Method.THREE_DAILY_MAXIMA) is None


def test_of_equal_days_the_earlier_counts() -> None:
    days = [one.day.day for one in capacity.highest(maxima("4", "4", "4", "5"), 3)]
    assert days == [4, 1, 2]


def test_the_monthly_maximum_is_one_hour() -> None:
    assert value(Method.MONTHLY_MAXIMUM, "4", "9", "5") == 9


def test_the_fuse_sets_the_tier_without_readings() -> None:
    assert value(Method.FUSE, fuse_ampere=63) == 63
    assert value(Method.FUSE) is None


def test_five_weighted_weeks_of_a_year() -> None:
    """One hour a week, weighed by its Monday's month: 10 kW in July count as 2.5, in January as 10."""
    january = maxima("10", "9", first=date(2026, 1, 5))
    july = maxima("10", first=date(2026, 7, 6))
    february = maxima("6", "7", first=date(2026, 2, 23))
    # This week begins in February, so its hour in March has February's weight.
    march_in_februarys_week = maxima("8", first=date(2026, 3, 1))
    found = capacity.basis_of(
        Method.FIVE_WEIGHTED_YEARLY, [*january, *july, *february, *march_in_februarys_week], fuse_ampere=None
    )
    assert [(one.wh, weight) for one, weight in zip(found.counted, found.weights, strict=True)] == [
        (10_000, 100),
        (8_000, 100),
        (10_000, 25),
    ]
    assert found.value == Decimal("20.5") / 3


def test_an_unknown_method_is_unknown_and_not_guessed() -> None:
    unknown = make.tariff(capacity=make.capacity(Method.UNKNOWN))
    found = settle(JANUARY, make.terms(unknown), make.even(JANUARY, 3_000))
    assert (found.tier, [one.what for one in found.unknown]) == (None, [What.METHOD])
    assert Code.CAPACITY not in {line.code for line in found.lines}


def test_exactly_on_a_bound_nobody_has_placed_the_tier_is_unknown() -> None:
    unplaced = make.tariff(capacity=make.capacity(inclusive=None))
    found = settle(JANUARY, make.terms(unplaced), make.even(JANUARY, 5_000))
    assert [one.what for one in found.unknown] == [What.TIER]


def test_how_far_to_the_next_tier() -> None:
    basis = capacity.basis_of(Method.THREE_DAILY_MAXIMA, maxima("5.24", "5.19", "5.17"))
    found = capacity.to_next(make.capacity(), basis)
    assert found
    assert (found.position.lower, found.mean_kw, found.peak_kw) == (10, Decimal("4.8"), Decimal("19.57"))
    highest = capacity.basis_of(Method.THREE_DAILY_MAXIMA, maxima("90", "90", "90"))
    assert capacity.to_next(make.capacity(), highest) is None


@pytest.mark.parametrize(
    ("method", "tier_month", "first"),
    [
        (Method.THREE_DAILY_MAXIMA, TierMonth.SAME, date(2026, 3, 1)),
        (Method.THREE_DAILY_MAXIMA, TierMonth.PREVIOUS, date(2026, 2, 1)),
        (Method.FIVE_WEIGHTED_YEARLY, TierMonth.SAME, date(2025, 4, 1)),
        (Method.FIVE_WEIGHTED_YEARLY, TierMonth.PREVIOUS, date(2025, 3, 1)),
    ],
)
def test_whose_readings_are_needed(method: Method, tier_month: TierMonth, first: date) -> None:
    assert tier_window(method, tier_month, date(2026, 3, 17)) == first


def by_previous_month(*before: DayMax) -> Settlement:
    terms = make.terms(habits=make.habits(tier_month=TierMonth.PREVIOUS))
    return settle(JANUARY, terms, make.even(JANUARY, 1_000), earlier=before)


def test_the_month_before_sets_the_tier_where_the_company_bills_so() -> None:
    december = maxima("6", "6", "6", first=date(2025, 12, 1))
    november = maxima("30", "30", "30", first=date(2025, 11, 1))
    found = by_previous_month(*november, *december)
    assert found.tier
    assert found.tier.number == 3


def test_a_tier_that_is_settled_has_no_next() -> None:
    found = by_previous_month(*maxima("6", "6", "6", first=date(2025, 12, 1)))
    assert (found.tier and found.tier.number, found.to_next) == (3, None)


def test_who_has_just_moved_in_is_billed_by_the_month_itself() -> None:
    found = by_previous_month()
    assert found.tier
    assert found.tier.number == 1
    assert found.to_next


@pytest.mark.parametrize(
    ("so_far", "amounts"),
    # 150.90 kr a month in the lowest tier with VAT, after 10 of 31 days.
    [(SoFar.BY_DAYS, ["48.68"]), (SoFar.WHOLE, ["150.90"]), (SoFar.LATER, [])],
)
def test_a_month_that_is_not_over(so_far: SoFar, amounts: list[str]) -> None:
    period = make.Period.of_days(date(2026, 1, 1), date(2026, 1, 10), make.OSLO)
    terms = make.terms(habits=make.habits(so_far=so_far))
    found = settle(period, terms, make.even(period, 1_000))
    assert [str(line.amount) for line in found.lines if line.code == Code.CAPACITY] == amounts
    assert found.tier


@pytest.mark.parametrize("so_far", list(SoFar))
def test_a_month_that_is_over_is_charged_in_full_whatever_is_missing_at_its_end(so_far: SoFar) -> None:
    days = {day: values for day, values in make.even(JANUARY, 1_000).items() if day.day <= 20}
    terms = make.terms(habits=make.habits(so_far=so_far))
    found = settle(JANUARY, terms, days, held=Held(today=date(2026, 2, 1)))
    assert [str(line.amount) for line in found.lines if line.code == Code.CAPACITY] == ["150.90"]
    assert found.unknown == (Unknown(What.READINGS, date(2026, 1, 21), date(2026, 1, 31)),)


@pytest.mark.parametrize("so_far", list(SoFar))
def test_a_part_of_a_month_that_is_over_has_its_share_whatever_the_habit(so_far: SoFar) -> None:
    terms, days = make.terms(habits=make.habits(so_far=so_far)), make.even(JANUARY, 1_000)
    cuts = [(1, 10), (11, 20), (21, 31)]
    periods = [make.Period.of_days(date(2026, 1, first), date(2026, 1, last), make.OSLO) for first, last in cuts]
    settled = [settle(period, terms, days, held=Held(today=date(2026, 2, 1))) for period in periods]
    found = [line for one in settled for line in one.lines if line.code == Code.CAPACITY]
    # 10, 10 and 11 of 31 days of 150.90 kr.
    assert [str(line.amount) for line in found] == ["48.68", "48.68", "53.55"]
    assert sum(line.because.days for line in found) == 31


def test_a_part_that_lacks_readings_at_its_end_is_charged_for_all_its_days() -> None:
    period = make.Period.of_days(date(2026, 1, 1), date(2026, 1, 20), make.OSLO)
    days = {day: values for day, values in make.even(period, 1_000).items() if day.day <= 12}
    found = settle(period, make.terms(), days, held=Held(today=date(2026, 2, 1)))
    [line] = [line for line in found.lines if line.code == Code.CAPACITY]
    assert (line.because.days, found.unknown) == (
        20,
        (Unknown(What.READINGS, date(2026, 1, 13), date(2026, 1, 20)),),
    )


@pytest.mark.parametrize(("so_far", "days"), [(SoFar.BY_DAYS, [10]), (SoFar.WHOLE, [31]), (SoFar.LATER, [])])
def test_a_part_of_the_present_month_is_shown_by_the_habit(so_far: SoFar, days: list[int]) -> None:
    period = make.Period.of_days(date(2026, 1, 1), date(2026, 1, 10), make.OSLO)
    terms = make.terms(habits=make.habits(so_far=so_far))
    found = settle(period, terms, make.even(period, 1_000), held=Held(today=date(2026, 1, 31)))
    assert [line.because.days for line in found.lines if line.code == Code.CAPACITY] == days


def no_readings(last: int, detail: str = "") -> Unknown:
    return Unknown(What.READINGS, date(2026, 1, 1), date(2026, 1, last), detail)


@pytest.mark.parametrize(
    ("today", "unknown", "text"),
    [
        (
            date(2026, 2, 9),
            Unknown(What.READINGS, date(2026, 1, 1), date(2026, 1, 31)),
            "from 1 Jan 2026 to 31 Jan 2026",
        ),
        (date(2026, 1, 9), no_readings(8), "from 1 Jan 2026 to 8 Jan 2026"),
        (date(2026, 1, 2), no_readings(1), "missing for 1 Jan 2026"),
        (date(2026, 1, 1), no_readings(31, NOT_YET), "no readings for this time yet"),
    ],
)
def test_missing_readings_are_told_from_when_to_when(today: date, unknown: Unknown, text: str) -> None:
    found = settle(JANUARY, make.terms(), {}, held=Held(today=today))
    assert found.unknown == (unknown,)
    with override("en"):
        assert text in wording.unknown_text(unknown).replace("\N{NO-BREAK SPACE}", " ")


def test_the_last_day_of_a_month_is_not_over() -> None:
    days = {day: values for day, values in make.even(JANUARY, 1_000).items() if day.day <= 30}
    found = settle(JANUARY, make.terms(), days, held=Held(today=date(2026, 1, 31)))
    [line] = [line for line in found.lines if line.code == Code.CAPACITY]
    assert (line.because.days, found.unknown) == (30, ())


def test_who_leaves_pays_for_their_days_whatever_the_habit() -> None:
    period = make.Period.of_days(date(2026, 1, 1), date(2026, 1, 10), make.OSLO)
    terms = make.terms(habits=make.habits(so_far=SoFar.LATER))
    found = settle(period, terms, make.even(period, 1_000), charged_to=date(2026, 1, 10))
    assert [str(line.amount) for line in found.lines if line.code == Code.CAPACITY] == ["48.68"]


def test_a_new_price_list_in_the_middle_of_a_month() -> None:
    change = date(2026, 1, 11)
    old = make.tariff(valid_to=change)
    new = make.tariff(valid_from=change, energy=make.energy("10", "20"))
    found = settle(JANUARY, make.terms(old, new), make.even(JANUARY, 1_000))
    lines = [
        (line.period, line.quantity, line.first.day, line.last.day) for line in found.lines if line.code == "energy"
    ]
    assert lines == [
        ("day", Decimal(160), 1, 10),
        ("night", Decimal(80), 1, 10),
        ("day", Decimal(336), 11, 31),
        ("night", Decimal(168), 11, 31),
    ]
    # The tier's price is the same in both: one line for the whole month. So are the taxes.
    rest = [(line.code, line.quantity) for line in found.lines if line.code != "energy"]
    assert rest == [
        ("enova", Decimal(496)),
        ("enova", Decimal(248)),
        ("consumption_tax", Decimal(496)),
        ("consumption_tax", Decimal(248)),
        ("capacity", Decimal(1)),
    ]


def test_the_same_price_at_other_hours_is_a_line_of_its_own() -> None:
    change = date(2026, 1, 11)
    old = make.tariff(valid_to=change)
    new = make.tariff(valid_from=change, energy=make.energy(when=When(hours=tuple(range(8, 20)))))
    found = settle(JANUARY, make.terms(old, new), make.even(JANUARY, 1_000))
    lines = [
        (line.period, line.quantity, line.because.version and line.because.version.reference)
        for line in found.lines
        if line.code == "energy"
    ]
    assert lines == [
        ("day", Decimal(160), "version 1"),
        ("night", Decimal(80), "version 1"),
        ("day", Decimal(252), "version 2"),
        ("night", Decimal(252), "version 2"),
    ]


def test_a_line_of_two_versions_names_both() -> None:
    change = date(2026, 1, 11)
    lists = make.tariff(valid_to=change), make.tariff(valid_from=change)
    found = settle(JANUARY, make.terms(*lists), make.even(JANUARY, 1_000))
    because = [line.because for line in found.lines if line.code in ("energy", "capacity")]
    assert [[one.version and one.version.reference, *(also.reference for also in one.also)] for one in because] == [
        ["version 1", "version 2"]
    ] * 3
    with override("en"):
        said = " ".join(wording.explain(found.lines[0])).replace("\N{NO-BREAK SPACE}", " ")
    assert "The price list from 11 Jan 2026 says the same." in said


def test_the_same_price_of_another_tier_is_a_line_of_its_own() -> None:
    change = date(2026, 1, 11)
    old = make.tariff(valid_to=change, capacity=make.capacity(bounds=(0, 2), nok_a_month=("100", "200")))
    new = make.tariff(valid_from=change, capacity=make.capacity(bounds=(0, 5), nok_a_month=("200", "300")))
    found = settle(JANUARY, make.terms(old, new), make.even(JANUARY, 3_000))
    tiers = [line.because.position for line in found.lines if line.code == "capacity"]
    assert [(one.number, one.lower, one.upper) for one in tiers if one] == [(2, 2, None), (1, 0, 5)]


def test_the_tax_changes_in_the_middle_of_a_year() -> None:
    period = make.month(date(2025, 10, 1))
    prices = {line.unit_price for line in settle(period, make.terms(), make.even(period, 1_000)).lines}
    assert Decimal("0.156625") in prices
