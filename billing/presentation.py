"""Settlements, peaks and support as customers meet them: meters, charts, rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext

from billing import wording
from billing.queries import EnergyPrice, MonthPeaks, MonthSum, Peak, PriceList
from billing.rules.capacity import Position, ToNext
from billing.rules.lines import MONTH, Code, Line
from billing.rules.tariffs import Method, PricePeriod
from metering.periods import month_span
from metering.presentation.charts import day_bar, month_bar
from portal.ui import formatting
from portal.ui.charts import Bar, BarChart, State
from portal.ui.charts import Line as Level

# A tier is near when this much more in the mean lifts into the next.
NEAR_KW = Decimal("0.3")


@dataclass(frozen=True)
class Row:
    """A line of a settlement: what, quantity times price, amount, and why."""

    text: str
    detail: str
    amount: str
    why: Sequence[str]
    preliminary: bool


@dataclass(frozen=True)
class Meter:
    """Where a mean lies between the bounds of its tier and the one above; all shares are percent of the width."""

    low: str
    start: str
    end: str
    top: str
    start_x: str
    on_width: str
    end_x: str
    off_width: str
    needle_x: str
    value: str
    label: str


@dataclass(frozen=True)
class Step:
    """A tier in the ladder."""

    name: str
    bounds: str
    price: str
    is_here: bool
    remark: str


def row(line: Line) -> Row:
    return Row(
        wording.line_text(line),
        _detail(line),
        formatting.number(line.amount, 2),
        wording.explain(line),
        line.preliminary,
    )


def _detail(line: Line) -> str:
    if line.code in (Code.SUPPORT, Code.NORGESPRIS):
        return formatting.number(line.quantity, 1) + f"{formatting.NBSP}kWh"
    if line.unit == MONTH:
        because = line.because
        tier = gettext("tier %(number)s") % {"number": because.position.number} if because.position else ""
        days = (
            ""
            if because.days == because.of_days
            else gettext("%(days)s of %(all)s days")
            % {
                "days": because.days,
                "all": because.of_days,
            }
        )
        return ", ".join(filter(None, [tier, days])) or gettext("for the whole month")
    price = formatting.number(line.unit_price * 100, 2)
    return gettext("%(quantity)s kWh × %(price)s øre") % {
        "quantity": formatting.number(line.quantity, 1),
        "price": price,
    }


def _percent(share: Decimal) -> str:
    return f"{float(max(Decimal(0), min(share, Decimal(1)))) * 100:.2f}%"


def meter(tier: Position | None, value: Decimal | None, to_next: ToNext | None) -> Meter | None:
    """Return the drawing of a mean in its tier; None where it is not set by power, or unknown."""
    if tier is None or value is None or tier.unit != "kW" or tier.upper is None:
        return None
    top = to_next.position.upper if to_next and to_next.position.upper else tier.upper * 2
    shown = formatting.number(value, 2)
    return Meter(
        low="0",
        start=formatting.exact(tier.lower),
        end=formatting.exact(tier.upper),
        top=f"{formatting.exact(top)} kW",
        start_x=_percent(tier.lower / top),
        on_width=_percent((tier.upper - tier.lower) / top),
        end_x=_percent(tier.upper / top),
        off_width=_percent((top - tier.upper) / top),
        needle_x=_percent(value / top),
        value=f"{shown} kW",
        label=gettext("The mean is %(value)s kilowatts, in tier %(number)s from %(low)s to %(high)s kilowatts")
        % {
            "value": shown,
            "number": tier.number,
            "low": formatting.exact(tier.lower),
            "high": formatting.exact(tier.upper),
        },
    )


def is_near(to_next: ToNext | None) -> bool:
    return to_next is not None and to_next.mean_kw <= NEAR_KW


def ladder(prices: PriceList | None, tier: Position | None, to_next: ToNext | None) -> list[Step]:
    if prices is None:
        return []
    steps = []
    for one in prices.tiers:
        is_here = tier is not None and one.position.is_same_as(tier)
        remark = gettext("You are here") if is_here else ""
        if to_next and one.position.is_same_as(to_next.position):
            remark = gettext("%(kw)s kW away") % {"kw": formatting.number(to_next.mean_kw, 2)}
        name = gettext("Tier %(number)s") % {"number": one.position.number}
        price = formatting.number(one.nok_per_month, 2)
        steps.append(Step(name, wording.tier_text(one.position), price, is_here, remark))
    return steps


def step_price(prices: PriceList | None, tier: Position | None, to_next: ToNext | None) -> str:
    """Return what the tier above costs more in a month; "" where that is not known."""
    if prices is None or to_next is None or tier is None:
        return ""
    here, above = prices.tier(tier), prices.tier(to_next.position)
    return formatting.kroner(above.nok_per_month - here.nok_per_month) if here and above else ""


def peak_row(peak: Peak) -> tuple[str, str, str]:
    return formatting.weekday_day(peak.day), formatting.hour_range(peak.start, peak.end), formatting.number(peak.kw, 2)


def days_chart(peaks: MonthPeaks, today: date, *, url: str = "") -> BarChart:
    """The highest hour of every day of a month, with what counts marked and the next tier as a line."""
    by_day = {one.day: one for one in peaks.days}
    counted = {one.day for one in peaks.counted}
    bars = [
        _day_bar(day, by_day.get(day), day in counted, url, is_past=day < today and peaks.held.includes(day))
        for day in month_span(peaks.month).days()
    ]
    limit = peaks.to_next.position if peaks.to_next and peaks.value is not None else None
    tier = {"number": limit.number, "kw": formatting.exact(limit.lower)} if limit else {}
    return BarChart(
        id="peaks",
        title=gettext("kW, %(month)s") % {"month": formatting.month(peaks.month)},
        description=gettext("The highest hour of each day in %(month)s, in kilowatts")
        % {"month": formatting.month(peaks.month)},
        unit="kW",
        decimals=2,
        bars=bars,
        columns=[gettext("Day"), "kW", gettext("Hour")],
        mean=_mean(peaks),
        limit=Level(value=limit.lower, text=gettext("Limit of tier %(number)s, %(kw)s kW") % tier) if limit else None,
        key={State.PEAK: gettext("What counts")},
    )


def _mean(peaks: MonthPeaks) -> Level | None:
    if peaks.value is None or not peaks.counted:
        return None
    text = gettext("Mean of %(count)s, %(kw)s kW") % {
        "count": len(peaks.counted),
        "kw": formatting.number(peaks.value, 2),
    }
    return Level(value=peaks.value, text=text)


def _day_bar(day: date, peak: Peak | None, is_counted: bool, url: str, *, is_past: bool) -> Bar:  # noqa: FBT001
    """Draw a day; one that is to come, or was another's, is left blank."""
    if peak is None:
        return day_bar(day, None, is_blank=not is_past)
    return day_bar(
        day,
        peak.kw,
        state=State.PEAK if is_counted else State.PLAIN,
        href=f"{url}?view=day&date={day.isoformat()}" if url else "",
        cells=[formatting.hour_range(peak.start, peak.end)],
    )


def months_chart(months: Sequence[MonthPeaks], url_of: dict[date, str]) -> BarChart:
    """The value that set the tier in each of the months, the earliest first."""
    ordered = sorted(months, key=lambda one: one.month)
    bars = [
        month_bar(
            one.month, one.value, href=url_of[one.month], cells=[wording.tier_text(one.tier) if one.tier else "–"]
        )
        for one in ordered
    ]
    unit = next((one.tier.unit for one in ordered if one.tier), "kW")
    return BarChart(
        id="months",
        title=gettext("Mean of the peaks, %(unit)s") % {"unit": unit},
        description=gettext("The mean of the peaks of each of the last months"),
        unit=unit,
        decimals=2,
        bars=bars,
        columns=[gettext("Month"), unit, gettext("Tier")],
    )


def energy_rows(prices: PriceList, *, now: PricePeriod | None = None) -> list[tuple[str, str, bool]]:
    """Return (when, øre/kWh with the taxes on it, whether it is the price now); a dash where a tax is not known."""
    return [
        (when, formatting.number_or_missing(one.with_taxes), one.period == now and len(prices.energy) > 1)
        for when, one in named_periods(prices)
    ]


def named_periods(prices: PriceList) -> list[tuple[str, EnergyPrice]]:
    """Return the list's energy prices by the names of their hours: day before night, other times last."""
    energy = prices.version.tariff.energy
    ordered = sorted(prices.energy, key=lambda one: (one.period.code == "night", _is_rest(one.period)))
    return [(wording.period_text(one.period, energy) or gettext("all hours"), one) for one in ordered]


def _is_rest(period: PricePeriod) -> bool:
    return period.when is None and period.code not in ("day", "night")


def basis_words(method: Method | None) -> str:
    """Return why what sets the tier is as it is, for customers; "" where there is nothing to add."""
    if method == Method.THREE_DAILY_MAXIMA:
        return gettext("Only the highest hour of each day counts. So the peaks are from different days.")
    return ""


def support_chart(months: Sequence[MonthSum], url_of: dict[date, str]) -> BarChart:
    ordered = sorted(months, key=lambda one: one.month)
    bars = [
        month_bar(
            one.month,
            one.nok,
            href=url_of[one.month],
            cells=[formatting.number(one.kwh, 1), gettext("Preliminary") if one.preliminary else ""],
            missing=gettext("not known"),
        )
        for one in ordered
    ]
    return BarChart(
        id="support",
        title=gettext("Kroner per month"),
        description=gettext("Support in kroner for each of the last months"),
        unit="kr",
        decimals=2,
        bars=bars,
        columns=[gettext("Month"), "kr", "kWh", gettext("Remark")],
        missing_text=gettext("Not known"),
    )
