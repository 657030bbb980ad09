"""A company's ordering rules: data, so that each keeps its own deadlines."""

from datetime import date, time

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy.models import TenantModel


def no_days() -> list[date]:
    return []


class OrderingRules(TenantModel):
    """The deadline for orders and the days without driving. A company without a row has the defaults."""

    days_before = models.PositiveSmallIntegerField(
        _("days before the job"), default=1, validators=[MaxValueValidator(30)]
    )
    working_days = models.BooleanField(_("count working days only"), default=True)
    hour = models.TimeField(_("deadline, time of day"), default=time(14))
    furthest_days = models.PositiveSmallIntegerField(
        _("days ahead that can be ordered"), default=180, validators=[MinValueValidator(1), MaxValueValidator(366)]
    )
    closed_days = ArrayField(
        models.DateField(), verbose_name=_("days without driving, besides holidays"), default=no_days, blank=True
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("ordering rules")
        verbose_name_plural = _("ordering rules")
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_set_of_ordering_rules")]

    def __str__(self) -> str:
        return f"{self.days_before} / {self.hour:%H:%M}"
