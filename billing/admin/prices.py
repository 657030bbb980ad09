"""Prices as staff see and edit them: price lists, taxes, how the company bills, and what could not be settled."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing import wording
from billing.actions import save_tariff
from billing.forms import TariffForm
from billing.models import BillingSettings, OwnRate, OwnZone, SettledMonth, TariffVersion
from billing.models.rates import CUSTOMERS, ZONES
from billing.models.tariffs import TariffVersionQuerySet
from billing.queries import PriceList, company, price_list_from, rate_table
from billing.rules.tariffs import Tariff, Version
from billing.rules.taxes import UNITS, Kind, Rate, shipped
from billing.rules.terms import Terms
from metering.periods import month_of
from portal.admin_site import MenuPlace, WorkQueue
from portal.customers.queries import today
from portal.tenancy.admin import OneRowAdmin, ReadOnlyAdmin, TenantModelAdmin
from portal.ui import formatting

# What nobody can settle without.
NEEDED = (Kind.CONSUMPTION_TAX, Kind.SUPPORT_THRESHOLD, Kind.NORGESPRIS)
AHEAD = timedelta(days=45)


STATE = "state"
M = TypeVar("M", bound=models.Model)


class PricesAdmin(TenantModelAdmin[M]):
    """Everybody on the staff sees what customers pay; administrators decide it."""

    administrators_decide = True


class InForce(admin.SimpleListFilter):
    """Replaced versions are history: they are shown when asked for."""

    title = _("state")
    parameter_name = STATE

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("ends_soon", _("Ends soon, and none follows")), ("replaced", _("Replaced"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "ends_soon":
            return _ending_soon(queryset)
        return queryset.filter(superseded_at__isnull=False) if self.value() == "replaced" else queryset.in_force()


def _ending_soon(rows: TariffVersionQuerySet) -> TariffVersionQuerySet:
    return rows.ending_unfollowed(today(), today() + AHEAD)


@admin.register(TariffVersion)
class TariffVersionAdmin(PricesAdmin[TariffVersion]):
    """Versions are not changed: saving writes the next revision, and the one before is kept."""

    menu_place = MenuPlace.WORK
    list_display = ["title", "name", "valid_from", "valid_to", "revision", "source", "created_at"]
    list_filter = [InForce, "group"]
    ordering = ["group", "name", "-valid_from", "-revision"]

    @admin.display(description=_("customer group"), ordering="group")
    def title(self, row: TariffVersion) -> str:
        return row.get_group_display()

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the list as customers would, with its text to edit below; `_preview` shows what was written, unsaved."""
        stored = self._stored(request, object_id)
        is_open = stored is None or stored.superseded_at is None
        newest = TariffVersion.objects.in_force().order_by("valid_from", "pk").last() if stored is None else None
        form = TariffForm(request.POST or None, stored=stored, like=newest)
        if request.method == "POST":
            self._refuse_unless_allowed(request, stored, is_open=is_open)
            if form.is_valid() and "_preview" not in request.POST and self._saved(request, form):
                return redirect("admin:billing_tariffversion_changelist")
        tariff = form.tariff or (stored.tariff if stored else None)
        context = {
            **self.admin_site.each_context(request),
            "title": str(stored) if stored else gettext("Add price list"),
            "opts": self.opts,
            "original": stored,
            "form": form,
            "prices": preview_of(tariff) if tariff else None,
            "is_preview": request.method == "POST" and form.tariff is not None,
            "may_save": is_open and self._may_save(request, stored),
        }
        status = 422 if request.method == "POST" and form.errors else 200
        return TemplateResponse(request, "billing/admin/tariff.html", context, status=status)

    def _stored(self, request: HttpRequest, object_id: str | None) -> TariffVersion | None:
        if object_id is None:
            if not self.has_add_permission(request):
                raise PermissionDenied
            return None
        stored = self.get_object(request, object_id)
        if stored is None:
            raise Http404
        if not self.has_view_or_change_permission(request, stored):
            raise PermissionDenied
        return stored

    def _may_save(self, request: HttpRequest, stored: TariffVersion | None) -> bool:
        return self.has_change_permission(request, stored) if stored else self.has_add_permission(request)

    def _refuse_unless_allowed(self, request: HttpRequest, stored: TariffVersion | None, *, is_open: bool) -> None:
        if not is_open or not self._may_save(request, stored):
            raise PermissionDenied

    def _saved(self, request: HttpRequest, form: TariffForm) -> bool:
        """Save it; what is in the way is said on the form, where everything typed still stands."""
        if form.tariff is None:
            raise PermissionDenied
        report = save_tariff(tariff=form.tariff, by=request.user, source="admin")  # type: ignore[arg-type]  # staff are users
        if report.refused:
            for problem in report.problems:
                form.add_error(None, problem.text)
            return False
        for problem in report.problems:
            messages.warning(request, problem.text)
        messages.success(request, gettext("The price list was saved. The version before is kept."))
        return True

    def work_queue(self, request: HttpRequest) -> WorkQueue | None:
        """Price lists that end soon and that no other follows."""
        count = _ending_soon(TariffVersion.objects.all()).count()
        return self.waiting(_("Price lists that end soon"), count, order=62, query=f"{STATE}=ends_soon")


def preview_of(tariff: Tariff) -> dict[str, Any] | None:
    """Return a list as its customers see it on its first day, or today when it holds, with the company's own taxes."""
    now, mine = today(), company()
    day = now if tariff.holds(now) else tariff.valid_from
    terms = Terms(
        price_lists=mine.price_lists,
        rates=mine.rates,
        group=tariff.groups[0],
        zone=mine.zone_at("", "", day),
        habits=mine.habits,
    )
    prices = price_list_from(terms, Version(tariff), day)
    return _shown(prices, day) if prices else None


def _shown(prices: PriceList, day: date) -> dict[str, Any]:
    energy = prices.version.tariff.energy
    capacity = prices.version.tariff.capacity
    return {
        "day": day,
        "is_private": prices.is_private,
        "vat_percent": prices.vat_percent,
        "method": wording.method_text(capacity.method),
        "tiers": [
            (wording.tier_text(tier.position), tier.position.nok_per_year, tier.nok_per_month) for tier in prices.tiers
        ],
        "energy": [
            (wording.period_text(one.period, energy) or gettext("all hours"), one.period.ore_per_kwh, one)
            for one in prices.energy
        ],
    }


def _rate_row(rate: Rate) -> tuple[str, str, Rate, Any, Any]:
    zone, customers = dict(ZONES).get(rate.zone), dict(CUSTOMERS).get(rate.customers)
    return wording.rate_text(rate.kind), wording.unit_text(UNITS[rate.kind]), rate, zone, customers


@admin.register(OwnRate)
class OwnRateAdmin(PricesAdmin[OwnRate]):
    list_display = ["kind", "amount", "zone", "customers", "valid_from", "valid_to", "source"]
    list_filter = ["kind"]
    ordering = ["kind", "-valid_from"]
    change_list_template = "billing/admin/rates.html"
    deletable = True

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show what comes with the program below the company's own."""
        rates = sorted(shipped()[0], key=lambda rate: rate.valid_from, reverse=True)
        rates.sort(key=lambda rate: (list(Kind).index(rate.kind), rate.zone))
        table = [_rate_row(rate) for rate in rates]
        return super().changelist_view(request, {**(extra_context or {}), "shipped": table})

    def work_queue(self, request: HttpRequest) -> WorkQueue | None:
        """Taxes and the like that nobody has given for the weeks to come."""
        table, day = rate_table(), today() + AHEAD
        count = sum(table.on(kind, day) is None for kind in NEEDED)
        return self.waiting(_("Taxes and rates that end soon"), count, order=63)


@admin.register(OwnZone)
class OwnZoneAdmin(PricesAdmin[OwnZone]):
    list_display = ["zone", "county", "postal_from", "postal_to", "valid_from", "valid_to"]
    deletable = True


@admin.register(BillingSettings)
class BillingSettingsAdmin(PricesAdmin[BillingSettings], OneRowAdmin[BillingSettings]):
    """Without a row everything is as the fields' defaults say."""


class Incomplete(admin.SimpleListFilter):
    title = _("state")
    parameter_name = STATE

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("incomplete", _("Something is unknown")), ("lacking", _("Prices are missing this month"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "lacking":
            return queryset.lacking_in(month_of(today()))
        return queryset.incomplete() if self.value() == "incomplete" else queryset


@admin.register(SettledMonth)
class SettledMonthAdmin(ReadOnlyAdmin[SettledMonth]):
    list_display = ["metering_point", "when", "customer", "sum", "energy", "unknown", "is_preliminary", "settled_at"]
    list_filter = [Incomplete, "is_preliminary", "month"]
    list_select_related = ["metering_point", "customer"]
    search_fields = ["=metering_point__gsrn"]
    ordering = ["-month", "metering_point_id", "pk"]
    fields = [
        "metering_point",
        "when",
        "customer",
        "sum",
        "energy",
        "mean",
        "unknown",
        "is_preliminary",
        "lines",
        "settled_at",
    ]

    @admin.display(description=_("month"), ordering="month")
    def when(self, row: SettledMonth) -> str:
        return formatting.month(row.month)

    @admin.display(description=_("sum (kr)"), ordering="total")
    def sum(self, row: SettledMonth) -> str:
        return formatting.number(row.total, 2)

    @admin.display(description=_("mean (kW)"))
    def mean(self, row: SettledMonth) -> str:
        return formatting.number_or_missing(row.mean_kw)

    @admin.display(description=_("lines"))
    def lines(self, row: SettledMonth) -> str:
        lines = row.payload.get("lines", [])
        return "\n".join(f"{line['text']}: {formatting.kroner(Decimal(line['amount']))}" for line in lines)

    @admin.display(description=_("energy"), ordering="energy_wh")
    def energy(self, row: SettledMonth) -> str:
        return formatting.kwh(row.energy_wh)

    def work_queue(self, request: HttpRequest) -> WorkQueue | None:
        """Metering points whose present month could not be settled whole, by the nightly batch."""
        count = SettledMonth.objects.lacking_in(month_of(today())).count()
        return self.waiting(_("Metering points without all prices"), count, order=64, query=f"{STATE}=lacking")
