"""Inspections of electrical installations: the report, what was wrong, and what the customer says is mended."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Min, Q
from django.utils.translation import gettext_lazy as _

from portal.customers.models import Customer
from portal.files.models import StoredFile
from portal.tenancy.models import TenantManager, TenantModel

TEXT_LENGTH = 4000


class InspectionReportQuerySet(models.QuerySet["InspectionReport"]):
    def of(self, customer: Customer) -> Self:
        """Return a customer's reports, the last inspection first, with how much is left to mend and until when."""
        left = Q(deviations__state=Deviation.State.OPEN)
        return (
            self.filter(customer=customer)
            .annotate(left=Count("deviations", filter=left), next_deadline=Min("deviations__deadline", filter=left))
            .order_by("-inspected_on", "-pk")
        )


InspectionReportManager = TenantManager.from_queryset(InspectionReportQuerySet)


class InspectionReport(TenantModel):
    """What an inspector has found at one metering point. `number` is the inspectors' own."""

    number = models.CharField(_("number"), max_length=40)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", verbose_name=_("customer"))
    gsrn = models.CharField(_("metering point"), max_length=18, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    inspected_on = models.DateField(_("inspected"))
    inspector = models.CharField(_("inspector"), max_length=120, blank=True)
    summary = models.TextField(_("summary"), max_length=TEXT_LENGTH, blank=True)
    # The inspectors' own document; without it the portal makes one.
    document = models.OneToOneField(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name=_("document"))

    objects: "ClassVar[InspectionReportManager[Self]]" = InspectionReportManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("inspection report")
        verbose_name_plural = _("inspection reports")
        constraints = [models.UniqueConstraint(fields=["tenant", "number"], name="one_report_per_number")]
        indexes = [models.Index(fields=["tenant", "customer", "-inspected_on"], name="reports_of_customer")]

    def __str__(self) -> str:
        return self.number


class Deviation(TenantModel):
    """Something that must be mended. `answer` is what the customer last said of it, `note` what staff replied."""

    class Severity(models.TextChoices):
        NOTE = "note", _("To note")
        MINOR = "minor", _("To be mended")
        DANGEROUS = "dangerous", _("Dangerous: mend at once")

    class State(models.TextChoices):
        OPEN = "open", _("Not mended")
        REPORTED = "reported", _("Reported mended")
        CLOSED = "closed", _("Closed")

    report = models.ForeignKey(
        InspectionReport, models.CASCADE, related_name="deviations", verbose_name=_("inspection report")
    )
    number = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("what is wrong"), max_length=200)
    text = models.TextField(_("description"), max_length=TEXT_LENGTH, blank=True)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices, default=Severity.MINOR)
    deadline = models.DateField(_("deadline"), null=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    answer = models.TextField(_("what the customer says"), max_length=TEXT_LENGTH, blank=True)
    answered_at = models.DateTimeField(_("said"), null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("said by")
    )
    answered_on_behalf = models.BooleanField(_("said on behalf of the customer"), default=False)
    note = models.TextField(_("our reply"), max_length=TEXT_LENGTH, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("deviation")
        verbose_name_plural = _("deviations")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "report", "number"], name="one_deviation_per_number"),
            models.CheckConstraint(
                condition=models.Q(answered_by=None) | models.Q(answered_at__isnull=False),
                name="deviation_answered_when",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "state", "answered_at"], name="deviation_queue")]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class DeviationPicture(TenantModel):
    """A picture of how it was mended."""

    deviation = models.ForeignKey(Deviation, models.CASCADE, related_name="pictures", verbose_name=_("deviation"))
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))

    class Meta(TenantModel.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.file.name
