"""Customers (kundeforhold) and who may act for them."""

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.tenancy.models import TenantManager, TenantModel


class Role(models.TextChoices):
    """What someone may do for a customer, weakest first; each may do what those before may."""

    READER = "reader", _("Reader")
    ORDERER = "orderer", _("Orderer")
    OWNER = "owner", _("Owner")

    def includes(self, needed: "Role") -> bool:
        order = list(Role)
        return order.index(self) >= order.index(needed)


class CustomerQuerySet(models.QuerySet["Customer"]):
    def reachable_by(self, user: User, on: date) -> Self:
        """Customers a user reaches on a day: through a membership, or an authorization that holds that day."""
        memberships = Membership.objects.filter(user=user).values("customer")
        authorizations = Authorization.objects.filter(user=user).valid_on(on).values("customer")
        return self.filter(models.Q(pk__in=memberships) | models.Q(pk__in=authorizations)).order_by("name", "number")


CustomerManager = TenantManager.from_queryset(CustomerQuerySet)


class Customer(TenantModel):
    class Kind(models.TextChoices):
        PRIVATE = "private", _("Private")
        BUSINESS = "business", _("Business")
        HOUSING_COOPERATIVE = "housing_cooperative", _("Housing cooperative")

    number = models.CharField(_("customer number"), max_length=20)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=120)
    org_no = models.CharField(_("organisation number"), max_length=9, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=16, blank=True)
    address = models.CharField(_("address"), max_length=120, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=4, blank=True)
    city = models.CharField(_("city"), max_length=60, blank=True)

    objects: "ClassVar[CustomerManager[Self]]" = CustomerManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [models.UniqueConstraint(fields=["tenant", "number"], name="one_customer_per_number")]
        indexes = [models.Index(fields=["tenant", "name"], name="customer_by_name")]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"


class Membership(TenantModel):
    """A user who acts for a customer as part of it: the person, an employee, a board member."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("user"))
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="memberships", verbose_name=_("customer"))
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)

    class Meta(TenantModel.Meta):
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "user", "customer"], name="one_membership"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.customer}"


class AuthorizationQuerySet(models.QuerySet["Authorization"]):
    def valid_on(self, day: date) -> Self:
        return self.filter(valid_from__lte=day).filter(models.Q(valid_to=None) | models.Q(valid_to__gte=day))


AuthorizationManager = TenantManager.from_queryset(AuthorizationQuerySet)


class Authorization(TenantModel):
    """Fullmakt: a customer lets another user act for it, from–to (both days included)."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="authorizations", verbose_name=_("customer"))
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="authorizations", verbose_name=_("user"))
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)

    objects: "ClassVar[AuthorizationManager[Self]]" = AuthorizationManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("authorization")
        verbose_name_plural = _("authorizations")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="authorization_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="authorization_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.customer}"


class ChosenCustomer(TenantModel):
    """The customer a user last chose; kept across sign-ins and devices."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="chosen_customer")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.user} – {self.customer}"
