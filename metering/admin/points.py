"""Metering points and who holds them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from metering.models import Holding, MeteringPoint
from metering.tasks import take_in_parked
from portal.admin_site import MenuPlace
from portal.customers.gsrn import validate_gsrn
from portal.tenancy import customer_lists
from portal.tenancy.admin import TenantModelAdmin, TenantTabularInline
from portal.tenancy.forms import TenantModelForm
from portal.ui import formatting
from portal.ui.admin_columns import SHOWN_GSRN
from portal.ui.fields import DigitsField


class HoldingInline(TenantTabularInline[Holding, MeteringPoint]):
    model = Holding
    autocomplete_fields = ["customer"]


class GsrnField(DigitsField):
    """A metering point's number, asked for by whoever has it before them. Its `label` may be another."""

    def __init__(self, **kwargs: Any) -> None:
        said = {"label": _("metering point ID"), "help_text": _("18 digits, as on the invoice."), **kwargs}
        super().__init__(shown=formatting.gsrn, validators=[validate_gsrn], **said)


class PointForm(TenantModelForm[MeteringPoint]):
    gsrn = GsrnField()


@admin.register(MeteringPoint)
class MeteringPointAdmin(TenantModelAdmin[MeteringPoint]):
    menu_place = MenuPlace.WORK
    form = PointForm
    list_display = [SHOWN_GSRN, "address", "postal_code", "city", "meter_number", "price_area", "has_production"]
    list_filter = ["customer_group", "price_area", "has_production", customer_lists.of("holdings__customer")]
    search_fields = ["=gsrn", "=meter_number", "address"]
    fieldsets = [
        (None, {"fields": ["gsrn", "meter_number", "has_production"]}),
        (_("Place"), {"fields": ["address", ("postal_code", "city"), "county", "grid_station"]}),
        (
            _("What the price depends on"),
            {"fields": ["price_area", "customer_group", "tariff_name", "holiday_home", "dwellings", "fuse_ampere"]},
        ),
    ]
    inlines = [HoldingInline]

    def save_model(self, request: HttpRequest, obj: MeteringPoint, form: Any, change: bool) -> None:  # noqa: FBT001  (Django's signature)
        super().save_model(request, obj, form, change)
        take_in_parked.delay_on_commit()
