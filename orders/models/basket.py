"""The basket: what somebody means to order, until they send it."""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.jobs import JOB_NOUNS, Emptying, JobType, Service, job_type_for
from orders.models.places import EquipmentType, Placement, WasteType
from orders.wording import in_sentence, title_of
from portal.accounts.models import User
from portal.customers.models import Customer
from portal.tenancy.models import TenantManager, TenantModel

NOTE_LENGTH = 1000
REFERENCE_LENGTH = 60
DESTINATION_LENGTH = 200

DESTINATION_ONLY_WHEN_MOVED = models.Q(destination="") ^ models.Q(service=Service.RELOCATE)


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
        return self.filter(basket__user=user, basket__customer=customer)

    def with_details(self) -> Self:
        related = ("basket", "waste_type", "placement__location")
        kinds = ("placement__equipment_type", "placement__waste_type")
        return self.select_related(*related, *kinds).order_by("pk")


BasketLineManager = TenantManager.from_queryset(BasketLineQuerySet)


class BasketLine(TenantModel):
    basket = models.ForeignKey(Basket, models.CASCADE, related_name="lines", verbose_name=_("basket"))
    placement = models.ForeignKey(Placement, models.CASCADE, related_name="+", verbose_name=_("placed unit"))
    service = models.CharField(_("service"), max_length=20, choices=Service.choices)
    # What is in the unit this time, which may differ from what it was placed for.
    waste_type = models.ForeignKey(WasteType, models.PROTECT, related_name="+", verbose_name=_("waste type"))
    wanted_on = models.DateField(_("wanted date"))
    destination = models.CharField(_("where to"), max_length=DESTINATION_LENGTH, blank=True)
    driver_note = models.CharField(_("information for the driver"), max_length=NOTE_LENGTH, blank=True)
    invoice_reference = models.CharField(_("order reference"), max_length=REFERENCE_LENGTH, blank=True)
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    objects: "ClassVar[BasketLineManager[Self]]" = BasketLineManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("basket line")
        verbose_name_plural = _("basket lines")
        constraints = [
            # Adding the same job again (a double click) is the same line.
            models.UniqueConstraint(
                fields=["tenant", "basket", "placement", "service", "wanted_on"], name="one_line_per_job"
            ),
            models.CheckConstraint(condition=DESTINATION_ONLY_WHEN_MOVED, name="basket_destination_when_moved"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def equipment_type(self) -> EquipmentType:
        return self.placement.equipment_type

    @property
    def job_type(self) -> JobType:
        return job_type_for(Service(self.service), Emptying(self.equipment_type.emptying))

    @property
    def service_label(self) -> str:
        return str(Service(self.service).label)

    @property
    def noun(self) -> str:
        return str(JOB_NOUNS[self.job_type])

    @property
    def equipment_in_sentence(self) -> str:
        return in_sentence(str(self.equipment_type))

    @property
    def title(self) -> str:
        """The job in one line: "Tøm, åpen container 22 m³"."""
        return title_of(self.service_label, str(self.equipment_type))
