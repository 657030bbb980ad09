"""Power cuts and planned work, with what was said of them on the way."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outages.rules.affected import Affected, area_from
from outages.rules.phase import SHOWN_AFTERWARDS, Kind, Phase, Times
from outages.rules.problems import ENDS_BEFORE_START, PLANNED_NEEDS_END, RESTORED_BEFORE_START
from portal.customers.gsrn import validate_gsrn
from portal.tenancy.models import TenantManager, TenantModel
from portal.ui.fields import validate_postal_code


class OutageQuerySet(models.QuerySet["Outage"]):
    def published(self) -> Self:
        return self.filter(is_published=True)

    def of_interest(self, now: datetime) -> Self:
        """Those that may still be shown (`Times.is_shown` has the last word)."""
        since = now - SHOWN_AFTERWARDS
        is_open = models.Q(restored_at=None, kind=Kind.OUTAGE) | models.Q(restored_at=None, expected_at__gt=since)
        would_last = models.Q(expected_at__gt=now) | models.Q(expected_at=None, starts_at__gt=now)
        return self.published().filter(
            is_open | models.Q(restored_at__gt=since), models.Q(cancelled_at=None) | would_last
        )

    def not_over(self, now: datetime) -> Self:
        """Power cuts that nobody has ended, and planned work whose time is not up."""
        lasts = models.Q(kind=Kind.OUTAGE) | models.Q(expected_at__gt=now)
        return self.filter(lasts, restored_at=None, cancelled_at=None)

    def late(self, now: datetime) -> Self:
        """Power cuts that should be over (`Times.is_late`)."""
        return self.published().not_over(now).filter(kind=Kind.OUTAGE, expected_at__lte=now)

    def first_first(self) -> Self:
        return self.order_by("starts_at", "pk")


OutageManager = TenantManager.from_queryset(OutageQuerySet)


class Outage(TenantModel):
    """One power cut, or one piece of planned work. `version` counts the saves, so that nobody overwrites another."""

    class Kinds(models.TextChoices):
        OUTAGE = Kind.OUTAGE.value, _("Power cut")
        PLANNED = Kind.PLANNED.value, _("Planned work")

    class Cause(models.TextChoices):
        UNKNOWN = "unknown", _("Not known yet")
        WEATHER = "weather", _("Weather")
        TREE = "tree", _("Tree on the line")
        CABLE = "cable", _("Damaged cable")
        EQUIPMENT = "equipment", _("Fault in equipment")
        MAINTENANCE = "maintenance", _("Maintenance")
        RENEWAL = "renewal", _("Renewal of the grid")
        CONNECTION = "connection", _("Connecting new customers")
        FELLING = "felling", _("Tree felling")
        OTHER = "other", _("Other")

    kind = models.CharField(_("what"), max_length=10, choices=Kinds.choices, default=Kinds.OUTAGE)
    cause = models.CharField(_("cause"), max_length=15, choices=Cause.choices, default=Cause.UNKNOWN)
    area_name = models.CharField(
        _("where"), max_length=120, help_text=_("As people there call it: “Solvika sentrum and Åsen”.")
    )
    message = models.JSONField(_("what customers should know"), default=dict, blank=True, help_text=_("By language."))
    starts_at = models.DateTimeField(_("from"), default=timezone.now)
    expected_at = models.DateTimeField(_("expected back"), null=True, blank=True)
    restored_at = models.DateTimeField(_("power back"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("called off"), null=True, blank=True)
    is_published = models.BooleanField(_("published"), default=True)

    postal_codes = ArrayField(
        models.CharField(max_length=4, validators=[validate_postal_code]),
        verbose_name=_("postal codes"),
        default=list,
        blank=True,
    )
    streets = ArrayField(models.CharField(max_length=120), verbose_name=_("streets"), default=list, blank=True)
    grid_stations = ArrayField(
        models.CharField(max_length=20), verbose_name=_("grid stations"), default=list, blank=True
    )
    gsrns = ArrayField(
        models.CharField(max_length=18, validators=[validate_gsrn]),
        verbose_name=_("metering points"),
        default=list,
        blank=True,
    )

    # The postal codes it reaches, the named ones and those of the installations behind stations and numbers.
    reach = ArrayField(models.CharField(max_length=4), default=list, editable=False)

    external_id = models.CharField(_("number at the operations centre"), max_length=60, blank=True)
    external_changed_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("registered"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects: "ClassVar[OutageManager[Self]]" = OutageManager()

    in_words: ClassVar[dict[str, tuple[str, Any]]] = {
        "outage_is_expected_to_end_after_it_begins": (ENDS_BEFORE_START.field, ENDS_BEFORE_START.message),
        "outage_ends_after_it_begins": (RESTORED_BEFORE_START.field, RESTORED_BEFORE_START.message),
        "planned_work_has_an_end": (PLANNED_NEEDS_END.field, PLANNED_NEEDS_END.message),
    }

    class Meta(TenantModel.Meta):
        verbose_name = _("outage")
        verbose_name_plural = _("outages")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "external_id"], condition=~models.Q(external_id=""), name="one_outage_per_external_id"
            ),
            models.CheckConstraint(
                condition=models.Q(expected_at=None) | models.Q(expected_at__gt=models.F("starts_at")),
                name="outage_is_expected_to_end_after_it_begins",
            ),
            models.CheckConstraint(
                condition=models.Q(restored_at=None) | models.Q(restored_at__gte=models.F("starts_at")),
                name="outage_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=Kind.PLANNED.value) | models.Q(expected_at__isnull=False),
                name="planned_work_has_an_end",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "-starts_at"], name="outage_by_time")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.area_name}"

    @property
    def times(self) -> Times:
        return Times(
            kind=Kind(self.kind),
            starts_at=self.starts_at,
            expected_at=self.expected_at,
            restored_at=self.restored_at,
            cancelled_at=self.cancelled_at,
        )

    @property
    def area(self) -> dict[str, list[str]]:
        """The area as it is written down."""
        return {
            "postal_codes": self.postal_codes,
            "streets": self.streets,
            "grid_stations": self.grid_stations,
            "gsrns": self.gsrns,
        }

    @property
    def affected(self) -> Affected:
        return area_from(**self.area)

    def phase(self, now: datetime) -> Phase:
        return self.times.phase(now)


class OutageUpdate(TenantModel):
    """What was said at a time, and what was then expected."""

    outage = models.ForeignKey(Outage, models.CASCADE, related_name="updates", verbose_name=_("outage"))
    at = models.DateTimeField(_("time"), default=timezone.now)
    text = models.JSONField(_("text"), default=dict, help_text=_("By language."))
    expected_at = models.DateTimeField(_("expected back"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("who")
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("update")
        verbose_name_plural = _("updates")
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["tenant", "outage", "at"], name="one_update_at_a_time")]

    def __str__(self) -> str:
        return self.tenant.text(self.text)
