"""A company's own rates and zones, which go before those that come with the program (rules.taxes)."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.tariffs import period_of_days
from billing.rules.spans import overlaps
from billing.rules.taxes import Customers, Kind, Rate, Zone, ZoneRule
from portal.tenancy.models import TenantModel
from portal.ui import formatting
from portal.ui.fields import validate_postal_code

KINDS = [
    (Kind.CONSUMPTION_TAX.value, _("Electricity tax (øre/kWh)")),
    (Kind.ENOVA.value, _("Energy fund, private customers (øre/kWh)")),
    (Kind.ENOVA_FIXED.value, _("Energy fund, business customers (kr/year)")),
    (Kind.VAT.value, _("Value added tax (%)")),
    (Kind.SUPPORT_SHARE_OF_HOUR.value, _("Electricity support: share of the hour's price above the threshold (%)")),
    (Kind.SUPPORT_SHARE_OF_MONTH.value, _("Electricity support: share of the month's mean above the threshold (%)")),
    (Kind.SUPPORT_THRESHOLD.value, _("Electricity support: threshold (øre/kWh)")),
    (Kind.SUPPORT_CAP.value, _("Electricity support: cap (kWh/month)")),
    (Kind.NORGESPRIS.value, _("Norgespris (øre/kWh)")),
    (Kind.NORGESPRIS_CAP.value, _("Norgespris: cap for dwellings (kWh/month)")),
    (Kind.NORGESPRIS_CAP_HOLIDAY_HOME.value, _("Norgespris: cap for holiday homes (kWh/month)")),
]
ZONES = [
    (Zone.STANDARD.value, _("Standard")),
    (Zone.NO_VAT.value, _("Without value added tax")),
    (Zone.ACTION_ZONE.value, _("Action zone")),
]
CUSTOMERS = [(Customers.PRIVATE.value, _("Private")), (Customers.BUSINESS.value, _("Business"))]


class OwnRate(TenantModel):
    """A rate of the company's own, from a day up to, not including, another. Without VAT.

    It goes before the one that comes with the program for the same zone and customers, or for wider ones.
    """

    kind = models.CharField(_("kind"), max_length=30, choices=KINDS)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=4, validators=[MinValueValidator(0)])
    zone = models.CharField(_("zone"), max_length=12, choices=ZONES, blank=True, help_text=_("Empty: all."))
    customers = models.CharField(
        _("customers"), max_length=8, choices=CUSTOMERS, blank=True, help_text=_("Empty: all.")
    )
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to, not included"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("tax or rate of our own")
        verbose_name_plural = _("taxes and rates of our own")
        constraints = [
            ExclusionConstraint(
                name="one_own_rate_at_a_time",
                expressions=[
                    ("tenant", "="),
                    ("kind", "="),
                    ("zone", "="),
                    ("customers", "="),
                    (period_of_days(), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gt=models.F("valid_from")),
                name="own_rate_ends_after_it_begins",
                violation_error_message=_("The rate must end after it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {formatting.day(self.valid_from)}"

    def clean(self) -> None:
        """Say in words what the database would refuse."""
        if self.valid_from is None:
            return
        same = OwnRate.objects.filter(kind=self.kind, zone=self.zone, customers=self.customers).exclude(pk=self.pk)
        spans = same.values_list("valid_from", "valid_to")
        if any(overlaps(self.valid_from, self.valid_to, *span) for span in spans):
            raise ValidationError(_("There is such a rate already for some of these days."))

    @property
    def rate(self) -> Rate:
        return Rate(
            Kind(self.kind),
            self.amount,
            self.valid_from,
            self.valid_to,
            self.zone,
            self.customers,
            self.source,
            is_own=True,
        )


class OwnZone(TenantModel):
    """Where taxes differ, by the company's own knowledge: a county, or a range of postal codes."""

    zone = models.CharField(_("zone"), max_length=12, choices=ZONES)
    county = models.CharField(_("county"), max_length=40, blank=True)
    postal_from = models.CharField(_("postal codes from"), max_length=4, blank=True, validators=[validate_postal_code])
    postal_to = models.CharField(_("postal codes to"), max_length=4, blank=True, validators=[validate_postal_code])
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to, not included"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("tax zone of our own")
        verbose_name_plural = _("tax zones of our own")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gt=models.F("valid_from")),
                name="own_zone_ends_after_it_begins",
                violation_error_message=_("The zone must end after it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_zone_display()}: {self.county or self.postal_from}"

    def clean(self) -> None:
        if bool(self.county) == bool(self.postal_from) or (self.county and self.postal_to):
            raise ValidationError(_("Give a county, or postal codes."))
        if self.postal_to and self.postal_to < self.postal_from:
            raise ValidationError({"postal_to": _("The postal codes must end after they begin.")})

    @property
    def rule(self) -> ZoneRule:
        return ZoneRule(
            Zone(self.zone),
            self.county,
            self.postal_from,
            self.postal_to,
            self.valid_from,
            self.valid_to,
            is_own=True,
        )
