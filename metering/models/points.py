"""Metering points, and who holds them when."""

from datetime import date
from typing import ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from metering.scope import gsrns_in
from portal.content.models import GridArea
from portal.customers.gsrn import validate_gsrn
from portal.customers.models import Customer
from portal.tenancy.models import TenantManager, TenantModel
from portal.ui import formatting


class MeteringPoint(TenantModel):
    """A place in the grid where energy is measured, with the facts a price depends on; empty is unknown.

    The prices themselves, and what is billed by them, are the billing app's.
    """

    class CustomerGroup(models.TextChoices):
        HOUSEHOLD = "household", _("Household")
        HOLIDAY_HOME = "holiday_home", _("Holiday home")
        SMALL_BUSINESS = "small_business", _("Small business")
        BUSINESS = "business", _("Business")

    PriceArea = GridArea.PriceArea

    gsrn = models.CharField(_("metering point ID"), max_length=18, validators=[validate_gsrn])
    address = models.CharField(_("address"), max_length=120, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=4, blank=True)
    city = models.CharField(_("city"), max_length=60, blank=True)
    county = models.CharField(_("county"), max_length=40, blank=True, help_text=_("Decides value added tax."))
    grid_station = models.CharField(
        _("grid station"), max_length=20, blank=True, help_text=_("The station that feeds it.")
    )
    meter_number = models.CharField(_("meter number"), max_length=20, blank=True)
    price_area = models.CharField(_("price area"), max_length=3, choices=PriceArea.choices, blank=True)
    customer_group = models.CharField(_("customer group"), max_length=20, choices=CustomerGroup.choices, blank=True)
    tariff_name = models.CharField(
        _("price list"), max_length=120, blank=True, help_text=_("Empty: the company's only or default one.")
    )
    holiday_home = models.BooleanField(_("holiday home"), default=False)
    dwellings = models.PositiveIntegerField(
        _("dwellings"), null=True, blank=True, help_text=_("For a housing cooperative that is measured as one.")
    )
    fuse_ampere = models.PositiveSmallIntegerField(_("main fuse (A)"), null=True, blank=True)
    has_production = models.BooleanField(_("has production"), default=False)

    class Meta(TenantModel.Meta):
        verbose_name = _("metering point")
        verbose_name_plural = _("metering points")
        constraints = [models.UniqueConstraint(fields=["tenant", "gsrn"], name="one_metering_point_per_gsrn")]
        indexes = [
            models.Index(fields=["tenant", "meter_number"], name="metering_point_by_meter"),
            # Who lives where the power is out.
            models.Index(fields=["tenant", "postal_code"], name="metering_point_by_postal_code"),
            models.Index(fields=["tenant", "grid_station"], name="metering_point_by_station"),
        ]

    def __str__(self) -> str:
        return self.address or formatting.gsrn(self.gsrn)

    @property
    def town(self) -> str:
        return f"{self.postal_code} {self.city}".strip()

    @property
    def full_address(self) -> str:
        """Return "Torget 3, 1489 Eidnes", as far as it is known."""
        return formatting.address(self.address, self.postal_code, self.city)


def _period() -> models.Func:
    """Return the days of a holding as a range, both ends included."""
    return models.Func(
        "valid_from", "valid_to", models.Value("[]"), function="daterange", output_field=DateRangeField()
    )


class HoldingQuerySet(models.QuerySet["Holding"]):
    def of(self, customer: Customer) -> Self:
        """Return all periods of a customer, the present and the latest first, with their metering points.

        Of a customer that somebody reads by a limited authorization, only those within it.
        """
        latest_first = models.F("valid_to").desc(nulls_first=True)
        rows = self.filter(customer=customer).select_related("metering_point")
        if customer.scope is not None:
            rows = rows.filter(metering_point__gsrn__in=gsrns_in(customer.scope))
        return rows.order_by(latest_first, "metering_point__address", "metering_point__gsrn")

    def held_on(self, day: date) -> Self:
        return self.filter(valid_from__lte=day).filter(models.Q(valid_to=None) | models.Q(valid_to__gte=day))


HoldingManager = TenantManager.from_queryset(HoldingQuerySet)


class Holding(TenantModel):
    """A customer holds a metering point from–to (both days included), and sees the readings of that time only.

    Who changes support scheme while staying gets a new holding from that day, so the scheme has its dates.
    """

    class SupportScheme(models.TextChoices):
        SUPPORT = "support", _("Electricity support")
        NORGESPRIS = "norgespris", _("Norgespris")
        NONE = "none", _("No scheme")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="holdings", verbose_name=_("customer"))
    metering_point = models.ForeignKey(
        MeteringPoint, models.CASCADE, related_name="holdings", verbose_name=_("metering point")
    )
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)
    support_scheme = models.CharField(_("support scheme"), max_length=12, choices=SupportScheme.choices, blank=True)

    objects: "ClassVar[HoldingManager[Self]]" = HoldingManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("holding")
        verbose_name_plural = _("holdings")
        constraints = [
            # Two holders at a time would see each other's readings.
            ExclusionConstraint(
                name="one_holder_at_a_time",
                expressions=[("tenant", "="), ("metering_point", "="), (_period(), RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="holding_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metering_point} – {self.customer}"
