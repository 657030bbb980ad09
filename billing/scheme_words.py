"""Electricity support and Norgespris in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.utils.translation import gettext

from billing.rules.money import with_vat
from billing.rules.support import Scheme
from billing.rules.taxes import Kind, Rate
from portal.ui import formatting


def scheme_text(scheme: Scheme) -> str:
    return gettext("Norgespris") if scheme == Scheme.NORGESPRIS else gettext("Electricity support")


def scheme_short(scheme: Scheme) -> str:
    """Return in a sentence what a scheme does."""
    if scheme == Scheme.NORGESPRIS:
        return gettext("You pay a fixed price for electricity. The difference from the spot price is on the invoice.")
    return gettext("The state pays part of the price in hours when electricity is dear. It is taken off the invoice.")


def rule(rates: Iterable[Rate], vat_percent: Decimal) -> str:
    """Say what a scheme gives by its rates (without VAT), on the basis of prices with this VAT; "" for no scheme."""
    amounts = {rate.kind: rate.amount for rate in rates}
    said = []
    if Kind.NORGESPRIS in amounts:
        fixed = {"fixed": price(amounts[Kind.NORGESPRIS], vat_percent)}
        said.append(
            gettext("Hour by hour: the spot price less %(fixed)s, times the energy. Where it is lower, you pay.")
            % fixed
        )
    if Kind.SUPPORT_SHARE_OF_HOUR in amounts:
        text = gettext("Hour by hour you get %(share)s %% of the part of the spot price above %(threshold)s.")
        said.append(text % _support(amounts, Kind.SUPPORT_SHARE_OF_HOUR, vat_percent))
    elif Kind.SUPPORT_SHARE_OF_MONTH in amounts:
        text = gettext("You get %(share)s %% of the part of the month's mean spot price above %(threshold)s.")
        said.append(text % _support(amounts, Kind.SUPPORT_SHARE_OF_MONTH, vat_percent))
    return " ".join(said)


def _support(amounts: Mapping[Kind, Decimal], share: Kind, vat_percent: Decimal) -> dict[str, str]:
    threshold = amounts.get(Kind.SUPPORT_THRESHOLD)
    shown = formatting.MISSING if threshold is None else price(threshold, vat_percent)
    return {"share": formatting.exact(amounts[share]), "threshold": shown}


def price(ore: Decimal, vat_percent: Decimal) -> str:
    """Return "96,25 øre/kWh med mva. (77 uten)"; without the rest where there is no VAT. `ore` is without."""
    if not vat_percent:
        return f"{formatting.exact(ore)}{formatting.NBSP}{gettext('øre/kWh')}"
    return gettext("%(with)s øre/kWh with value added tax (%(without)s without)") % {
        "with": formatting.exact(with_vat(ore, vat_percent)),
        "without": formatting.exact(ore),
    }
