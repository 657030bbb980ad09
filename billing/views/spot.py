"""The spot price: yesterday, today, tomorrow."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe

from billing.queries import Company, company
from billing.queries.spot import PriceSlot, ShownDay, is_published, shown_day
from billing.rules.spot import AREAS
from billing.rules.spot_days import MARKET_ZONE
from billing.rules.taxes import Kind, Zone
from billing.views.choosing import see_all_elsewhere
from billing.views.spot_scheme import scheme_on
from metering.models import MeteringPoint
from metering.presentation.subjects import MOST_IN_PICKER, Option, of_installation
from metering.queries import Installation, Portfolio, portfolio_of, preferred_of
from portal.content.areas import all_areas, chosen_area
from portal.customers.queries import today as local_today
from portal.tenancy.access import TenantRequest, public
from portal.tenancy.text import key_in
from portal.ui import formatting
from portal.ui.charts import Bar, BarChart, Line, State, mark_extremes

AREA_NAMES = {
    "NO1": gettext_lazy("Eastern Norway"),
    "NO2": gettext_lazy("Southern Norway"),
    "NO3": gettext_lazy("Central Norway"),
    "NO4": gettext_lazy("Northern Norway"),
    "NO5": gettext_lazy("Western Norway"),
}
PUBLISHED_HOUR = 13
RUN = 3


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    area: str
    day: date
    with_vat: bool
    by_quarter: bool
    point: MeteringPoint | None

    def url(self, **changes: Any) -> str:
        asked = {"day": self.day.isoformat(), "area": self.area, "vat": self.with_vat, "quarters": self.by_quarter}
        asked.update(changes)
        query = {"day": asked["day"], "area": "" if self.point else asked["area"]}
        query["installation"] = str(self.point.pk) if self.point else ""
        query["vat"] = "on" if asked["vat"] else ""
        query["quarters"] = "on" if asked["quarters"] else ""
        return f"{reverse('billing:spot')}?{urlencode({name: value for name, value in query.items() if value})}"


@require_safe
@public
def spot(request: TenantRequest) -> HttpResponse:
    """Prices of an installation's area, of the chosen grid area, or of one that is asked for."""
    now = timezone.now()
    today = now.astimezone(MARKET_ZONE).date()
    held = _held(request)
    installations = _installations(request, held) if held else []
    asked, of = _asked(request, installations, today), company()
    vat = _vat(asked, of)
    shown = shown_day(asked.area, asked.day, vat=vat if asked.with_vat else Decimal(0), by_quarter=asked.by_quarter)
    scheme = scheme_on(request, asked, of, vat if asked.with_vat else Decimal(0))
    current = shown.at(now) if shown else None
    context = {
        "asked": asked,
        "area_name": AREA_NAMES[asked.area],
        "options": _options(installations, asked, held),
        "option": next((_option(one, asked) for one in installations if one.point == asked.point), None),
        "areas": [(area, asked.url(area=area), area == asked.area) for area in AREAS] if not asked.point else [],
        "days": _days(asked, today),
        "day": asked.day,
        "shown": shown,
        "chart": _chart(shown, asked, now, scheme.threshold) if shown else None,
        "now": _price(current),
        # What is "now" changes when its stretch is over.
        "now_ends": math.ceil(current.slot.end.timestamp() - now.timestamp()) if current else None,
        "scheme_text": scheme.text(shown.hour_at(now) if shown else None),
        "support_url": scheme.url,
        "rows": _rows(shown) if shown else [],
        "has_vat": vat > 0,
        "vat_url": asked.url(vat=not asked.with_vat),
        "quarters_url": asked.url(quarters=not asked.by_quarter),
        "is_tomorrow": asked.day > today,
        "waits": shown is None and asked.day == today + timedelta(days=1),
        "published_hour": PUBLISHED_HOUR,
        "has_support": scheme.threshold is not None,
        "lacks_tomorrow": asked.day == today and not is_published(asked.area, today + timedelta(days=1)),
        "is_early": now.astimezone(MARKET_ZONE).hour < PUBLISHED_HOUR,
        # Today's page stays that of today: at midnight it goes on to the next.
        "this_url": asked.url(day="") if asked.day == today else asked.url(),
    }
    return render(request, "billing/spot.html", context)


def _held(request: HttpRequest) -> Portfolio | None:
    customer = getattr(request, "customer", None)
    may_open = getattr(request, "may_open", None)
    if customer is None or (may_open and not may_open("metering")):
        return None
    day = local_today()
    present = Q(valid_to=None) | Q(valid_to__gte=day)
    return portfolio_of(customer, day, shown=MOST_IN_PICKER, among=present & Q(metering_point__price_area__gt=""))


def _installations(request: HttpRequest, held: Portfolio) -> list[Installation]:
    """Return those to choose among: the preferred one, of many the first, and the one asked for."""
    first = preferred_of(request.user, held)  # type: ignore[arg-type]  # who has a customer is signed in
    asked = key_in(request.GET.get("installation", ""))
    last = held.find(asked) if asked else None
    each = {one.point.pk: one for one in (first, *held.first[:MOST_IN_PICKER], last) if one}
    return [one for one in each.values() if one.holds(held.today) and one.point.price_area]


def _asked(request: TenantRequest, installations: list[Installation], today: date) -> Asked:
    query = request.GET
    chosen = next((one for one in installations if str(one.point.pk) == query.get("installation")), None)
    wanted = query.get("area", "")
    if chosen is None and wanted not in AREAS and installations:
        chosen = installations[0]
    # Who has no installation yet is in the company's area, where it has but one.
    grid = chosen_area(request) or (all_areas()[0] if len(all_areas()) == 1 else None)
    area = chosen.point.price_area if chosen else wanted if wanted in AREAS else (grid.price_area if grid else "")
    return Asked(
        area=area or AREAS[0],
        day=_day(query.get("day", ""), today),
        with_vat=query.get("vat") == "on",
        by_quarter=query.get("quarters") == "on",
        point=chosen.point if chosen else None,
    )


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return min(max(day, today - timedelta(days=365 * 4)), today + timedelta(days=1))


def _vat(asked: Asked, of: Company) -> Decimal:
    """Return the rate that holds where the installation is; without one the usual."""
    zone: str = Zone.STANDARD
    if asked.point:
        zone = of.zone_at(asked.point.county, asked.point.postal_code, asked.day)
    rate = of.rates.on(Kind.VAT, asked.day, zone=zone)
    return rate.amount if rate else Decimal(0)


def _options(installations: list[Installation], asked: Asked, held: Portfolio | None) -> list[Option]:
    shown = [_option(one, asked) for one in installations[:MOST_IN_PICKER]]
    return [*shown, see_all_elsewhere()] if held and held.count > MOST_IN_PICKER else shown


def _option(installation: Installation, asked: Asked) -> Option:
    option = of_installation(installation, local_today()).option
    return Option(option.title, option.detail, replace(asked, point=installation.point).url())


def _days(asked: Asked, today: date) -> list[tuple[str, str, bool]]:
    names = ((-1, gettext("Yesterday")), (0, gettext("Today")), (1, gettext("Tomorrow")))
    days = ((today + timedelta(days=step), name) for step, name in names)
    return [(name, asked.url(day=day.isoformat()), day == asked.day) for day, name in days]


def _price(slot: PriceSlot | None) -> tuple[str, str] | None:
    if slot is None or slot.ore is None:
        return None
    return _span(slot, slot), formatting.number(slot.ore, 2)


def _span(first: PriceSlot, last: PriceSlot) -> str:
    start, end = first.slot.start, last.slot.end
    whole = start.minute == end.minute == 0
    return (formatting.hour_range if whole else formatting.time_range)(start, end, zone=MARKET_ZONE)


def _rows(shown: ShownDay) -> list[tuple[str, str, str, str]]:
    """Return (what, when, øre, icon) of the highest, the lowest, the mean and the cheapest hours in a row."""
    rows = []
    for name, found, icon in (
        (gettext("Highest"), shown.highest, "ArrowUp"),
        (gettext("Lowest"), shown.lowest, "ArrowDown"),
    ):
        if price := _price(found):
            rows.append((name, *price, icon))
    if shown.mean is not None:
        rows.append((gettext("Mean of the day"), "", formatting.number(shown.mean, 2), ""))
    per_hour = 4 if len(shown.slots) > 25 else 1
    if run := shown.cheapest(RUN * per_hour):
        rows.append((gettext("Cheapest three hours"), _span(run[0], run[1]), formatting.number(run[2], 2), ""))
    return rows


def _chart(shown: ShownDay, asked: Asked, now: datetime, threshold: Decimal | None) -> BarChart:
    by_quarter = len(shown.slots) > 25
    bars = [_bar(slot, now, by_quarter=by_quarter) for slot in shown.slots]
    day = f"{formatting.long_day(shown.day)} {shown.day.year}"
    title = gettext("øre/kWh, every 15 minutes") if by_quarter else gettext("øre/kWh, hour by hour")
    words = {State.NOW: gettext("Now"), State.PAST: gettext("Earlier today")}
    if shown.day == now.astimezone(MARKET_ZONE).date():
        words[State.PLAIN] = gettext("Later today")
    return BarChart(
        id="spot",
        title=title,
        description=gettext("Spot price in %(area)s, %(day)s, in øre per kilowatt-hour")
        % {"area": asked.area, "day": day},
        unit=gettext("øre/kWh"),
        decimals=2,
        bars=_extremes(bars),
        columns=[gettext("Time"), gettext("øre/kWh")],
        limit=Line(
            value=threshold,
            text=gettext("Limit for electricity support, %(ore)s øre") % {"ore": formatting.exact(threshold)},
        )
        if threshold is not None
        else None,
        key={**words, State.PEAK: gettext("Highest"), State.LOW: gettext("Lowest")},
        missing_text=gettext("No price"),
    )


def _extremes(bars: list[Bar]) -> list[Bar]:
    """Mark the highest and the lowest; the one that is now keeps its colour, and is told to be it in a word."""
    plain = mark_extremes([replace(bar, state=State.PLAIN) for bar in bars], highest=1, lowest=1)
    words = {State.PEAK: gettext("Highest"), State.LOW: gettext("Lowest")}
    return [
        replace(bar, note=words.get(found.state, "").lower()) if bar.state is State.NOW else marked
        for bar, found, marked in zip(bars, plain, mark_extremes(bars, highest=1, lowest=1), strict=True)
    ]


def _bar(slot: PriceSlot, now: datetime, *, by_quarter: bool) -> Bar:
    start, end = slot.slot.start, slot.slot.end
    state = State.PLAIN
    if start.timestamp() <= now.timestamp() < end.timestamp():
        state = State.NOW
    elif end.timestamp() <= now.timestamp() and start.date() == now.astimezone(MARKET_ZONE).date():
        state = State.PAST
    labelled = start.minute == 0 and start.hour % 3 == 0
    tip = formatting.time_range if by_quarter else formatting.hour_range
    return Bar(
        value=slot.ore,
        tip=tip(start, end, zone=MARKET_ZONE).capitalize(),
        label=f"{start:%H}" if labelled else "",
        is_minor=start.hour % 6 == 3,
        state=state,
        missing=gettext("no price"),
    )
