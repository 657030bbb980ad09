"""Exports that are made in the background, for the one who asked."""

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.cache import cache
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from portal.files.models import StoredFile
from portal.tenancy.models import TenantManager, TenantModel

KEPT = timedelta(days=7)
# A job whose wake-up was lost is started by the sweep after so long.
LOST_AFTER = timedelta(minutes=2)
# A job may run as long as Celery lets it (an hour); after that its worker is dead.
DEAD_AFTER = timedelta(minutes=65)
MOST_ATTEMPTS = 2
# Of one person; each takes a worker for a while.
MOST_UNDER_WAY = 5


class State(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Being made")
    DONE = "done", _("Ready")
    FAILED = "failed", _("Failed")


class ExportJobQuerySet(models.QuerySet["ExportJob"]):
    def under_way(self) -> Self:
        return self.filter(state__in=[State.QUEUED, State.RUNNING])

    def lost(self, now: datetime) -> Self:
        """Jobs that wait for a worker that was never told of them."""
        return self.filter(state=State.QUEUED, queued_at__lt=now - LOST_AFTER)

    def dead(self, now: datetime) -> Self:
        """Jobs whose worker is gone."""
        return self.filter(state=State.RUNNING, started_at__lt=now - DEAD_AFTER)

    def outlived(self, now: datetime) -> Self:
        return self.filter(created_at__lt=now - KEPT).exclude(state__in=[State.QUEUED, State.RUNNING])

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")


ExportJobManager = TenantManager.from_queryset(ExportJobQuerySet)


class ExportJob(TenantModel):
    """One export. `params` goes to the exporter; `name` is the file's, without its ending."""

    key = models.UUIDField(default=uuid.uuid4, editable=False)
    exporter = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    # Of exporter, params, format and language.
    fingerprint = models.CharField(max_length=64, editable=False)
    title = models.CharField(_("what"), max_length=200)
    name = models.CharField(max_length=100)
    format = models.CharField(max_length=4, choices=[("csv", "CSV"), ("xlsx", "Excel")])
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("asked for by"))
    customer = models.ForeignKey("customers.Customer", models.CASCADE, null=True, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    rows = models.PositiveBigIntegerField(_("rows"), null=True)
    file = models.OneToOneField(StoredFile, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("asked for"), default=timezone.now)
    queued_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects: "ClassVar[ExportJobManager[Self]]" = ExportJobManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "key"], name="one_export_per_key"),
            # Pressed twice it is still one.
            models.UniqueConstraint(
                fields=["tenant", "user", "fingerprint"],
                condition=models.Q(state__in=["queued", "running"]),
                name="one_export_under_way",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="done") | models.Q(file__isnull=False, finished_at__isnull=False),
                name="done_export_has_file",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="running") | models.Q(started_at__isnull=False),
                name="running_export_has_start",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "user", "-created_at"], name="export_of_user")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_under_way(self) -> bool:
        return self.state in {State.QUEUED, State.RUNNING}

    @property
    def expires_at(self) -> datetime:
        return self.created_at + KEPT

    @property
    def percent(self) -> int | None:
        """How far it is, None when nobody knows. Kept in the cache: the worker's transaction shows nothing until the
        end.
        """
        try:
            found: Any = cache.get(self.progress_key)
        except RedisError:
            # There is no progress to show, and the page still works.
            return None
        return found if isinstance(found, int) else None

    @property
    def progress_key(self) -> str:
        return f"export:{self.key}"
