"""The units that have the duty for the waste."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.customers.models import Customer
from portal.tenancy.models import TenantManager, TenantModel
from portal.ui import formatting


class ProducerQuerySet(models.QuerySet["WasteProducer"]):
    def of(self, customer: Customer) -> Self:
        return self.filter(customer=customer).order_by("name", "pk")

    def in_use(self) -> Self:
        return self.filter(is_active=True)


ProducerManager = TenantManager.from_queryset(ProducerQuerySet)


class WasteProducer(TenantModel):
    """Avfallsprodusent: the unit (underenhet) that has the duty for the waste; it may differ from who pays."""

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="waste_producers", verbose_name=_("customer")
    )
    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=60, blank=True, help_text=_("For lists."))
    org_no = models.CharField(_("organisation number"), max_length=9)
    address = models.CharField(_("address"), max_length=120, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=4, blank=True)
    city = models.CharField(_("city"), max_length=60, blank=True)
    # Both days included; no first day: the supplier may not declare for it.
    declare_from = models.DateField(_("authorization to declare, from"), null=True, blank=True)
    declare_to = models.DateField(_("authorization to declare, to"), null=True, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    objects: "ClassVar[ProducerManager[Self]]" = ProducerManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("waste producer")
        verbose_name_plural = _("waste producers")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "customer", "org_no", "name"], name="one_producer_per_name"),
            models.CheckConstraint(
                condition=models.Q(declare_to=None) | models.Q(declare_from__lte=models.F("declare_to")),
                name="authorization_to_declare_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {formatting.org_no(self.org_no)}"

    @property
    def list_name(self) -> str:
        """Return the name as it stands inside a sentence: "avd. verft"."""
        return self.short_name or self.name

    @property
    def full_address(self) -> str:
        """Return "Verftsveien 60, 5417 Nordvåg", or "" when no street is known."""
        place = f"{self.postal_code} {self.city}".strip()
        return ", ".join(filter(None, [self.address, place])) if self.address else ""

    def may_be_declared_for(self, on: date) -> bool:
        """Whether the supplier may declare this producer's waste on a day."""
        if self.declare_from is None or on < self.declare_from:
            return False
        return self.declare_to is None or on <= self.declare_to
