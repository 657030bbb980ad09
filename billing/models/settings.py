"""How the company bills, where companies differ."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.rules.calendar import CompanyCalendar
from billing.rules.capacity import SEASON_WEIGHTS
from billing.rules.terms import Habits, SoFar, TierMonth
from portal.tenancy.models import OneRow, TenantModel

DAY_OF_YEAR = RegexValidator(r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\Z", _("Write month and day, such as 12-24."))


def no_days() -> list[str]:
    return []


def no_dates() -> list[date]:
    return []


def usual_weights() -> list[int]:
    return list(SEASON_WEIGHTS)


class BillingSettings(OneRow):
    """One row a company; without it everything is as the fields' defaults say."""

    extra_holidays = ArrayField(
        models.CharField(max_length=5, validators=[DAY_OF_YEAR]),
        verbose_name=_("days billed as public holidays, every year"),
        default=no_days,
        blank=True,
        help_text=_("Month and day, with commas between, such as 12-24, 12-31."),
    )
    extra_dates = ArrayField(
        models.DateField(),
        verbose_name=_("single days billed as public holidays"),
        default=no_dates,
        blank=True,
        help_text=_("Dates, with commas between, such as 2026-12-24."),
    )
    tier_month = models.CharField(
        _("the capacity tier is set by"),
        max_length=10,
        choices=[(TierMonth.SAME.value, _("the same month")), (TierMonth.PREVIOUS.value, _("the month before"))],
        default=TierMonth.SAME.value,
    )
    so_far = models.CharField(
        _("capacity charge in a month that is not over"),
        max_length=10,
        choices=[
            (SoFar.BY_DAYS.value, _("by the days so far")),
            (SoFar.WHOLE.value, _("the whole month")),
            (SoFar.LATER.value, _("not until the month is over")),
        ],
        default=SoFar.BY_DAYS.value,
    )
    enova_in_energy = models.BooleanField(_("show the energy fund's charge within the energy price"), default=False)
    season_weights = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(0), MaxValueValidator(100)]),
        size=12,
        verbose_name=_("weights of the months (%)"),
        default=usual_weights,
        help_text=_("For price lists by five weighted peaks of a year: January to December, with commas between."),
    )
    default_county = models.CharField(
        _("county"), max_length=40, blank=True, help_text=_("For metering points that name none.")
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("billing settings")
        verbose_name_plural = _("billing settings")
        constraints = [
            models.UniqueConstraint(fields=["tenant"], name="one_row_of_billing_settings"),
            models.CheckConstraint(condition=models.Q(season_weights__len=12), name="a_weight_for_each_month"),
        ]

    def __str__(self) -> str:
        return gettext("Billing settings")

    @property
    def habits(self) -> Habits:
        yearly = frozenset((int(text[:2]), int(text[3:])) for text in self.extra_holidays)
        return Habits(
            calendar=CompanyCalendar(yearly, frozenset(self.extra_dates)),
            tier_month=TierMonth(self.tier_month),
            so_far=SoFar(self.so_far),
            enova_in_energy=self.enova_in_energy,
            season_weights=tuple(self.season_weights),
        )
