"""Hazards that people report, and who is on duty to hear of them."""

import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.customers.models import Customer
from portal.files.models import StoredFile
from portal.tenancy.models import TenantManager, TenantModel


class HazardReportQuerySet(models.QuerySet["HazardReport"]):
    def waiting(self) -> Self:
        return self.filter(state=HazardReport.State.NEW)

    def naming_somebody(self) -> Self:
        """Those with the contact of a reporter who was not signed in."""
        return self.exclude(contact_name="", contact_phone="")

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")


HazardReportManager = TenantManager.from_queryset(HazardReportQuerySet)


class HazardReport(TenantModel):
    """Something dangerous in the grid, as somebody saw it. Who is not signed in gives what contact they like."""

    class Kind(models.TextChoices):
        CABINET = "cabinet", _("Open or damaged electrical cabinet")
        LINE = "line", _("Fallen or low-hanging line")
        TREE = "tree", _("Tree on a line")
        MAST = "mast", _("Damaged mast")
        OTHER = "other", _("Something else")

    class State(models.TextChoices):
        NEW = "new", _("New")
        UNDERWAY = "underway", _("Being dealt with")
        CLOSED = "closed", _("Made safe")
        NOTHING = "nothing", _("No hazard")

    number = models.PositiveBigIntegerField(_("number"), editable=False)
    kind = models.CharField(_("what"), max_length=10, choices=Kind.choices)
    text = models.TextField(_("description"), blank=True)
    address = models.CharField(_("where"), max_length=200)
    gsrn = models.CharField(_("metering point"), max_length=18, blank=True)
    latitude = models.DecimalField(
        max_digits=8, decimal_places=6, null=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.DecimalField(
        max_digits=9, decimal_places=6, null=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    accuracy_m = models.PositiveIntegerField(_("accuracy (m)"), null=True)
    contact_name = models.CharField(_("name"), max_length=120, blank=True)
    contact_phone = models.CharField(_("phone"), max_length=16, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("user")
    )
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True, related_name="+", verbose_name=_("customer"))
    created_at = models.DateTimeField(_("reported"), default=timezone.now)
    # Made by the page with the form: sent twice with the same key it is one report.
    submission_key = models.UUIDField(default=uuid.uuid4, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.NEW)
    note = models.TextField(_("note of the duty"), blank=True)

    objects: "ClassVar[HazardReportManager[Self]]" = HazardReportManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("hazard report")
        verbose_name_plural = _("hazard reports")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="one_hazard_report_per_number"),
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="one_hazard_report_per_submission"),
            models.CheckConstraint(
                condition=models.Q(latitude=None, longitude=None)
                | models.Q(latitude__isnull=False, longitude__isnull=False),
                name="hazard_position_is_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "-created_at"], name="hazard_by_time"),
            models.Index(fields=["tenant"], condition=models.Q(state="new"), name="hazard_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.shown_number} {self.get_kind_display()}"

    @property
    def shown_number(self) -> str:
        return f"F-{self.number}"

    @property
    def state_color(self) -> str:
        return {"new": "info", "underway": "warning", "closed": "success"}.get(self.state, "neutral")


class HazardPhoto(TenantModel):
    """A picture of it. Only staff see it."""

    report = models.ForeignKey(HazardReport, models.CASCADE, related_name="photos", verbose_name=_("hazard report"))
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))

    class Meta(TenantModel.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self) -> str:
        return self.file.name


class DutyContact(TenantModel):
    """Somebody who is told at once when a hazard is reported."""

    name = models.CharField(_("name"), max_length=120)
    phone = models.CharField(_("mobile"), max_length=16, blank=True, help_text=_("With country code, +47…"))
    email = models.EmailField(_("e-mail"), blank=True)
    is_active = models.BooleanField(_("on duty"), default=True)

    in_words: ClassVar[dict[str, tuple[str, Any]]] = {
        "duty_contact_can_be_reached": ("phone", _("Write a mobile number or an e-mail address.")),
    }

    class Meta(TenantModel.Meta):
        verbose_name = _("duty contact")
        verbose_name_plural = _("duty contacts")
        constraints = [
            models.CheckConstraint(condition=~models.Q(phone="", email=""), name="duty_contact_can_be_reached")
        ]

    def __str__(self) -> str:
        return self.name
