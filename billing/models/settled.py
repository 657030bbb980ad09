"""What the nightly batch found: one row for each metering point, month and holder, written again whenever it runs."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.rules.unknowns import What
from metering.models import MeteringPoint
from portal.customers.models import Customer
from portal.tenancy.models import TenantManager, TenantModel
from portal.ui import formatting


class SettledMonthQuerySet(models.QuerySet["SettledMonth"]):
    def incomplete(self) -> Self:
        """Return months in which something is unknown: a price list, a tax, a price, or all readings."""
        return self.exclude(unknown=[])

    def lacking_in(self, month: date) -> Self:
        """Return those of a month that are incomplete for more than hourly prices and readings: those come later."""
        return self.filter(month=month).exclude(unknown__contained_by=[What.PRICES.value, What.READINGS.value])


SettledMonthManager = TenantManager.from_queryset(SettledMonthQuerySet)


class SettledMonth(TenantModel):
    """A month of a metering point as it was settled last: the part of one who held it. Without a customer nobody was
    registered for it.
    """

    metering_point = models.ForeignKey(
        MeteringPoint, models.CASCADE, related_name="settled_months", verbose_name=_("metering point"), db_index=False
    )
    month = models.DateField(_("month"))
    customer = models.ForeignKey(
        Customer, models.CASCADE, null=True, related_name="settled_months", verbose_name=_("customer")
    )
    total = models.DecimalField(_("sum (kr)"), max_digits=12, decimal_places=2)
    energy_wh = models.BigIntegerField(_("energy (Wh)"))
    # Exact enough to choose the tier again: a mean of three has no end.
    mean_kw = models.DecimalField(_("mean (kW)"), max_digits=12, decimal_places=6, null=True)
    # What is unknown: codes of rules.unknowns.What.
    unknown = models.JSONField(_("unknown"), default=list)
    is_preliminary = models.BooleanField(_("preliminary"))
    # How many of the point's values there were in the month; NULL where none was missing, and none can be added.
    values_read = models.PositiveIntegerField(null=True)
    # The settlement as the command prints it.
    payload = models.JSONField(_("lines"))
    settled_at = models.DateTimeField(_("settled"))

    objects: "ClassVar[SettledMonthManager[Self]]" = SettledMonthManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("settled month")
        verbose_name_plural = _("settled months")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "metering_point", "month", "customer"],
                nulls_distinct=False,
                name="one_settled_month_a_holder",
            ),
            models.CheckConstraint(condition=models.Q(month__day=1), name="settled_month_is_its_first_day"),
        ]
        indexes = [models.Index(fields=["tenant", "month"], name="settled_by_month")]

    def __str__(self) -> str:
        return f"{self.metering_point}, {formatting.month(self.month)}"
