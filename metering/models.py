"""Metering points, who holds them when, their readings (a day is a row), and what was imported from where."""

from datetime import date, datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from metering import gsrn
from metering.days import RESOLUTIONS, DayValues, Direction, Peak
from metering.importers import reasons
from metering.importers.series import ImportProfile
from metering.partitions import Partitioned
from metering.scope import gsrns_in
from portal.customers.models import Customer
from portal.tenancy.models import TenantManager, TenantModel

# A file that is read for longer has lost its process.
LONGEST_IMPORT = timedelta(hours=2)
DIRECTIONS = [(Direction.CONSUMPTION.value, _("Consumption")), (Direction.PRODUCTION.value, _("Production"))]


def validate_gsrn(value: str) -> None:
    if not gsrn.is_valid(value):
        raise ValidationError(_("Write 18 digits; the last one is a check digit that must fit."), code="gsrn")


class MeteringPoint(TenantModel):
    """A place in the grid where energy is measured, with the facts a price depends on; empty is unknown.

    The prices themselves, and what is billed by them, are the billing app's.
    """

    class CustomerGroup(models.TextChoices):
        HOUSEHOLD = "household", _("Household")
        HOLIDAY_HOME = "holiday_home", _("Holiday home")
        SMALL_BUSINESS = "small_business", _("Small business")
        BUSINESS = "business", _("Business")

    class PriceArea(models.TextChoices):
        NO1 = "NO1", "NO1"
        NO2 = "NO2", "NO2"
        NO3 = "NO3", "NO3"
        NO4 = "NO4", "NO4"
        NO5 = "NO5", "NO5"

    gsrn = models.CharField(_("metering point ID"), max_length=18, validators=[validate_gsrn])
    address = models.CharField(_("address"), max_length=120, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=4, blank=True)
    city = models.CharField(_("city"), max_length=60, blank=True)
    county = models.CharField(_("county"), max_length=40, blank=True, help_text=_("Decides value added tax."))
    grid_station = models.CharField(
        _("grid station"), max_length=20, blank=True, help_text=_("The station that feeds it.")
    )
    meter_number = models.CharField(_("meter number"), max_length=20, blank=True)
    price_area = models.CharField(_("price area"), max_length=3, choices=PriceArea.choices, blank=True)
    customer_group = models.CharField(_("customer group"), max_length=20, choices=CustomerGroup.choices, blank=True)
    tariff_name = models.CharField(
        _("price list"), max_length=120, blank=True, help_text=_("Empty: the company's only or default one.")
    )
    holiday_home = models.BooleanField(_("holiday home"), default=False)
    dwellings = models.PositiveIntegerField(
        _("dwellings"), null=True, blank=True, help_text=_("For a housing cooperative that is measured as one.")
    )
    fuse_ampere = models.PositiveSmallIntegerField(_("main fuse (A)"), null=True, blank=True)
    has_production = models.BooleanField(_("has production"), default=False)

    class Meta(TenantModel.Meta):
        verbose_name = _("metering point")
        verbose_name_plural = _("metering points")
        constraints = [models.UniqueConstraint(fields=["tenant", "gsrn"], name="one_metering_point_per_gsrn")]
        indexes = [
            models.Index(fields=["tenant", "meter_number"], name="metering_point_by_meter"),
            # Who lives where the power is out.
            models.Index(fields=["tenant", "postal_code"], name="metering_point_by_postal_code"),
            models.Index(fields=["tenant", "grid_station"], name="metering_point_by_station"),
        ]

    def __str__(self) -> str:
        return self.address or self.gsrn


def _period() -> models.Func:
    """Return the days of a holding as a range, both ends included."""
    return models.Func(
        "valid_from", "valid_to", models.Value("[]"), function="daterange", output_field=DateRangeField()
    )


class HoldingQuerySet(models.QuerySet["Holding"]):
    def of(self, customer: Customer) -> Self:
        """Return all periods of a customer, the present and the latest first, with their metering points.

        Of a customer that somebody reads by a limited authorization, only those within it.
        """
        latest_first = models.F("valid_to").desc(nulls_first=True)
        rows = self.filter(customer=customer).select_related("metering_point")
        if customer.scope is not None:
            rows = rows.filter(metering_point__gsrn__in=gsrns_in(customer.scope))
        return rows.order_by(latest_first, "metering_point__address", "metering_point__gsrn")

    def held_on(self, day: date) -> Self:
        return self.filter(valid_from__lte=day).filter(models.Q(valid_to=None) | models.Q(valid_to__gte=day))


HoldingManager = TenantManager.from_queryset(HoldingQuerySet)


class Holding(TenantModel):
    """A customer holds a metering point from–to (both days included), and sees the readings of that time only.

    Who changes support scheme while staying gets a new holding from that day, so the scheme has its dates.
    """

    class SupportScheme(models.TextChoices):
        SUPPORT = "support", _("Electricity support")
        NORGESPRIS = "norgespris", _("Norgespris")
        NONE = "none", _("No scheme")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="holdings", verbose_name=_("customer"))
    metering_point = models.ForeignKey(
        MeteringPoint, models.CASCADE, related_name="holdings", verbose_name=_("metering point")
    )
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)
    support_scheme = models.CharField(_("support scheme"), max_length=12, choices=SupportScheme.choices, blank=True)

    objects: "ClassVar[HoldingManager[Self]]" = HoldingManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("holding")
        verbose_name_plural = _("holdings")
        constraints = [
            # Two holders at a time would see each other's readings.
            ExclusionConstraint(
                name="one_holder_at_a_time",
                expressions=[("tenant", "="), ("metering_point", "="), (_period(), RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="holding_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metering_point} – {self.customer}"


class ReadingDay(Partitioned, TenantModel):
    """One local day of one direction: `values_wh` in the order of time, NULL where a value is missing.

    Written only by `actions`, in bulk. In the database the metering point's key carries the tenant, months are
    partitions that `metering_open_month` makes, and the runtime role has no rights on a partition itself.
    """

    metering_point = models.ForeignKey(
        MeteringPoint, models.PROTECT, related_name="reading_days", db_index=False, db_constraint=False
    )
    total_wh = models.BigIntegerField()
    day = models.DateField()
    peak_wh = models.IntegerField(null=True)
    direction = models.SmallIntegerField(choices=DIRECTIONS)
    resolution_minutes = models.SmallIntegerField(choices=[(minutes, str(minutes)) for minutes in RESOLUTIONS])
    # Counted from the day's beginning, so that the two hours at 02 in autumn are 2 and 3.
    peak_hour = models.SmallIntegerField(null=True)
    # How often a value of the day was replaced; each time the day before is kept as a ReadingDayRevision.
    revision = models.SmallIntegerField(default=0)
    values_wh = ArrayField(models.IntegerField(null=True))
    quality = ArrayField(models.SmallIntegerField(), null=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("day of readings")
        verbose_name_plural = _("days of readings")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "metering_point", "direction", "day"], name="one_reading_day")
        ]

    def __str__(self) -> str:
        return f"{self.metering_point_id} {self.day}"

    @property
    def day_values(self) -> DayValues:
        return DayValues(self.day, self.resolution_minutes, self.values_wh, self.quality)

    @property
    def peak(self) -> Peak | None:
        return None if self.peak_wh is None or self.peak_hour is None else Peak(self.peak_wh, self.peak_hour)


class ImportSettings(TenantModel):
    """How the files of this company's sender deviate; no row means that they do not."""

    swap_directions = models.BooleanField(
        _("swap directions"), default=False, help_text=_("The sender means the opposite of “in” and “out”.")
    )
    utc_offset_minutes = models.SmallIntegerField(
        _("minutes ahead of UTC"), default=60, help_text=_("For files that do not say. Norwegian normal time is 60.")
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("import settings")
        verbose_name_plural = _("import settings")
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_row_of_import_settings")]

    def __str__(self) -> str:
        return gettext("Import settings")

    @classmethod
    def current(cls) -> Self:
        return cls.objects.first() or cls()

    @property
    def profile(self) -> ImportProfile:
        return ImportProfile(swap_directions=self.swap_directions, utc_offset_minutes=self.utc_offset_minutes)


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    def broken_off(self, now: datetime) -> Self:
        """Files that failed, and those whose import must have been killed: nobody was left to say so."""
        killed = models.Q(state=ImportBatch.State.RUNNING, started_at__lt=now - LONGEST_IMPORT)
        return self.filter(models.Q(state=ImportBatch.State.FAILED) | killed)


ImportBatchManager = TenantManager.from_queryset(ImportBatchQuerySet)


class ImportBatch(TenantModel):
    """A meter file: what it was and what came of it. Values are counted, not series."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    sha256 = models.CharField(_("fingerprint"), max_length=64)
    file_name = models.CharField(_("file"), max_length=255)
    file_bytes = models.BigIntegerField(_("size"))
    file_format = models.CharField(_("format"), max_length=20, blank=True)
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


class ReadingDayRevision(TenantModel):
    """A day as it was before a correction; rows are only ever added."""

    metering_point = models.ForeignKey(MeteringPoint, models.CASCADE, related_name="+", db_index=False)
    direction = models.SmallIntegerField(choices=DIRECTIONS)
    day = models.DateField()
    revision = models.SmallIntegerField()
    resolution_minutes = models.SmallIntegerField()
    values_wh = ArrayField(models.IntegerField(null=True))
    quality = ArrayField(models.SmallIntegerField(), null=True)
    replaced_at = models.DateTimeField()
    replaced_by = models.ForeignKey(ImportBatch, models.PROTECT, related_name="+", verbose_name=_("meter file"))

    class Meta(TenantModel.Meta):
        verbose_name = _("replaced day of readings")
        verbose_name_plural = _("replaced days of readings")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "metering_point", "direction", "day", "revision"], name="one_reading_day_revision"
            )
        ]

    def __str__(self) -> str:
        return f"{self.metering_point_id} {self.day} ({self.revision})"
