"""Spot prices: the tables of this app that all tenants share."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from billing.rules.spot import AREAS, SpotDay
from portal.ui import formatting


class Put(StrEnum):
    """What came of storing a day."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    # Final prices are there already, and preliminary ones came; or what came has gaps and nothing else that is new.
    KEPT = "kept"


class SpotPriceDayQuerySet(models.QuerySet["SpotPriceDay"]):
    def of(self, area: str) -> Self:
        return self.filter(area=area)

    def put(self, day: SpotDay, *, source: str, at: datetime) -> Put:
        """Store a day as fetched at `at` (aware), through the owner's function: the runtime role may not write itself.

        Preliminary prices never replace final ones, and gaps no price: what came with gaps is filled with what is
        there. Raises DataError or IntegrityError for what is no day of prices
        (an unknown area, too few or too many of them), in words of the database.
        """
        values: list[Any] = [
            day.area,
            day.day,
            day.resolution_minutes,
            list(day.prices_nok_per_kwh),
            day.preliminary,
            source,
            at,
        ]
        with connection.cursor() as cursor:
            cursor.execute("SELECT billing_put_spot_day(%s, %s, %s, %s::numeric[], %s, %s, %s)", values)
            return Put(cursor.fetchone()[0])


SpotPriceDayManager = models.Manager.from_queryset(SpotPriceDayQuerySet)


class PricesOfADay(models.Model):
    """One area and local day (see rules.spot.SpotDay)."""

    area = models.CharField(_("price area"), max_length=3, choices=[(area, area) for area in AREAS])
    day = models.DateField(_("day"))
    resolution_minutes = models.SmallIntegerField(_("minutes a price"), choices=[(15, "15"), (60, "60")])
    # Exact: EUR/MWh with two decimals times a rate with four or five.
    prices_nok_per_kwh = ArrayField(
        models.DecimalField(max_digits=16, decimal_places=10, null=True), verbose_name=_("NOK per kWh")
    )
    preliminary = models.BooleanField(_("preliminary"))
    source = models.CharField(_("source"), max_length=40)
    fetched_at = models.DateTimeField(_("fetched"))
    # How often the prices, or their state, were replaced.
    revision = models.SmallIntegerField(_("revision"), default=0)

    class Meta:
        abstract = True

    @property
    def spot_day(self) -> SpotDay:
        prices = tuple(self.prices_nok_per_kwh)
        return SpotDay(self.area, self.day, self.resolution_minutes, prices, self.preliminary)


class SpotPriceDay(PricesOfADay):
    """Day-ahead prices as they are now, the same for every tenant.

    The runtime role may read it and store days through `objects.put`, nothing else.
    """

    objects: "ClassVar[SpotPriceDayManager[Self]]" = SpotPriceDayManager()

    class Meta:
        verbose_name = _("day of spot prices")
        verbose_name_plural = _("days of spot prices")
        constraints = [
            models.UniqueConstraint(fields=["area", "day"], name="one_spot_price_day"),
            models.CheckConstraint(condition=models.Q(area__in=AREAS), name="spot_price_area_is_norwegian"),
        ]

    def __str__(self) -> str:
        return f"{self.area}, {formatting.day(self.day)}"


class ReplacedSpotPriceDay(PricesOfADay):
    """Prices that others have taken the place of: what was settled while they stood was reckoned by them.

    The function that stores a day adds to it; nobody changes or deletes a row, the runtime role reads only.
    """

    replaced_at = models.DateTimeField(_("replaced"))

    class Meta:
        verbose_name = _("replaced day of spot prices")
        verbose_name_plural = _("replaced days of spot prices")
        constraints = [
            models.UniqueConstraint(fields=["area", "day", "revision"], name="one_replaced_spot_price_revision")
        ]

    def __str__(self) -> str:
        return f"{self.area}, {formatting.day(self.day)} ({self.revision})"
