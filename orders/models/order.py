"""Orders as they were sent, and what became of each job."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.jobs import JOB_LABELS, JOB_NOUNS, JobType
from orders.models.basket import DESTINATION_LENGTH, NOTE_LENGTH, REFERENCE_LENGTH
from orders.models.names import copied_names, name_of
from orders.models.places import Location, Placement, Volume, volume_text
from orders.wording import number_text, title_of
from portal.customers.models import Customer
from portal.tenancy.models import TenantManager, TenantModel


class Status(models.TextChoices):
    """What has become of a job."""

    RECEIVED = "received", pgettext_lazy("job", "Received")
    SCHEDULED = "scheduled", pgettext_lazy("job", "Scheduled")
    ON_THE_WAY = "on_the_way", pgettext_lazy("job", "On the way")
    DONE = "done", pgettext_lazy("job", "Done")
    ATTEMPTED = "attempted", pgettext_lazy("job", "Not done")
    CANCELLED = "cancelled", pgettext_lazy("job", "Cancelled")


UPCOMING = (Status.RECEIVED, Status.SCHEDULED, Status.ON_THE_WAY)
COLOURS = {
    Status.RECEIVED: "info",
    Status.SCHEDULED: "neutral",
    Status.ON_THE_WAY: "warning",
    Status.DONE: "success",
    Status.ATTEMPTED: "danger",
    Status.CANCELLED: "neutral",
}


class OrderQuerySet(models.QuerySet["Order"]):
    def of(self, customer: Customer) -> Self:
        return self.filter(customer=customer)


OrderManager = TenantManager.from_queryset(OrderQuerySet)


class Order(TenantModel):
    """What one person sent at one time. `submission_key` is the basket's, so the same contents are ordered once."""

    number = models.PositiveBigIntegerField(_("number"), editable=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="orders", verbose_name=_("customer"))
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("ordered by")
    )
    ordered_at = models.DateTimeField(_("ordered"))
    submission_key = models.UUIDField(editable=False)

    objects: "ClassVar[OrderManager[Self]]" = OrderManager()

    class Meta(TenantModel.Meta):
        verbose_name = pgettext_lazy("noun", "order")
        verbose_name_plural = _("orders")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="one_order_per_number"),
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="one_order_per_submission"),
        ]
        indexes = [models.Index(fields=["tenant", "customer", "-ordered_at"], name="order_of_customer")]

    def __str__(self) -> str:
        return self.number_text

    @property
    def number_text(self) -> str:
        return number_text(self.number)


class OrderLineQuerySet(models.QuerySet["OrderLine"]):
    def of(self, customer: Customer) -> Self:
        return self.filter(customer=customer)

    def wanted_between(self, first: date, last: date) -> Self:
        """Jobs wanted from first to last, both included."""
        return self.filter(wanted_on__range=(first, last))

    def matching(self, text: str) -> Self:
        """Jobs of the order with this number, or with a reference that begins so."""
        digits = "".join(text.split())
        found = models.Q(invoice_reference__istartswith=text)
        # The largest number the column holds has 19 digits.
        if digits.isdecimal() and len(digits) < 19:
            found |= models.Q(order__number=int(digits))
        return self.filter(found)

    def upcoming(self) -> Self:
        return self.filter(status__in=UPCOMING).order_by("wanted_on", "pk")

    def of_placements(self, placements: Iterable[Placement]) -> Self:
        return self.filter(placement__in=[placement.pk for placement in placements])

    def newest_first(self) -> Self:
        return self.select_related("order").order_by("-wanted_on", "-order_id", "position")


OrderLineManager = TenantManager.from_queryset(OrderLineQuerySet)


class OrderLine(TenantModel):
    """One job of an order. What it says is copied, so that later changes to units and names do not change it."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines", verbose_name=pgettext_lazy("noun", "order"))
    # The order's own, for the index behind the overview.
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", verbose_name=_("customer"))
    position = models.PositiveSmallIntegerField(_("position"))
    job_type = models.CharField(_("job"), max_length=20, choices=JobType.choices)
    placement = models.ForeignKey(
        Placement, models.PROTECT, null=True, blank=True, related_name="order_lines", verbose_name=_("placed unit")
    )
    location = models.ForeignKey(Location, models.PROTECT, related_name="+", verbose_name=_("location"))
    address = models.CharField(_("address"), max_length=200)
    unit_number = models.CharField(_("unit number"), max_length=20, blank=True)
    equipment_code = models.CharField(_("equipment code"), max_length=20)
    equipment_names = copied_names()
    volume = models.DecimalField(_("volume"), max_digits=6, decimal_places=1)
    volume_unit = models.CharField(_("unit of volume"), max_length=2, choices=Volume.choices)
    waste_code = models.CharField(_("waste code"), max_length=20)
    waste_names = copied_names()
    wanted_on = models.DateField(_("wanted date"))
    destination = models.CharField(_("where to"), max_length=DESTINATION_LENGTH, blank=True)
    driver_note = models.CharField(_("information for the driver"), max_length=NOTE_LENGTH, blank=True)
    invoice_reference = models.CharField(_("order reference"), max_length=REFERENCE_LENGTH, blank=True)
    # Computed when ordered, so that new rules do not move a promise already given.
    cancellable_until = models.DateTimeField(_("can be cancelled until"))
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.RECEIVED)
    status_reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects: "ClassVar[OrderLineManager[Self]]" = OrderLineManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "order", "position"], name="one_order_line_per_position"),
            models.CheckConstraint(
                condition=models.Q(destination="") ^ models.Q(job_type=JobType.RELOCATE),
                name="order_destination_when_moved",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "customer", "-wanted_on"], name="job_of_customer"),
            models.Index(fields=["tenant", "wanted_on", "status"], name="job_of_day"),
            # Counted on the first page of every visit to the admin.
            models.Index(fields=["tenant"], condition=models.Q(status="received"), name="job_to_plan"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The job in one line: "Tøm, åpen container 22 m³"."""
        return title_of(str(JOB_LABELS[JobType(self.job_type)]), self.equipment)

    @property
    def noun(self) -> str:
        return str(JOB_NOUNS[JobType(self.job_type)])

    @property
    def is_upcoming(self) -> bool:
        return self.status in UPCOMING

    @property
    @admin.display(description=_("equipment type"))
    def equipment(self) -> str:
        return f"{name_of(self.equipment_names)} {volume_text(self.volume, self.volume_unit)}"

    @property
    @admin.display(description=_("waste type"))
    def waste(self) -> str:
        return name_of(self.waste_names)

    @property
    def status_label(self) -> str:
        return str(Status(self.status).label)

    @property
    def status_colour(self) -> str:
        return COLOURS[Status(self.status)]
