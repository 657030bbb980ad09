"""A company's price lists, version by version. What was once in force is kept as it was."""

from datetime import date
from functools import cached_property
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.rules import tariff_files
from billing.rules.tariffs import LONGEST_NAME, Group, Tariff, Version
from portal.tenancy.models import TenantManager, TenantModel
from portal.ui import formatting

GROUPS = [
    (Group.HOUSEHOLD.value, _("Household")),
    (Group.HOLIDAY_HOME.value, _("Holiday home")),
    (Group.SMALL_BUSINESS.value, _("Small business")),
]


def period_of_days() -> models.Func:
    """Return the days of a row as a range, the last one not included."""
    return models.Func("valid_from", "valid_to", function="daterange", output_field=DateRangeField())


class TariffVersionQuerySet(models.QuerySet["TariffVersion"]):
    def in_force(self) -> Self:
        """Return the versions that hold at some time, past ones too: not those another has replaced."""
        return self.filter(superseded_at=None)

    def ending_unfollowed(self, after: date, until: date) -> Self:
        """Return versions in force whose `valid_to` is after a day, up to another, and that no other follows."""
        next_one = {"group": models.OuterRef("group"), "name": models.OuterRef("name")}
        follows = TariffVersion.objects.in_force().filter(valid_from=models.OuterRef("valid_to"), **next_one)
        return self.in_force().filter(~models.Exists(follows), valid_to__gt=after, valid_to__lte=until)


TariffVersionManager = TenantManager.from_queryset(TariffVersionQuerySet)


class TariffVersion(TenantModel):
    """What one group pays by one list from a day up to, not including, another.

    A row is never changed: other contents, or another end, are a new row of the next revision, and the old one says
    when it was replaced. `payload` is the list in the words of its file format (rules.tariff_files.payload_of).
    """

    name = models.CharField(
        _("price list"), max_length=LONGEST_NAME, blank=True, help_text=_("Empty: the list for all who have no other.")
    )
    group = models.CharField(_("customer group"), max_length=20, choices=GROUPS)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to, not included"), null=True, blank=True)
    payload = models.JSONField(_("prices"))
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    source = models.CharField(_("source"), max_length=255)
    created_at = models.DateTimeField(_("stored"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    superseded_at = models.DateTimeField(_("replaced"), null=True)

    objects: "ClassVar[TariffVersionManager[Self]]" = TariffVersionManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "name", "group", "valid_from", "revision"], name="one_tariff_version_a_revision"
            ),
            ExclusionConstraint(
                name="one_tariff_at_a_time",
                expressions=[
                    ("tenant", "="),
                    ("name", "="),
                    ("group", "="),
                    (period_of_days(), RangeOperators.OVERLAPS),
                ],
                condition=models.Q(superseded_at=None),
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gt=models.F("valid_from")),
                name="tariff_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        name = f" {self.name}" if self.name else ""
        return f"{self.get_group_display()}{name}, {formatting.day(self.valid_from)}"

    @cached_property
    def tariff(self) -> Tariff:
        return tariff_files.tariff_from(
            self.payload,
            groups=(Group(self.group),),
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            name=self.name,
        )

    @property
    def version(self) -> Version:
        """The list as the rules know it; its reference is what explanations name."""
        return Version(self.tariff, f"{self.valid_from:%Y-%m-%d}/{self.revision}", self.pk)

    def says_the_same(self, payload: dict[str, Any], valid_to: date | None) -> bool:
        return (self.payload, self.valid_to) == (payload, valid_to)
