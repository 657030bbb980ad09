"""What people choose about their installations."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from metering.models.points import MeteringPoint
from portal.customers.models import Customer
from portal.tenancy.models import TenantModel


class InstallationName(TenantModel):
    """What a customer calls one of its installations ("the cabin")."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+", verbose_name=_("customer"))
    metering_point = models.ForeignKey(
        MeteringPoint, models.CASCADE, related_name="+", verbose_name=_("metering point")
    )
    name = models.CharField(_("own name"), max_length=40)

    class Meta(TenantModel.Meta):
        verbose_name = _("name of an installation")
        verbose_name_plural = _("names of installations")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "customer", "metering_point"], name="one_name_per_installation")
        ]

    def __str__(self) -> str:
        return self.name


class PreferredInstallation(TenantModel):
    """The installation a user wants to see first at a customer."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+", verbose_name=_("customer"))
    metering_point = models.ForeignKey(
        MeteringPoint, models.CASCADE, related_name="+", verbose_name=_("metering point")
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("preferred installation")
        verbose_name_plural = _("preferred installations")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "user", "customer"], name="one_preferred_installation")
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.metering_point}"
