"""Why an invoice differs from the last: causes that add up, whatever changed."""

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


def test_the_tier_is_named() -> None:
    found = compare([capacity("214.81", "5–10 kW")], [capacity("156.25", "2–5 kW")], Decimal("58.56")).causes
    assert [(cause.why, cause.from_text, cause.to_text) for cause in found] == [(Why.TIER, "2–5 kW", "5–10 kW")]
