"""What the grid company charges: tiers, energy, taxes, and how it has been."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from billing import presentation, queries, wording
from billing.queries import PriceList, TierPrice
from billing.views.choosing import chosen
from metering.models import MeteringPoint
from portal.customers.access import CustomerRequest, customer_required
from portal.ui import formatting
from portal.ui.charts import Bar, BarChart, State


@require_safe
@customer_required(scoped=True)
def prices(request: CustomerRequest) -> HttpResponse:
    """The price list of the chosen installation's group."""
    found = chosen(request, "billing:prices")
    if found is None:
        return redirect("metering:overview")
    company = queries.company()
    try:
        price_list = queries.price_list_of(found.point, found.today, customer=request.customer, of=company)
        peaks = queries.peaks_of(found.point, found.last_month, customer=request.customer, of=company)
        versions = queries.versions_of(found.point, found.today, of=company)
    except queries.NotHeld:
        return render(request, "billing/prices.html", {"chosen": found, "not_held": True})
    context: dict[str, Any] = {
        "chosen": found,
        "prices": price_list,
        "group": _group(price_list.group if price_list else found.point.customer_group),
    }
    if price_list:
        # Another list may begin within the month, with other tiers: these are of the one that holds today.
        here = price_list.place(peaks.method, peaks.value)
        context |= {
            "ladder": presentation.ladder(price_list, here.position if here else None, None),
            "chart": tiers_chart(price_list, here),
            "energy": energy_rows(price_list),
            "taxes": tax_rows(price_list),
            "method": wording.method_text(price_list.version.tariff.capacity.method),
            "versions": [_version(one, price_list) for one in versions],
        }
    return render(request, "billing/prices.html", context)


def _group(group: str) -> str:
    """Return the group that the prices are of: a dwelling that is a holiday home is billed as one."""
    return str(dict(MeteringPoint.CustomerGroup.choices).get(group) or gettext("Household")).lower()


def tiers_chart(prices: PriceList, here: TierPrice | None) -> BarChart:
    bars = [
        Bar(
            value=tier.nok_per_month,
            tip=wording.tier_text(tier.position),
            label=formatting.exact(tier.position.lower),
            state=State.NOW if tier == here else State.PLAIN,
        )
        for tier in prices.tiers
    ]
    unit = prices.tiers[0].position.unit if prices.tiers else "kW"
    return BarChart(
        id="tiers",
        title=gettext("Kroner per month, by where the tier begins (%(unit)s)") % {"unit": unit},
        description=gettext("The capacity charge of each tier, kroner per month"),
        unit="kr",
        decimals=2,
        bars=bars,
        columns=[gettext("Tier"), gettext("Kroner per month")],
        key={State.NOW: gettext("Your tier")},
    )


def energy_rows(prices: PriceList) -> list[tuple[str, str, str]]:
    """Return (when, øre/kWh, øre/kWh with the taxes on energy), day before night."""
    return [
        (when, formatting.number(one.shown, 2), formatting.number_or_missing(one.with_taxes))
        for when, one in presentation.named_periods(prices)
    ]


def tax_rows(prices: PriceList) -> list[tuple[str, str]]:
    fund = _ore(prices.enova)
    if prices.enova_per_year is not None:
        fund = f"{formatting.number(prices.enova_per_year, 0)} {gettext('kr/year')}"
    return [(gettext("Electricity tax"), _ore(prices.consumption_tax)), (gettext("Energy fund (Enova)"), fund)]


def _ore(value: Decimal | None) -> str:
    return formatting.MISSING if value is None else f"{formatting.number(value, 2)} {gettext('øre/kWh')}"


def _version(one: PriceList, present: PriceList) -> dict[str, Any]:
    """Return a price list of another time: from when, its energy by the hours, and its tiers."""
    return {
        "day": formatting.day(one.version.tariff.valid_from),
        "is_now": one.version == present.version,
        "energy": [(when, price) for when, price, _ in energy_rows(one)],
        "tiers": [(wording.tier_text(tier.position), formatting.number(tier.nok_per_month, 2)) for tier in one.tiers],
        "range": _range([tier.nok_per_month for tier in one.tiers]),
    }


def _range(prices: list[Decimal]) -> str:
    """Return "169,01–3 164,70", or the one price where there is one tier."""
    return (
        "–".join(formatting.number(price, 2) for price in dict.fromkeys((min(prices), max(prices)))) if prices else ""
    )
