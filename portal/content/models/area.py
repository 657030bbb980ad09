"""The areas of a grid company's network, which people know by name."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.content import postal
from portal.tenancy.models import TenantManager, TenantModel


def validate_postal_range(value: str) -> None:
    if not postal.is_range(value):
        raise ValidationError(
            _("“%(value)s” is not a postal code (1489) or a range of them (1480-1499)."),
            params={"value": value},
            code="postal",
        )


class GridAreaQuerySet(models.QuerySet["GridArea"]):
    def shown(self) -> Self:
        return self.filter(is_active=True)


GridAreaManager = TenantManager.from_queryset(GridAreaQuerySet)


class GridArea(TenantModel):
    """A part of the grid, chosen before sign-in and found by the postal code after it."""

    class PriceArea(models.TextChoices):
        NO1 = "NO1", "NO1"
        NO2 = "NO2", "NO2"
        NO3 = "NO3", "NO3"
        NO4 = "NO4", "NO4"
        NO5 = "NO5", "NO5"

    slug = models.SlugField(_("short name"), help_text=_("In addresses and in files; lower case, without spaces."))
    name = models.CharField(_("name"), max_length=60)
    price_area = models.CharField(_("price area"), max_length=3, choices=PriceArea.choices, blank=True)
    postal_codes = ArrayField(
        models.CharField(max_length=9, validators=[validate_postal_range]),
        verbose_name=_("postal codes"),
        default=list,
        blank=True,
        help_text=_("Single ones and ranges, separated by commas: 1489, 1500-1519."),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("shown"), default=True)

    objects: "ClassVar[GridAreaManager[Self]]" = GridAreaManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("grid area")
        verbose_name_plural = _("grid areas")
        ordering = ["order", "name"]
        constraints = [models.UniqueConstraint(fields=["tenant", "slug"], name="one_grid_area_per_slug")]

    def __str__(self) -> str:
        return self.name

    def covers(self, postal_code: str) -> bool:
        return postal.covers(self.postal_codes, postal_code)
