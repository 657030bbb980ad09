"""The readings, a day is a row, and the days that were replaced."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from metering.days import RESOLUTIONS, DayValues, Peak
from metering.models.imports import DIRECTIONS, ImportBatch
from metering.models.points import MeteringPoint
from metering.partitions import Partitioned
from portal.customers.models import Customer
from portal.tenancy.models import TenantManager, TenantModel
from portal.tenancy.protection import HandWritten


class ReadingDay(Partitioned, TenantModel):
    """One local day of one direction: `values_wh` in the order of time, NULL where a value is missing.

    Written only by `actions`, in bulk. In the database triggers see to it that the metering point is the company's,
    months are partitions that `metering_open_month` makes, and the runtime role has no rights on a partition itself.
    """

    # The key is `one_reading_day`, the only index: each more costs an import some percent.
    pk = models.CompositePrimaryKey("tenant", "metering_point", "direction", "day")
    metering_point = models.ForeignKey(
        MeteringPoint, models.PROTECT, related_name="reading_days", db_index=False, db_constraint=False
    )
    total_wh = models.BigIntegerField()
    day = models.DateField()
    peak_wh = models.IntegerField(null=True)
    direction = models.SmallIntegerField(choices=DIRECTIONS)
    resolution_minutes = models.SmallIntegerField(choices=[(minutes, str(minutes)) for minutes in RESOLUTIONS])
    # Counted from the day's beginning, so that the two hours at 02 in autumn are 2 and 3.
    peak_hour = models.SmallIntegerField(null=True)
    # How often a value of the day was replaced; each time the day before is kept as a ReadingDayRevision.
    revision = models.SmallIntegerField(default=0)
    values_wh = ArrayField(models.IntegerField(null=True))
    quality = ArrayField(models.SmallIntegerField(), null=True)
    # When the sender registered the newest of the values (or they came, where it does not say); what is older does
    # not replace them. By slot where the day was put together from several registrations.
    registered_at = models.DateTimeField(db_default=Now())
    slots_registered_at = ArrayField(models.DateTimeField(), null=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("day of readings")
        verbose_name_plural = _("days of readings")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "metering_point", "direction", "day"], name="one_reading_day")
        ]

    def __str__(self) -> str:
        return f"{self.metering_point_id} {self.day}"

    @property
    def day_values(self) -> DayValues:
        return DayValues(
            self.day,
            self.resolution_minutes,
            self.values_wh,
            self.quality,
            self.registered_at,
            self.slots_registered_at,
        )

    @property
    def peak(self) -> Peak | None:
        return None if self.peak_wh is None or self.peak_hour is None else Peak(self.peak_wh, self.peak_hour)


class ReadingMonth(HandWritten, TenantModel):
    """What the stored days of a month add up to, for those who hold thousands of installations.

    Whoever writes or removes days keeps it true in the same transaction. `known_days` and `whole_days` have a bit for
    each day of the month, the first day's the lowest: whether it has any value, and whether it lacks none.
    """

    # Every import writes here: one index and one foreign key, that carries the tenant, must do.
    pk = models.CompositePrimaryKey("tenant", "metering_point", "direction", "month")
    metering_point = models.ForeignKey(
        MeteringPoint, models.PROTECT, related_name="reading_months", db_index=False, db_constraint=False
    )
    direction = models.SmallIntegerField(choices=DIRECTIONS)
    # Its first day.
    month = models.DateField()
    total_wh = models.BigIntegerField()
    known_days = models.IntegerField()
    whole_days = models.IntegerField()

    class Meta(TenantModel.Meta):
        verbose_name = _("month of readings")
        verbose_name_plural = _("months of readings")

    def __str__(self) -> str:
        return f"{self.metering_point_id} {self.month:%Y-%m}"


# As many as the day has on which the clock is turned back.
HOURS_A_DAY = 25


class HolderMonthQuerySet(models.QuerySet["HolderMonth"]):
    def true(self) -> Self:
        """Return those that nothing has been written against."""
        return self.exclude(
            models.Exists(
                StaleSums.objects.filter(
                    models.Q(month=models.OuterRef("month")) | models.Q(customer_key=models.OuterRef("customer"))
                )
            )
        )


HolderMonthManager = TenantManager.from_queryset(HolderMonthQuerySet)


class HolderMonth(TenantModel):
    """What all installations of a customer with very many had together on the days of a month and in their hours, as
    its pages show it.

    Made by the clock; a page that finds none adds up itself. What a change may have made untrue has `StaleSums` written
    against it in the transaction that changes.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+", db_index=False)
    direction = models.SmallIntegerField(choices=DIRECTIONS)
    # Its first day.
    month = models.DateField()
    # For each day of the month: the energy, NULL without a value, and how many installations lack none.
    days_wh = ArrayField(models.BigIntegerField(null=True))
    whole = ArrayField(models.IntegerField())
    # How many have a value in the month.
    known = models.IntegerField()
    # Of how many there should be values on each day.
    expected = ArrayField(models.IntegerField())
    # As days_wh and whole, for each hour: a day has HOURS_A_DAY places, of which it may leave the last ones empty.
    hours_wh = ArrayField(models.BigIntegerField(null=True))
    hours_whole = ArrayField(models.IntegerField())

    objects: "ClassVar[HolderMonthManager[Self]]" = HolderMonthManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("month of a customer's readings")
        verbose_name_plural = _("months of customers' readings")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "customer", "direction", "month"], name="one_holder_month")
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.month:%Y-%m}"


class StaleSums(TenantModel):
    """Says that every `HolderMonth` of a month, or of a customer, may not be true any more.

    Those who write only ever add a row: to change or remove one they would wait for each other, in no common order.
    """

    month = models.DateField(null=True)
    # No foreign key: nobody shall wait for who holds the customer's row.
    customer_key = models.BigIntegerField(null=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("sums that may have changed")
        verbose_name_plural = _("sums that may have changed")

    def __str__(self) -> str:
        return f"{self.month or self.customer_key}"


class ReadingDayRevision(TenantModel):
    """A day as it was before a correction; rows are only ever added."""

    # The keys that carry the tenant must do: each is asked for every row of a correction.
    metering_point = models.ForeignKey(
        MeteringPoint, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    direction = models.SmallIntegerField(choices=DIRECTIONS)
    day = models.DateField()
    revision = models.SmallIntegerField()
    resolution_minutes = models.SmallIntegerField()
    values_wh = ArrayField(models.IntegerField(null=True))
    quality = ArrayField(models.SmallIntegerField(), null=True)
    registered_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField()
    replaced_by = models.ForeignKey(
        ImportBatch, models.PROTECT, related_name="+", verbose_name=_("meter file"), db_constraint=False
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("replaced day of readings")
        verbose_name_plural = _("replaced days of readings")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "metering_point", "direction", "day", "revision"], name="one_reading_day_revision"
            )
        ]

    def __str__(self) -> str:
        return f"{self.metering_point_id} {self.day} ({self.revision})"
