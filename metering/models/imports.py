"""What was imported from where, what could not be, and how this company's files are to be taken."""

from datetime import date, datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce, Mod
from django.db.models.lookups import Exact
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from metering.days import Direction
from metering.importers import reasons
from metering.importers.series import ImportProfile
from metering.models.points import MeteringPoint
from portal.files.models import StoredFile
from portal.tenancy.models import OneRow, TenantManager, TenantModel, current_tenant
from portal.ui import formatting

# A file that is read for longer has lost its process.
LONGEST_IMPORT = timedelta(hours=2)
# How long a file that was not right waits for somebody to look at it.
FAULTY_FOR = timedelta(days=7)
# So long the content of a file that was not all taken in waits to be read again.
UPLOAD_KEPT = timedelta(days=14)
# What zones of the world there are: from twelve hours behind to fourteen ahead, in quarters of an hour.
FIRST_OFFSET, LAST_OFFSET, OFFSET_STEP = -720, 840, 15
# What they are called is kept; only one of the names is not the same in all languages.
FORMATS = [
    *((name, name) for name in ("GS2", "Elhub XML", "Elhub CSV")),
    ("Elhub CSV (old)", _("Elhub CSV (old)")),
]
DIRECTIONS = [(Direction.CONSUMPTION.value, _("Consumption")), (Direction.PRODUCTION.value, _("Production"))]


def validate_utc_offset(minutes: int) -> None:
    """Raises ValidationError for a difference from UTC that no clock has."""
    if not FIRST_OFFSET <= minutes <= LAST_OFFSET or minutes % OFFSET_STEP:
        raise ValidationError(
            _("Enter whole quarters of an hour from %(first)d to %(last)d, for example 60 for Norwegian normal time."),
            params={"first": FIRST_OFFSET, "last": LAST_OFFSET},
        )


class ImportSettings(OneRow):
    """How the files of this company's sender deviate; no row means that they do not."""

    swap_directions = models.BooleanField(
        _("swap directions"), default=False, help_text=_("The sender means the opposite of “in” and “out”.")
    )
    utc_offset_minutes = models.SmallIntegerField(
        _("minutes ahead of UTC"),
        default=60,
        validators=[validate_utc_offset],
        help_text=_("For files that do not say. Norwegian normal time is 60."),
    )
    watches_folder = models.BooleanField(
        _("fetch files from the folder"),
        default=False,
        help_text=_("Files that are put into the company's folder on the server are read within a minute."),
    )
    alert_email = models.EmailField(
        _("e-mail for alerts"),
        blank=True,
        help_text=_("Told when a file fails, and when yesterday's values are missing."),
    )
    missing_share_percent = models.PositiveSmallIntegerField(
        _("missing values: alert above (%)"),
        default=5,
        validators=[MaxValueValidator(100)],
        help_text=_("Share of the metering points without yesterday's values at 09:00."),
    )
    parked_days = models.PositiveSmallIntegerField(
        _("days to keep values of unknown metering points"),
        default=90,
        validators=[MaxValueValidator(1000)],
        help_text=_("They are taken in when the metering point is registered."),
    )
    parked_values_limit = models.PositiveIntegerField(_("values of unknown metering points at most"), default=5_000_000)
    retention_years = models.PositiveSmallIntegerField(
        _("whole years to keep readings"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
        help_text=_("Besides the current year. Older readings are deleted at night."),
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("import settings")
        verbose_name_plural = _("import settings")
        constraints = [
            models.UniqueConstraint(fields=["tenant"], name="one_row_of_import_settings"),
            models.CheckConstraint(
                condition=models.Q(utc_offset_minutes__range=(FIRST_OFFSET, LAST_OFFSET))
                & models.Q(Exact(Mod("utc_offset_minutes", OFFSET_STEP), 0)),
                name="utc_offset_that_clocks_have",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Import settings")

    def first_day_kept(self, today: date) -> date:
        """Return the day before which readings are deleted."""
        return date(max(today.year - self.retention_years, 1), 1, 1)

    @property
    def profile(self) -> ImportProfile:
        return ImportProfile(
            swap_directions=self.swap_directions,
            utc_offset_minutes=self.utc_offset_minutes,
            zone=current_tenant().zone,
        )


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    def broken_off(self, now: datetime) -> Self:
        """Files that failed, and those whose import must have been killed: nobody was left to say so."""
        killed = models.Q(state=ImportBatch.State.RUNNING, started_at__lt=now - LONGEST_IMPORT)
        return self.filter(models.Q(state=ImportBatch.State.FAILED) | killed)

    def lately_faulty(self, now: datetime) -> Self:
        """Files that were not right when they had been read, or when what was parked of them was taken in."""
        return self.filter(state=ImportBatch.State.FAULTY, finished_at__gte=now - FAULTY_FOR)


ImportBatchManager = TenantManager.from_queryset(ImportBatchQuerySet)


class ImportBatch(TenantModel):
    """A meter file: what it was and what came of it. Values are counted, not series."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        # Read to its end, or to where that was no longer possible, and not right as a whole, or mostly refused.
        FAULTY = "faulty", _("With faults")
        FAILED = "failed", _("Failed")

    sha256 = models.CharField(_("fingerprint"), max_length=64)
    file_name = models.CharField(_("file"), max_length=255)
    file_bytes = models.BigIntegerField(_("size"))
    file_format = models.CharField(_("format"), max_length=20, blank=True, choices=FORMATS)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RUNNING)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True)
    seconds = models.FloatField(_("seconds"), default=0)
    series = models.IntegerField(_("series"), default=0)
    accepted = models.BigIntegerField(_("accepted"), default=0)
    corrected = models.BigIntegerField(_("corrected"), default=0)
    unchanged = models.BigIntegerField(_("unchanged"), default=0)
    rejected = models.BigIntegerField(_("rejected"), default=0)
    parked = models.BigIntegerField(_("parked"), default=0)
    issue_count = models.IntegerField(_("issues"), default=0)

    objects: "ClassVar[ImportBatchManager[Self]]" = ImportBatchManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("meter file")
        verbose_name_plural = _("meter files")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "sha256"], name="one_batch_per_file"),
            models.CheckConstraint(
                condition=models.Q(state="running", finished_at=None)
                | (~models.Q(state="running") & models.Q(finished_at__isnull=False)),
                name="batch_finished_when_not_running",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "-started_at"], name="batch_by_time")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def lacks_point(self) -> bool:
        """True when it does not name its metering point, and nobody has done so for it."""
        return self.is_read and self.issues.filter(code="point_not_named").exists()

    @property
    def is_read(self) -> bool:
        return self.state in {self.State.DONE, self.State.FAULTY}

    @property
    def values_per_second(self) -> int:
        return int((self.accepted + self.corrected + self.unchanged) / self.seconds) if self.seconds else 0


class ImportIssue(TenantModel):
    """Something in a file that was not taken in (or is worth a note), with where and why."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="issues", verbose_name=_("meter file"))
    line = models.IntegerField(_("line"))
    reference = models.CharField(_("metering point"), max_length=60, blank=True)
    code = models.CharField(_("reason"), max_length=40)
    params = models.JSONField(default=dict)
    values = models.IntegerField(_("values"), default=0)
    is_note = models.BooleanField(_("note"), default=False)

    class Meta(TenantModel.Meta):
        verbose_name = _("import issue")
        verbose_name_plural = _("import issues")
        indexes = [models.Index(fields=["tenant", "reference"], name="issue_by_reference")]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """Return the reason in the active language."""
        return reasons.text_for(self.code, self.params)


class ParkedSeriesQuerySet(models.QuerySet["ParkedSeries"]):
    def of_files_that_are_read(self, now: datetime) -> Self:
        """Leave out those of files that are being read: the report of such a file is written at its end."""
        is_live = models.Q(batch__state=ImportBatch.State.RUNNING, batch__started_at__gte=now - LONGEST_IMPORT)
        return self.exclude(is_live)

    def of_registered_points(self) -> Self:
        """Return those whose metering point has appeared."""
        return self.filter(_registered())

    def newest_of_unknown_points(self) -> Self:
        """Return the newest of each metering point that files name and nobody has registered."""
        unknown = self.exclude(_registered()).order_by("gsrn", "-parked_at", "-pk").distinct("gsrn")
        return self.filter(pk__in=unknown.values("pk"))


def _registered() -> models.Exists:
    return models.Exists(MeteringPoint.objects.filter(gsrn=models.OuterRef("gsrn")))


ParkedSeriesManager = TenantManager.from_queryset(ParkedSeriesQuerySet)


class ParkedSeries(TenantModel):
    """Values of a metering point that is not registered yet, as they stood in a file; deleted once taken in."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="parked_series", verbose_name=_("meter file"))
    gsrn = models.CharField(_("metering point ID"), max_length=18)
    direction = models.SmallIntegerField(_("direction"), choices=DIRECTIONS)
    start_utc = models.DateTimeField(_("from"))
    resolution_minutes = models.SmallIntegerField(_("minutes a value"))
    values_wh = ArrayField(models.IntegerField(null=True))
    quality = ArrayField(models.SmallIntegerField(), null=True)
    registered_at = models.DateTimeField(_("registered"), null=True)
    line = models.IntegerField(_("line"))
    parked_at = models.DateTimeField(_("parked"))

    objects: "ClassVar[ParkedSeriesManager[Self]]" = ParkedSeriesManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("parked series")
        verbose_name_plural = _("parked series of values")
        indexes = [
            models.Index(fields=["tenant", "gsrn"], name="parked_by_gsrn"),
            models.Index(fields=["tenant", "parked_at"], name="parked_by_time"),
        ]

    def __str__(self) -> str:
        return formatting.gsrn(self.gsrn)


class ImportUploadQuerySet(models.QuerySet["ImportUpload"]):
    def asked_before(self, moment: datetime) -> Self:
        """Return those that were handed in, or were to be read again, before a moment."""
        return self.alias(asked_at=Coalesce("again_at", "uploaded_at")).filter(asked_at__lt=moment)

    def with_content_of(self, batch: ImportBatch) -> Self:
        """Return those whose content is kept and has a meter file in it."""
        is_of_it = models.Q(batch_ids__contains=[batch.pk]) | models.Q(stored__sha256=batch.sha256)
        return self.filter(is_of_it, stored__isnull=False).order_by("-uploaded_at", "-pk")

    def kept_long_enough(self, now: datetime) -> Self:
        return self.filter(stored__isnull=False, finished_at__lt=now - UPLOAD_KEPT)


ImportUploadManager = TenantManager.from_queryset(ImportUploadQuerySet)


class ImportUpload(TenantModel):
    """A file that staff handed in, on its way through the worker. An archive can hold several meter files."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        # One of its meter files is.
        FAULTY = "faulty", _("With faults")
        FAILED = "failed", _("Failed")

    file_name = models.CharField(_("file"), max_length=255)
    file_bytes = models.BigIntegerField(_("size"))
    reference = models.CharField(_("metering point ID"), max_length=18, blank=True)
    # The content; deleted when all of it has been taken in, or it has waited long enough to be read again.
    stored = models.OneToOneField(StoredFile, models.PROTECT, null=True, editable=False, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    read_bytes = models.BigIntegerField(default=0)
    uploaded_at = models.DateTimeField(_("uploaded"))
    # When somebody wanted it read again, also of what was read before.
    again_at = models.DateTimeField(_("asked to be read again"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    batch_ids = ArrayField(models.BigIntegerField(), default=list)

    objects: "ClassVar[ImportUploadManager[Self]]" = ImportUploadManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("uploaded meter file")
        verbose_name_plural = _("uploaded meter files")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "running"], finished_at=None)
                | models.Q(state__in=["done", "faulty", "failed"], finished_at__isnull=False),
                name="upload_finished_when_not_on_its_way",
            )
        ]
        indexes = [models.Index(fields=["tenant", "-uploaded_at"], name="upload_by_time")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_on_its_way(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def can_be_read_again(self) -> bool:
        return not self.is_on_its_way and self.stored_id is not None

    @property
    def lacks_point(self) -> bool:
        """True when it can be read again with its metering point. Of several files, one point cannot be for all."""
        if not self.can_be_read_again or len(self.batch_ids) != 1:
            return False
        batch = ImportBatch.objects.filter(pk=self.batch_ids[0]).first()
        return batch is not None and batch.lacks_point

    @property
    def kept_until(self) -> datetime | None:
        """Return when its content goes, where that is kept and nobody reads it."""
        return self.finished_at + UPLOAD_KEPT if self.finished_at and self.can_be_read_again else None

    @property
    def percent(self) -> int:
        """How much of the file has been read, 0 to 100."""
        return min(100, self.read_bytes * 100 // self.file_bytes) if self.file_bytes else 100


class MissingValuesCheck(TenantModel):
    """What was found in the morning: how many metering points lacked the values of the day before."""

    day = models.DateField(_("day"))
    points = models.IntegerField(_("metering points"))
    missing = models.IntegerField(_("without values"))
    is_alarming = models.BooleanField(_("above the limit"))
    checked_at = models.DateTimeField(_("checked"))

    class Meta(TenantModel.Meta):
        verbose_name = _("check for missing values")
        verbose_name_plural = _("checks for missing values")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "day"], name="one_missing_values_check_a_day"),
            models.CheckConstraint(
                condition=models.Q(missing__lte=models.F("points")), name="no_more_missing_than_all"
            ),
        ]

    def __str__(self) -> str:
        return formatting.day(self.day)

    @property
    def percent(self) -> int:
        """Share of the points without values, 0 to 100, rounded down."""
        return self.missing * 100 // self.points if self.points else 0
