"""What the spot price means to whoever has electricity support or Norgespris."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from billing.queries import Company, NotHeld, case_of
from billing.rules.money import with_vat
from billing.rules.support import Scheme
from billing.rules.taxes import Kind, Rate
from metering.models import MeteringPoint
from portal.ui import formatting


class Asked(Protocol):
    @property
    def point(self) -> MeteringPoint | None: ...
    @property
    def day(self) -> date: ...


@dataclass(frozen=True)
class SpotScheme:
    """The scheme of an installation on a day, its prices in øre/kWh on the basis of the page (`vat_percent`).

    `is_own`: the installation is the reader's; without one it is told what households get. `url` leads to the page of
    the scheme, "" for visitors.
    """

    scheme: Scheme
    vat_percent: Decimal
    share: Rate | None
    limit: Rate | None
    fixed: Rate | None
    is_own: bool
    url: str

    @property
    def threshold(self) -> Decimal | None:
        """From which price on there is support; None for whoever gets none."""
        if self.scheme != Scheme.SUPPORT or self.limit is None or self.share is None:
            return None
        return with_vat(self.limit.amount, self.vat_percent)

    def text(self, now: Decimal | None) -> str:
        """Say what the scheme does, and what it gives at the price of this hour (None: another day is shown)."""
        if self.scheme == Scheme.NORGESPRIS and self.fixed:
            fixed = with_vat(self.fixed.amount, self.vat_percent)
            return gettext("You have Norgespris: you pay %(fixed)s, whatever the spot price is (%(basis)s).") % {
                "fixed": _per_kwh(formatting.exact(fixed)),
                "basis": self._basis,
            }
        if self.threshold is None or self.share is None:
            return ""
        said = gettext("The state pays households %(share)s %% of what is above %(limit)s (%(basis)s).")
        if self.is_own:
            said = gettext("The state pays %(share)s %% of what is above %(limit)s (%(basis)s).")
        words = {
            "share": formatting.exact(self.share.amount),
            "limit": f"{formatting.exact(self.threshold)}{formatting.NBSP}{gettext('øre')}",
            "basis": self._basis,
        }
        return " ".join(filter(None, [said % words, self._now(now)]))

    def _now(self, now: Decimal | None) -> str:
        if now is None or not self.is_own or self.threshold is None or self.share is None:
            return ""
        given = (now - self.threshold) * self.share.amount / 100
        if given <= 0:
            return gettext("The price now is not above it: you get no support in this hour.")
        return gettext("In this hour you get %(price)s.") % {"price": _per_kwh(formatting.number(given, 2))}

    @property
    def _basis(self) -> str:
        return gettext("with value added tax") if self.vat_percent else gettext("without value added tax")


def _per_kwh(ore: str) -> str:
    return f"{ore}{formatting.NBSP}{gettext('øre/kWh')}"


def scheme_on(request: HttpRequest, asked: Asked, of: Company, vat_percent: Decimal) -> SpotScheme:
    """Return the scheme of the chosen installation; without one what holds for households."""
    scheme, url = Scheme.SUPPORT, ""
    share, limit = of.rates.on(Kind.SUPPORT_SHARE_OF_HOUR, asked.day), of.rates.on(Kind.SUPPORT_THRESHOLD, asked.day)
    if asked.point:
        scheme = _scheme_of(request, asked.point, asked.day, of)
        url = f"{reverse('billing:support')}?{urlencode({'installation': asked.point.pk})}#how"
    fixed = of.rates.on(Kind.NORGESPRIS, asked.day)
    has_page = scheme != Scheme.NONE
    return SpotScheme(scheme, vat_percent, share, limit, fixed, asked.point is not None, url if has_page else "")


def _scheme_of(request: HttpRequest, point: MeteringPoint, day: date, of: Company) -> Scheme:
    try:
        customer = request.customer  # type: ignore[attr-defined]  # who has an installation has one
        return case_of(point, day, customer=customer, of=of).terms.scheme_on(day)
    except NotHeld:
        return Scheme.NONE
