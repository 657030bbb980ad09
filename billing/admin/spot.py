"""The spot prices behind support and Norgespris: which days are final, which may still change, and what is missing."""

from datetime import timedelta
from typing import Any, TypeVar

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from billing.models import ReplacedSpotPriceDay, SpotPriceDay
from billing.models.spot import PricesOfADay
from billing.queries import spot_state
from portal.admin_site import WorkQueue
from portal.customers.queries import today
from portal.tenancy.admin import ReadOnlyAdmin
from portal.ui import formatting

# So many days back are looked at for what is missing: two months are still being billed.
BACK = timedelta(days=62)

D = TypeVar("D", bound=PricesOfADay)


class PricesOfADayAdmin(ReadOnlyAdmin[D]):
    """Prices are the same for all companies, so nobody writes them here; they come from the chosen source."""

    date_hierarchy = "day"
    readonly_fields = ["prices"]

    @admin.display(description=_("lowest, øre/kWh"))
    def lowest(self, row: D) -> str:
        known = _known(row)
        return formatting.number(min(known) * 100, 2) if known else formatting.MISSING

    @admin.display(description=_("highest, øre/kWh"))
    def highest(self, row: D) -> str:
        known = _known(row)
        return formatting.number(max(known) * 100, 2) if known else formatting.MISSING

    @admin.display(description=_("missing"))
    def lacking(self, row: D) -> str:
        count = row.spot_day.missing
        return ngettext("%(count)s price", "%(count)s prices", count) % {"count": count} if count else ""

    @admin.display(description=_("øre/kWh"))
    def prices(self, row: D) -> str:
        """Return the prices in the order of time, a line for each hour."""
        per_hour = 60 // row.resolution_minutes
        texts = [
            formatting.MISSING if one is None else formatting.number(one * 100, 2) for one in row.prices_nok_per_kwh
        ]
        return "\n".join("  ".join(texts[at : at + per_hour]) for at in range(0, len(texts), per_hour))


@admin.register(SpotPriceDay)
class SpotPriceDayAdmin(PricesOfADayAdmin[SpotPriceDay]):
    """The prices as they are now."""

    list_display = ["day", "area", "lowest", "highest", "lacking", "preliminary", "source", "fetched_at"]
    list_filter = ["area", "preliminary", "source"]
    ordering = ["-day", "area"]
    fields = [
        "area",
        "day",
        "resolution_minutes",
        "prices",
        "preliminary",
        "source",
        "fetched_at",
        "revision",
        "replaced",
    ]
    readonly_fields = ["prices", "replaced"]
    change_list_template = "billing/admin/spot_days.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Say above the list which days are not there at all, or only in part."""
        return super().changelist_view(request, {**(extra_context or {}), "lacks": _lacks()})

    @admin.display(description=_("prices before"))
    def replaced(self, row: SpotPriceDay) -> str:
        """Lead to what these prices have taken the place of."""
        if not row.revision:
            return formatting.MISSING
        rows = ReplacedSpotPriceDay.objects.filter(area=row.area, day=row.day).order_by("-revision")
        name, now = "admin:billing_replacedspotpriceday_change", timezone.now()
        links = ((reverse(name, args=[one.pk]), formatting.moment(one.replaced_at, now=now)) for one in rows)
        return format_html_join(", ", '<a href="{}">{}</a>', links)

    def work_queue(self, request: HttpRequest) -> WorkQueue | None:
        """Days whose prices have not come: their support cannot be reckoned."""
        return self.waiting(_("Days without spot prices"), len(_lacks()), order=65)


@admin.register(ReplacedSpotPriceDay)
class ReplacedSpotPriceDayAdmin(PricesOfADayAdmin[ReplacedSpotPriceDay]):
    """What support and Norgespris were reckoned by until other prices came, and when these came."""

    list_display = [
        "day",
        "area",
        "revision",
        "lowest",
        "highest",
        "lacking",
        "preliminary",
        "source",
        "fetched_at",
        "replaced_at",
    ]
    list_filter = ["area", "preliminary", "source"]
    ordering = ["-day", "area", "-revision"]
    fields = [
        "area",
        "day",
        "revision",
        "resolution_minutes",
        "prices",
        "preliminary",
        "source",
        "fetched_at",
        "replaced_at",
    ]


def _known(row: PricesOfADay) -> list[Any]:
    return [price for price in row.prices_nok_per_kwh if price is not None]


def _lacks() -> list[spot_state.Lack]:
    """Tomorrow's prices come in the afternoon: they are not missed before the day has begun."""
    return spot_state.lacks(spot_state.areas(), today() - BACK, today())
