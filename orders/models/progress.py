"""What became of a job, step by step, and what customers report when it did not go as it should."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.jobs import Status
from orders.models.order import REASON_LENGTH, OrderLine
from portal.customers.models import Customer
from portal.tenancy.models import TenantManager, TenantModel

TEXT_LENGTH = 1000


class StatusChange(TenantModel):
    """One thing dispatch said of a job. Rows are only added; the job's own row holds the latest."""

    line = models.ForeignKey(OrderLine, models.CASCADE, related_name="steps", verbose_name=_("job"))
    status = models.CharField(_("status"), max_length=20, choices=Status.choices)
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH, blank=True)
    # When it happened, which may be long before we heard of it.
    at = models.DateTimeField(_("time"), default=timezone.now)
    # None: another system said it.
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("status change")
        verbose_name_plural = _("status changes")
        indexes = [models.Index(fields=["tenant", "line", "at"], name="steps_of_job")]

    def __str__(self) -> str:
        return str(Status(self.status).label)


class JobReportQuerySet(models.QuerySet["JobReport"]):
    def waiting(self) -> Self:
        return self.filter(answered_at=None)


JobReportManager = TenantManager.from_queryset(JobReportQuerySet)


class JobReport(TenantModel):
    """A customer says that a job was missed or did not go as it should; staff answer it, once."""

    class Kind(models.TextChoices):
        MISSED = "missed", pgettext_lazy("report", "Nobody came")
        NOT_DONE = "not_done", pgettext_lazy("report", "The job is not done, or only partly")
        WRONG = "wrong", pgettext_lazy("report", "The wrong unit or the wrong place")
        DAMAGE = "damage", pgettext_lazy("report", "Something was damaged or left in a mess")
        OTHER = "other", pgettext_lazy("report", "Something else")

    line = models.ForeignKey(OrderLine, models.CASCADE, related_name="reports", verbose_name=_("job"))
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", verbose_name=_("customer"))
    kind = models.CharField(_("what is wrong"), max_length=10, choices=Kind.choices)
    text = models.CharField(_("what happened"), max_length=TEXT_LENGTH, blank=True)
    reported_at = models.DateTimeField(_("reported"), default=timezone.now)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("reported by")
    )
    on_behalf = models.BooleanField(_("on behalf of the customer"), default=False)
    answer = models.CharField(_("answer to the customer"), max_length=TEXT_LENGTH, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )

    objects: "ClassVar[JobReportManager[Self]]" = JobReportManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("report of a job")
        verbose_name_plural = _("reports of jobs")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "line"], condition=models.Q(answered_at=None), name="one_open_report_per_job"
            ),
            models.CheckConstraint(
                condition=models.Q(answered_at=None, answer="")
                | (models.Q(answered_at__isnull=False) & ~models.Q(answer="")),
                name="report_answered_with_words",
            ),
            models.CheckConstraint(
                condition=models.Q(answered_by=None) | models.Q(answered_at__isnull=False),
                name="report_answered_by_somebody_at_some_time",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "reported_at"], condition=models.Q(answered_at=None), name="report_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.line.order.number_text} – {self.get_kind_display()}"

    @property
    def is_waiting(self) -> bool:
        return self.answered_at is None
