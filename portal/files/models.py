"""Files that people hand in and that the program makes. The content lies in the storage, under a name of our own."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.leaving.models import Leavable
from portal.tenancy.models import OneRow, TenantManager, TenantModel, current_tenant

# A file that nothing points at after so long never will be: its form was given up, or its transaction failed.
ORPHANED_AFTER = timedelta(days=1)


class State(models.TextChoices):
    """CLEAN may be served. WAITING is served when a scanner has seen it, INFECTED never. LOST is what was to be scanned
    and has no content.
    """

    CLEAN = "clean", _("Can be opened")
    WAITING = "waiting", _("Waiting for the virus scan")
    INFECTED = "infected", _("Stopped by the virus scan")
    LOST = "lost", _("Its content is gone")


def storage_name() -> str:
    """Return where a new file of the current tenant goes: nothing of it can be guessed, or comes from outside."""
    return f"{current_tenant().slug}/{timezone.now():%Y}/{uuid.uuid4().hex}"


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def waiting(self) -> Self:
        return self.filter(state=State.WAITING)

    def lost(self) -> Self:
        return self.filter(state=State.LOST)

    def needing_staff(self) -> Self:
        """Those that somebody must be asked to hand in again."""
        return self.filter(state__in=[State.INFECTED, State.LOST], left_at=None)

    def old(self, now: datetime) -> Self:
        return self.filter(created_at__lt=now - ORPHANED_AFTER)


StoredFileManager = TenantManager.from_queryset(StoredFileQuerySet)


class StoredFile(Leavable, TenantModel):
    """One file. Domain tables point at it with a ForeignKey or OneToOneField, on_delete=PROTECT.

    `name` is what the person called it, for showing and downloading only; `location` where it lies in the storage.
    """

    key = models.UUIDField(default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=200)
    location = models.CharField(max_length=200, default=storage_name, editable=False)
    media_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    scanned_at = models.DateTimeField(_("scanned"), null=True, editable=False)
    finding = models.CharField(_("finding"), max_length=200, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("handed in by")
    )
    created_at = models.DateTimeField(_("handed in"), default=timezone.now, editable=False)

    objects: "ClassVar[StoredFileManager[Self]]" = StoredFileManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [
            *Leavable.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "key"], name="one_file_per_key"),
            models.UniqueConstraint(fields=["tenant", "location"], name="one_file_per_location"),
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="file_state_is_known"),
        ]
        indexes = [
            models.Index(fields=["tenant", "-created_at"], name="file_by_time"),
            # What is asked for by state: most files by far can be opened.
            models.Index(
                fields=["tenant", "state"],
                condition=models.Q(state__in=["waiting", "infected", "lost"]),
                name="file_held_back",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_clean(self) -> bool:
        return self.state == State.CLEAN

    @property
    def is_gone(self) -> bool:
        """Whether there is no content to serve: the virus scan has stopped it, or it was not there to be scanned."""
        return self.state in {State.INFECTED, State.LOST}

    @property
    def is_image(self) -> bool:
        return self.media_type in {"image/jpeg", "image/png", "image/webp"}


class FileSettings(OneRow):
    """How a tenant wants files treated; no row: as the defaults say."""

    wait_without_scanner = models.BooleanField(
        _("hold files back while there is no virus scanner"),
        default=False,
        help_text=_("Otherwise files can be opened at once, unscanned, where no scanner is set up."),
    )

    class Meta(OneRow.Meta):
        verbose_name = _("file settings")
        verbose_name_plural = _("file settings")
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_file_settings")]

    def __str__(self) -> str:
        return str(_("file settings"))
