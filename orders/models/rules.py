"""A company's ordering rules: data, so that each keeps its own deadlines."""

from datetime import date, time

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.tenancy.models import OneRow, TenantModel


def no_days() -> list[date]:
    return []


def monday_to_friday() -> list[int]:
    return [0, 1, 2, 3, 4]


def no_masks() -> list[str]:
    return []


def no_texts() -> dict[str, str]:
    return {}


def validate_masks(masks: list[str]) -> None:
    """Refuse a mask that says next to nothing, and takes long to compare with."""
    if any(mask.count("*") > 2 for mask in masks):
        raise ValidationError(gettext("Use * at most twice."))


class OrderingRules(OneRow):
    """The deadline for orders and the days without driving. A company without a row has the defaults."""

    days_before = models.PositiveSmallIntegerField(
        _("days before the job"), default=1, validators=[MaxValueValidator(30)]
    )
    working_days = models.BooleanField(_("count working days only"), default=True)
    hour = models.TimeField(_("deadline, time of day"), default=time(14))
    furthest_days = models.PositiveSmallIntegerField(
        _("days ahead that can be ordered"), default=180, validators=[MinValueValidator(1), MaxValueValidator(366)]
    )
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(validators=[MaxValueValidator(6)]),
        verbose_name=_("weekdays with driving"),
        default=monday_to_friday,
    )
    closed_days = ArrayField(
        models.DateField(), verbose_name=_("days without driving, besides holidays"), default=no_days, blank=True
    )
    open_days = ArrayField(
        models.DateField(),
        verbose_name=_("days with driving, besides those weekdays"),
        default=no_days,
        blank=True,
        help_text=_("Saturdays and holidays on which you drive all the same: 2026-12-19, with a comma between."),
    )
    reference_required = models.BooleanField(_("an order reference must be given"), default=False)
    reference_masks = ArrayField(
        models.CharField(max_length=60),
        verbose_name=_("forms of the order reference"),
        default=no_masks,
        blank=True,
        validators=[validate_masks],
        help_text=_("# is a digit, @ a letter and * any text: PO-######. Several with a comma between; empty for any."),
    )
    reference_help = models.JSONField(
        _("help about the order reference"), default=no_texts, blank=True, help_text=_("By language.")
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("ordering rules")
        verbose_name_plural = _("ordering rules")
        constraints = [
            models.UniqueConstraint(fields=["tenant"], name="one_set_of_ordering_rules"),
            # Without a single one, the next working day would be looked for for ever.
            models.CheckConstraint(condition=models.Q(weekdays__len__gt=0), name="ordering_rules_have_a_weekday"),
        ]

    def __str__(self) -> str:
        return capfirst(str(self._meta.verbose_name))
