"""A settlement as plain values, for operators and other programs. Amounts are text, so that no float comes between."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from billing import wording
from billing.rules.capacity import Basis, Position
from billing.rules.lines import Line
from billing.rules.money import kwh
from billing.rules.settlement import Settlement
from billing.rules.tariffs import Method
from metering.days import slots_of_day

FOUR_DECIMALS = Decimal("0.0001")


def as_json(gsrn: str, settled: Settlement) -> dict[str, Any]:
    """Return a metering point's settlement. Days are both included; `tier` and `mean_kw` are null where unknown."""
    basis = settled.basis
    is_fuse = basis is not None and basis.method == Method.FUSE
    return {
        "metering_point": gsrn,
        "from": settled.period.first_day.isoformat(),
        "until": settled.period.last_day.isoformat(),
        "valid_from": _moment(settled.valid_from),
        "valid_until": _moment(settled.valid_until),
        "gaps": [{"start": _moment(gap.start), "end": _moment(gap.end)} for gap in settled.gaps],
        "energy_kwh": str(kwh(settled.energy_wh)),
        "peaks": _peaks(settled, basis),
        "mean_kw": None if basis is None or basis.value is None or is_fuse else _rounded(basis.value),
        "tier": None if settled.tier is None else _tier(settled.tier),
        "to_next_tier": _to_next(settled),
        "price_list": settled.version.reference if settled.version else None,
        "lines": [_line(line) for line in settled.lines],
        "total": str(settled.total),
        "currency": "NOK",
        "vat_included": settled.is_private,
        "preliminary": settled.is_preliminary,
        "unknown": [
            {
                "what": one.what.value,
                "detail": one.detail,
                "from": one.first.isoformat(),
                "until": one.last.isoformat(),
                "text": wording.unknown_text(one),
            }
            for one in settled.unknown
        ],
    }


def _moment(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()


def _rounded(value: Decimal) -> str:
    return str(value.quantize(FOUR_DECIMALS, ROUND_HALF_UP))


def _peaks(settled: Settlement, basis: Basis | None) -> list[dict[str, str]]:
    zone = settled.period.zone
    return [
        {"start": slots_of_day(one.day, zone, 60)[one.hour].start.isoformat(), "kw": str(kwh(one.wh))}
        for one in (basis.counted if basis else ())
    ]


def _tier(position: Position) -> dict[str, Any]:
    """Bounds are kW, or ampere for a tariff by the fuse; the highest tier has no end."""
    unit = "ampere" if position.unit == "A" else "kw"
    return {f"from_{unit}": _bound(position.lower), f"to_{unit}": _bound(position.upper)}


def _bound(value: Decimal | None) -> int | str | None:
    if value is None:
        return None
    return int(value) if value == int(value) else str(value)


def _to_next(settled: Settlement) -> dict[str, Any] | None:
    if settled.to_next is None:
        return None
    peak = settled.to_next.peak_kw
    return {
        "from_kw": _bound(settled.to_next.position.lower),
        "mean_kw": _rounded(settled.to_next.mean_kw),
        "peak_kw": None if peak is None else _rounded(peak),
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "code": line.code.value,
        "period": line.period,
        "text": wording.line_text(line),
        "quantity": str(line.quantity),
        "unit": line.unit,
        "unit_price": str(line.unit_price),
        "amount": str(line.amount),
        "from": line.first.isoformat(),
        "until": line.last.isoformat(),
        "preliminary": line.preliminary,
        "because": wording.explain(line),
    }
