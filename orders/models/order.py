"""Orders as they were sent, and what became of each job."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import ClassVar, Self

from django.conf import settings
from django.contrib import admin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.jobs import SERVICE_NOUNS, UPCOMING, JobType, Service, Status, service_of
from orders.models.names import copied_names, name_of
from orders.models.places import Location, Placement, Volume, volume_text
from orders.models.wanted import WantedJob, one_or_more, only_when_moved
from orders.problems import CancelledAlready, ChangeDeadlinePassed, OnTheWay, Problem, Settled
from orders.rules.wording import number_text, title_of
from portal.customers.models import Customer
from portal.tenancy.models import TenantManager, TenantModel, current_tenant
from portal.tenancy.text import key_in

REASON_LENGTH = 200
COLORS = {
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
    # Ordered by the company's staff for the customer.
    on_behalf = models.BooleanField(_("ordered on behalf of the customer"), default=False)
    # 1 as it was sent; each change or cancellation of a job is one more.
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)

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
        """Jobs of the order with this number, or with this in their reference, in capital or small letters.

        Only one customer's references are read, which an index finds; row-level security keeps LIKE from its own.
        """
        found = models.Q(reference_key__contains=text.lower())
        if number := key_in("".join(text.split())):
            found |= models.Q(order__number=number)
        return self.filter(found)

    def upcoming(self) -> Self:
        return self.filter(status__in=UPCOMING).order_by("wanted_on", "pk")

    def of_placements(self, placements: Iterable[Placement]) -> Self:
        return self.filter(placement__in=[placement.pk for placement in placements])

    def with_details(self) -> Self:
        """All that the form of a change needs."""
        related = ("order", "customer", "placement__location", "destination_location")
        kinds = ("placement__equipment_type", "placement__waste_type")
        return self.select_related(*related, *kinds).prefetch_related("photos__file")

    def late(self, today: date) -> Self:
        """Jobs of days gone by that nobody has settled."""
        return self.upcoming().filter(wanted_on__lt=today)


OrderLineManager = TenantManager.from_queryset(OrderLineQuerySet)


class OrderLine(WantedJob):
    """One job of an order. What it says is copied, so that later changes to units and names do not change it."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines", verbose_name=pgettext_lazy("noun", "order"))
    # The order's own, for the index behind the overview.
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", verbose_name=_("customer"))
    position = models.PositiveSmallIntegerField(_("position"))
    job_type = models.CharField(_("job"), max_length=20, choices=JobType.choices)
    # None for a new unit, which has no number yet.
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
    destination_address = models.CharField(_("address it is moved to"), max_length=200, blank=True)
    # Computed when ordered, so that new rules do not move a promise already given.
    cancellable_until = models.DateTimeField(_("can be cancelled until"))
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.RECEIVED)
    status_reason = models.CharField(_("reason"), max_length=REASON_LENGTH, blank=True)
    # When that became of it, as dispatch says; None until dispatch has said anything.
    status_at = models.DateTimeField(_("status since"), null=True, blank=True)
    # When the row was last written: what `export_orders` goes by.
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    reference_key = models.GeneratedField(
        expression=Lower("invoice_reference"),
        output_field=models.CharField(max_length=120, db_collation="C"),
        db_persist=True,
    )

    objects: "ClassVar[OrderLineManager[Self]]" = OrderLineManager()

    class Meta(WantedJob.Meta):
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "order", "position"], name="one_order_line_per_position"),
            only_when_moved("order_destination_when_moved", models.Q(job_type=JobType.RELOCATE)),
            one_or_more("order_several_only_of_new", models.Q(job_type=JobType.DELIVERY)),
        ]
        indexes = [
            models.Index(fields=["tenant", "customer", "-wanted_on"], name="job_of_customer"),
            models.Index(fields=["tenant", "customer", "reference_key"], name="job_by_reference"),
            models.Index(fields=["tenant", "wanted_on", "status"], name="job_of_day"),
            # Counted on the first page of every visit to the admin.
            models.Index(fields=["tenant"], condition=models.Q(status="received"), name="job_to_plan"),
            models.Index(
                fields=["tenant", "wanted_on"], condition=models.Q(status__in=sorted(UPCOMING)), name="job_not_settled"
            ),
            models.Index(fields=["tenant", "changed_at", "id"], name="job_by_change"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The job in one line: "Tøm, åpen container 22 m³"."""
        return title_of(self.service_label, self.equipment, self.quantity)

    @property
    def service(self) -> Service:
        return service_of(JobType(self.job_type))

    @property
    def service_label(self) -> str:
        return str(self.service.label)

    @property
    def code(self) -> str:
        """Return "118204-1", as files have it: the order's number and the job's place in it."""
        return f"{self.order.number}-{self.position}"

    @property
    def shown_code(self) -> str:
        """Return "118 204-1", as pages and the driver slip have it."""
        return f"{self.order.number_text}-{self.position}"

    @property
    def noun(self) -> str:
        return str(SERVICE_NOUNS[self.service])

    @property
    def is_upcoming(self) -> bool:
        return self.status in UPCOMING

    @property
    def is_done(self) -> bool:
        return self.status == Status.DONE

    def change_problem(self, now: datetime) -> Problem | None:
        """Return why the customer can no longer change or cancel the job, or None while they can."""
        if self.status == Status.CANCELLED:
            return CancelledAlready()
        if self.status == Status.ON_THE_WAY:
            return OnTheWay()
        if self.status not in UPCOMING:
            return Settled()
        if now >= self.cancellable_until:
            return ChangeDeadlinePassed(self.cancellable_until, now, current_tenant().zone)
        return None

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
    def status_color(self) -> str:
        return COLORS[Status(self.status)]
