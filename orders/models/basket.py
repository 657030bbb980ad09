"""The basket: what somebody means to order, until they send it."""

import uuid
from datetime import timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.jobs import SERVICE_NOUNS, Emptying, JobType, Service, job_type_for
from orders.models.places import EquipmentType, Location, Placement, WasteType
from orders.models.wanted import IS_DELIVERY, IS_MOVE, WantedJob, one_or_more, only_when_moved
from orders.rules.wording import counted, title_of
from portal.accounts.models import User
from portal.customers.models import Customer
from portal.tenancy.models import TenantManager, TenantModel
from portal.ui import formatting
from portal.ui.fields import validate_postal_code

# How long what was taken out of the basket can be put back.
UNDO_WITHIN = timedelta(hours=1)

# A job is either for a unit that stands somewhere, or for a new one at one of the addresses or at a new address.
FOR_A_UNIT = ~IS_DELIVERY & models.Q(
    placement__isnull=False, new_equipment_type=None, new_location=None, new_address=""
)
TO_AN_ADDRESS = models.Q(new_location__isnull=False, new_address="") | (
    models.Q(new_location=None) & ~models.Q(new_address="") & ~models.Q(new_postal_code="") & ~models.Q(new_city="")
)
FOR_A_NEW_UNIT = IS_DELIVERY & models.Q(placement=None, new_equipment_type__isnull=False) & TO_AN_ADDRESS


class Basket(TenantModel):
    """One person's basket for one customer; it stays when it is sent, and is empty again.

    Per person and not per customer, so that nobody sends what a colleague is still thinking about. `submission_key`
    names the contents: it changes with every change, and the order that is made of them keeps it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="baskets", verbose_name=_("user"))
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="baskets", verbose_name=_("customer"))
    submission_key = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta(TenantModel.Meta):
        verbose_name = _("basket")
        verbose_name_plural = _("baskets")
        constraints = [models.UniqueConstraint(fields=["tenant", "user", "customer"], name="one_open_basket")]

    def __str__(self) -> str:
        return f"{self.user} – {self.customer}"


class BasketLineQuerySet(models.QuerySet["BasketLine"]):
    def in_basket_of(self, user: User, customer: Customer) -> Self:
        return self.filter(basket__user=user, basket__customer=customer).kept()

    def kept(self) -> Self:
        """Lines that will be sent: not those taken out, which only wait for an undo."""
        return self.filter(removed_at=None)

    def taken_out_by(self, user: User, customer: Customer) -> Self:
        """What can be put back, the latest first."""
        lines = self.filter(basket__user=user, basket__customer=customer)
        return lines.filter(removed_at__gt=timezone.now() - UNDO_WITHIN).order_by("-removed_at", "-pk")

    def with_kinds(self) -> Self:
        """What a line's title needs."""
        return self.select_related("placement__equipment_type", "new_equipment_type")

    def with_details(self) -> Self:
        related = ("basket", "waste_type", "placement__location", "destination_location")
        kinds = ("placement__equipment_type", "placement__waste_type")
        new = ("new_equipment_type", "new_location")
        found = self.select_related(*related, *kinds, *new).prefetch_related("photos__file")
        return found.order_by("pk")


BasketLineManager = TenantManager.from_queryset(BasketLineQuerySet)


class BasketLine(WantedJob):
    basket = models.ForeignKey(Basket, models.CASCADE, related_name="lines", verbose_name=_("basket"))
    service = models.CharField(_("service"), max_length=20, choices=Service.choices)
    placement = models.ForeignKey(
        Placement, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("placed unit")
    )
    # Of a new unit: what it is, and where it shall stand. A new address becomes a location when it is sent.
    new_equipment_type = models.ForeignKey(
        EquipmentType, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("equipment type")
    )
    new_location = models.ForeignKey(
        Location, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("location")
    )
    new_address = models.CharField(_("address"), max_length=120, blank=True)
    new_postal_code = models.CharField(_("postal code"), max_length=4, blank=True, validators=[validate_postal_code])
    new_city = models.CharField(_("city"), max_length=60, blank=True)
    new_site_name = models.CharField(_("name of the site"), max_length=120, blank=True)
    # What is in the unit this time, which may differ from what it was placed for.
    waste_type = models.ForeignKey(WasteType, models.PROTECT, related_name="+", verbose_name=_("waste type"))
    added_at = models.DateTimeField(_("added"), auto_now_add=True)
    # Taken out of the basket, and kept a while so that it can be put back.
    removed_at = models.DateTimeField(_("taken out"), null=True, blank=True)

    objects: "ClassVar[BasketLineManager[Self]]" = BasketLineManager()

    class Meta(WantedJob.Meta):
        verbose_name = _("basket line")
        verbose_name_plural = _("basket lines")
        constraints = [
            # Adding the same job again (a double click) is the same line.
            models.UniqueConstraint(
                fields=["tenant", "basket", "placement", "service", "wanted_on"],
                condition=models.Q(removed_at=None),
                name="one_line_per_job",
            ),
            models.CheckConstraint(condition=FOR_A_UNIT | FOR_A_NEW_UNIT, name="basket_line_has_one_unit"),
            only_when_moved("basket_destination_when_moved", IS_MOVE),
            one_or_more("basket_several_only_of_new", IS_DELIVERY),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def equipment_type(self) -> EquipmentType:
        kind = self.placement.equipment_type if self.placement else self.new_equipment_type
        assert kind is not None  # noqa: S101  (FOR_A_UNIT or FOR_A_NEW_UNIT)
        return kind

    @property
    def location(self) -> Location | None:
        """Where the unit stands or shall stand; None for an address that is new."""
        return self.placement.location if self.placement else self.new_location

    @property
    def full_address(self) -> str:
        if self.location:
            return self.location.full_address
        return formatting.address(self.new_address, self.new_postal_code, self.new_city)

    @property
    def address(self) -> str:
        """The address without its postal code, where there is little room."""
        return self.location.address if self.location else self.new_address

    @property
    def is_new_address(self) -> bool:
        return bool(self.new_address)

    @property
    def unit_number(self) -> str:
        return self.placement.number if self.placement else ""

    @property
    def job_type(self) -> JobType:
        return job_type_for(Service(self.service), Emptying(self.equipment_type.emptying))

    @property
    def service_label(self) -> str:
        return str(Service(self.service).label)

    @property
    def noun(self) -> str:
        return str(SERVICE_NOUNS[Service(self.service)])

    @property
    def equipment_in_sentence(self) -> str:
        return counted(str(self.equipment_type), self.quantity)

    @property
    def title(self) -> str:
        """The job in one line: "Tøm, åpen container 22 m³"."""
        return title_of(self.service_label, str(self.equipment_type), self.quantity)
