"""Call-offs (avrop): a draft until it is sent in, then locked in the database itself (see the first migration)."""

import uuid
from typing import ClassVar, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from callouts.models.catalogue import UN_NUMBER, Consistency, PackageType, PackingGroup, Unit, WasteFraction
from callouts.models.producer import WasteProducer
from callouts.rules import codes, facts, status
from portal.customers.models import Customer
from portal.tenancy.models import TenantManager, TenantModel


class CallOffQuerySet(models.QuerySet["CallOff"]):
    def of(self, customer: Customer) -> Self:
        return self.filter(customer=customer)

    def drafts(self) -> Self:
        return self.filter(status=status.DRAFT)

    def submitted(self) -> Self:
        """Told by the time, which no draft has: a history is counted by its index alone."""
        return self.filter(submitted_at__isnull=False)

    def last_changed_first(self) -> Self:
        return self.order_by("-changed_at", "-pk")

    def newest_first(self) -> Self:
        return self.order_by("-submitted_at", "-number")

    def mentioning(self, query: str) -> Self:
        """Call-offs whose number, reference, waste, codes, producer or load carrier holds every word of the query, as
        they were sent in or as they were corrected.
        """
        words = codes.fold(query).split()[:10]
        if not words:
            return self
        corrected = apps.get_model("callouts", "Revision")._default_manager
        says = models.Q(*(models.Q(search_text__contains=word) for word in words))
        return self.filter(says | models.Q(pk__in=corrected.filter(says).values("call_off")))


CallOffManager = TenantManager.from_queryset(CallOffQuerySet)


class CallOff(TenantModel):
    """One call-off. Names beside a foreign key are copies, refreshed until it is sent in and kept from then on."""

    class Status(models.TextChoices):
        DRAFT = status.DRAFT, _("Draft")
        RECEIVED = status.RECEIVED, _("Received")
        PLANNED = status.PLANNED, _("Planned")
        COLLECTED = status.COLLECTED, _("Collected")
        DELIVERED = status.DELIVERED, _("Delivered")
        REJECTED = status.REJECTED, _("Rejected")
        CANCELLED = status.CANCELLED, _("Cancelled")

    class Service(models.TextChoices):
        WASTE = facts.WASTE, _("Waste")
        TANK_CLEANING = facts.TANK_CLEANING, _("Tank cleaning")
        RENTAL = facts.RENTAL, _("Rental of equipment")
        SALE = facts.SALE, _("Sale")

    class Transport(models.TextChoices):
        BY_US = facts.BY_US, _("Collected by the supplier")
        OWN_DELIVERY = facts.OWN_DELIVERY, _("Own delivery")

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="call_offs", verbose_name=_("customer")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    status_changed_at = models.DateTimeField(_("status changed"), null=True, blank=True)
    status_reason = models.CharField(_("reason"), max_length=300, blank=True)

    service = models.CharField(_("kind of service"), max_length=15, choices=Service.choices, blank=True)
    producer = models.ForeignKey(
        WasteProducer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="call_offs",
        verbose_name=_("waste producer"),
    )
    producer_name = models.CharField(_("waste producer"), max_length=120, blank=True)
    producer_short_name = models.CharField(max_length=60, blank=True)
    producer_org_no = models.CharField(_("organisation number"), max_length=9, blank=True)
    transport = models.CharField(_("transport"), max_length=15, choices=Transport.choices, blank=True)
    pickup_address = models.CharField(_("pick-up address"), max_length=200, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=120, blank=True)
    contact_phone = models.CharField(_("mobile number"), max_length=16, blank=True)
    wanted_on = models.DateField(_("wanted date"), null=True, blank=True)
    rented_until = models.DateField(_("rented until"), null=True, blank=True)
    invoice_reference = models.CharField(_("reference on the invoice"), max_length=60, blank=True)

    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    # Counts the saves: whoever saves says which version they saw, so that nobody overwrites another unawares.
    version = models.PositiveIntegerField(default=1)
    # Made by the empty form: starting twice with the same key is one draft.
    start_key = models.UUIDField()

    number = models.PositiveBigIntegerField(_("number"), null=True, editable=False)
    # Made by the page where it is sent in: sending twice with the same key is one call-off.
    submission_key = models.UUIDField(null=True, editable=False)
    submitted_at = models.DateTimeField(_("sent in"), null=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("sent in by")
    )
    submitted_by_name = models.CharField(_("sent in by"), max_length=120, blank=True)
    search_text = models.TextField(blank=True, editable=False)

    objects: "ClassVar[CallOffManager[Self]]" = CallOffManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("call-off")
        verbose_name_plural = _("call-offs")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="one_call_off_per_number"),
            models.UniqueConstraint(fields=["tenant", "start_key"], name="one_call_off_per_start"),
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="one_call_off_per_submission"),
            models.CheckConstraint(
                condition=models.Q(status=status.DRAFT, number=None, submitted_at=None, submitted_by=None)
                | models.Q(
                    ~models.Q(status=status.DRAFT),
                    number__isnull=False,
                    submitted_at__isnull=False,
                    submission_key__isnull=False,
                ),
                name="submitted_call_off_has_number_and_time",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "customer", "-submitted_at"], name="call_off_history"),
            models.Index(
                fields=["tenant", "customer", "-changed_at"],
                condition=models.Q(status=status.DRAFT),
                name="call_off_drafts",
            ),
            models.Index(fields=["tenant", "status", "submitted_at"], name="call_off_queue"),
        ]

    def __str__(self) -> str:
        return self.shown_number or f"{self._meta.verbose_name} {self.pk}"

    @property
    def is_draft(self) -> bool:
        return self.status == status.DRAFT

    @property
    def shown_number(self) -> str:
        """Return "A-20418", or "" for a draft."""
        return codes.shown_number(self.number) if self.number else ""

    @property
    def status_color(self) -> str:
        return {"collected": "success", "delivered": "success", "rejected": "danger", "received": "info"}.get(
            self.status, "neutral"
        )

    @property
    def producer_list_name(self) -> str:
        return capfirst(self.producer_short_name or self.producer_name)

    @property
    def first_line(self) -> "CallOffLine | None":
        """The line that lists show. Reads all lines, so that a prefetch serves it."""
        return next(iter(self.lines.all()), None)


class CallOffLine(TenantModel):
    """What is called off: a waste fraction, how much, in what."""

    class DeclaredBy(models.TextChoices):
        CUSTOMER = facts.BY_CUSTOMER, _("Declared by the customer")
        SUPPLIER = facts.BY_SUPPLIER, _("Declared by the supplier")

    call_off = models.ForeignKey(CallOff, on_delete=models.CASCADE, related_name="lines", verbose_name=_("call-off"))
    position = models.PositiveSmallIntegerField(default=1)
    # Stays the same from save to save, so that two people editing different lines do not mix them up.
    key = models.UUIDField(default=uuid.uuid4, editable=False)

    fraction = models.ForeignKey(
        WasteFraction, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("waste fraction")
    )
    fraction_name = models.CharField(_("waste fraction"), max_length=120, blank=True)
    article_no = models.CharField(_("article number"), max_length=20, blank=True)
    ns_group = models.CharField(_("NS 9431 group"), max_length=4, blank=True)
    waste_substance_no = models.CharField(_("waste substance number"), max_length=10, blank=True)
    ewc_code = models.CharField(_("EAL code"), max_length=6, blank=True)
    is_hazardous = models.BooleanField(_("hazardous waste"), default=False)
    is_radioactive = models.BooleanField(_("radioactive waste"), default=False)

    declared_by = models.CharField(_("declaration"), max_length=10, choices=DeclaredBy.choices, blank=True)
    declaration_no = models.CharField(_("declaration number"), max_length=40, blank=True)

    # What whoever declares needs besides the codes: the supplier does it without a phone call.
    un_number = models.CharField(_("UN number"), max_length=4, blank=True, validators=[UN_NUMBER])
    packing_group = models.CharField(_("packing group"), max_length=8, blank=True, choices=PackingGroup.choices)
    consistency = models.CharField(_("consistency"), max_length=10, blank=True, choices=Consistency.choices)

    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3, null=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("unit"))
    unit_name = models.JSONField(default=dict)
    package_count = models.IntegerField(_("number of packages"), null=True)
    package_type = models.ForeignKey(
        PackageType, models.PROTECT, null=True, related_name="+", verbose_name=_("type of package")
    )
    package_name = models.JSONField(default=dict)
    load_carrier_no = models.CharField(_("load carrier or tank number"), max_length=40, blank=True)
    container_size = models.DecimalField(_("size"), max_digits=9, decimal_places=3, null=True)
    container_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("unit of the size")
    )
    container_unit_name = models.JSONField(default=dict)
    note = models.TextField(_("note"), blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("line of a call-off")
        verbose_name_plural = _("lines of a call-off")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "call_off", "position"], name="one_line_per_position"),
            models.UniqueConstraint(fields=["tenant", "call_off", "key"], name="one_line_per_key"),
        ]

    def __str__(self) -> str:
        return self.fraction_name or f"{self.position}"

    @property
    def shown_ewc(self) -> str:
        return codes.shown_ewc(self.ewc_code, hazardous=self.is_hazardous)


class StatusChange(TenantModel):
    """A step of a submitted call-off: where it came to, why, and who moved it. Only added to."""

    call_off = models.ForeignKey(
        CallOff, on_delete=models.CASCADE, related_name="status_changes", verbose_name=_("call-off")
    )
    status = models.CharField(_("status"), max_length=10, choices=CallOff.Status.choices)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(_("by"), max_length=120, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("change of status")
        verbose_name_plural = _("changes of status")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["tenant", "call_off", "at"], name="status_changes_of_call_off")]

    def __str__(self) -> str:
        return self.get_status_display()
