"""Why an invoice differs from the last: causes that add up, whatever changed."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from billing.rules.invoicing.comparing import Why, compare
from billing.rules.invoicing.documents import DocumentLine

# A busy machine takes its time to think of examples.
AMOUNTS = st.decimals(min_value=-2000, max_value=2000, places=2)
LINES = st.lists(
    st.builds(
        DocumentLine,
        text=st.sampled_from(["Leie", "Tømming", "Energi"]),
        amount=AMOUNTS,
        code=st.sampled_from(["", "energy", "enova", "capacity", "support"]),
        period=st.sampled_from(["", "day", "night"]),
        detail=st.sampled_from(["", "0–2 kW", "2–5 kW"]),
        quantity=st.none() | st.decimals(min_value=0, max_value=3000, places=3),
        unit=st.sampled_from(["kWh", "pcs", "month"]),
    ),
    max_size=6,
)


@given(LINES, LINES, AMOUNTS, AMOUNTS)
def test_the_causes_add_up_to_the_difference(
    now: list[DocumentLine], before: list[DocumentLine], difference: Decimal, vat: Decimal
) -> None:
    found = compare(now, before, difference, vat=vat)
    assert sum((cause.amount for cause in found.causes), Decimal(0)) == difference


def energy(kwh: str, ore: str, period: str = "day") -> DocumentLine:
    quantity, price = Decimal(kwh), Decimal(ore) / 100
    return DocumentLine(
        text="Energi",
        code="energy",
        period=period,
        quantity=quantity,
        unit="kWh",
        unit_price=price,
        amount=(quantity * price).quantize(Decimal("0.01")),
    )


def capacity(amount: str, tier: str) -> DocumentLine:
    return DocumentLine(text="Kapasitetsledd", code="capacity", detail=tier, amount=Decimal(amount))


def whys(now: list[DocumentLine], before: list[DocumentLine]) -> dict[Why, Decimal]:
    difference = sum((line.amount for line in now), Decimal(0)) - sum((line.amount for line in before), Decimal(0))
    return {cause.why: cause.amount for cause in compare(now, before, difference).causes}


def test_price_consumption_and_hours_are_told_apart() -> None:
    before = [energy("600", "20"), energy("400", "10", "night")]
    assert whys([energy("1200", "20"), energy("800", "10", "night")], before) == {Why.ENERGY: Decimal("160.00")}
    assert whys([energy("600", "25"), energy("400", "10", "night")], before) == {Why.PRICE: Decimal("30.00")}
    assert whys([energy("800", "20"), energy("200", "10", "night")], before) == {Why.HOURS: Decimal("20.00")}


def test_two_prices_within_a_month_are_one_price_of_the_month() -> None:
    before = [energy("500", "20"), energy("500", "40")]
    assert whys([energy("2000", "30")], before) == {Why.ENERGY: Decimal("300.00")}
    assert whys([energy("500", "40"), energy("500", "20")], before) == {}


def test_what_only_one_invoice_has_is_new_or_gone() -> None:
    levy = energy("1000", "1")
    levy = replace(levy, code="enova")
    assert whys([energy("1000", "20"), levy], [energy("1000", "20")]) == {Why.NEW: Decimal("10.00")}
    assert whys([energy("1000", "20")], [energy("1000", "20"), levy]) == {Why.GONE: Decimal("-10.00")}
    by_hours = [energy("600", "25"), energy("400", "10", "night")]
    assert set(whys([energy("1000", "20", "")], by_hours)) == {Why.NEW, Why.GONE}


KWH, ORE = st.integers(min_value=1, max_value=3000), st.integers(min_value=1, max_value=200)
PERIODS = st.dictionaries(st.sampled_from(["day", "night", "weekend"]), ORE, min_size=1)


@given(PERIODS, st.lists(KWH, min_size=3, max_size=3), st.lists(KWH, min_size=3, max_size=3), st.data())
def test_reasons_are_the_same_however_lines_are_parted(
    prices: dict[str, int], now: list[int], before: list[int], data: st.DataObject
) -> None:
    def lines(used: list[int]) -> list[DocumentLine]:
        return [energy(str(kwh), str(ore), hours) for kwh, (hours, ore) in zip(used, prices.items(), strict=False)]

    new, old = lines(now), lines(before)
    parted = [*old[1:], *parted_in_two(old[0], data.draw(st.integers(min_value=0, max_value=int(before[0]))))]
    found = whys(new, old)
    assert whys(new, parted) == found
    # No price has changed, and nothing has come or gone.
    assert set(found) <= {Why.ENERGY, Why.HOURS}
    # With one price there are no dear hours.
    assert len(prices) > 1 or Why.HOURS not in found


def parted_in_two(line: DocumentLine, kwh: int) -> list[DocumentLine]:
    price = line.amount / (line.quantity or 1)
    rest = (line.quantity or 0) - kwh
    return [replace(line, quantity=Decimal(part), amount=part * price) for part in (kwh, rest)]


@given(ORE, st.dictionaries(st.sampled_from(["enova", "tax", "other"]), ORE), st.booleans())
def test_what_comes_alone_is_told_alone(price: int, alone: dict[str, int], is_new: bool) -> None:
    both = [energy("1000", str(price))]
    more = [*both, *(replace(energy("1000", str(ore)), code=code) for code, ore in alone.items())]
    found = compare(*((more, both) if is_new else (both, more)), (1 if is_new else -1) * of(more, both)).causes
    assert {cause.why for cause in found} <= {Why.NEW if is_new else Why.GONE}
    assert len(found) == len(alone)


def of(more: list[DocumentLine], both: list[DocumentLine]) -> Decimal:
    return sum((line.amount for line in more), Decimal(0)) - sum((line.amount for line in both), Decimal(0))


def test_the_tier_is_named() -> None:
    found = compare([capacity("214.81", "5–10 kW")], [capacity("156.25", "2–5 kW")], Decimal("58.56")).causes
    assert [(cause.why, cause.from_text, cause.to_text) for cause in found] == [(Why.TIER, "2–5 kW", "5–10 kW")]
