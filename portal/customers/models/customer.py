"""Customers (kundeforhold), who is part of them, and what each person has chosen."""

from datetime import date
from typing import Any, ClassVar, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.customers.rules import Role
from portal.tenancy.models import TenantManager, TenantModel


class CustomerQuerySet(models.QuerySet["Customer"]):
    def reachable_by(self, user: User, on: date) -> Self:
        """Customers a user reaches on a day: through a membership, or an authorization that holds that day."""
        memberships = Membership.objects.filter(user=user).values("customer")
        authorization: Any = apps.get_model("customers", "Authorization")
        authorizations = authorization.objects.held_by(user).valid_on(on).values("customer")
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

    # What the person on whose request it was read may see of it: references of registry.Scope, None for everything.
    # No column: CustomerMiddleware sets it, and the domains' queries keep to it.
    scope: frozenset[str] | None = None

    class Meta(TenantModel.Meta):
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [models.UniqueConstraint(fields=["tenant", "number"], name="one_customer_per_number")]
        indexes = [
            models.Index(fields=["tenant", "name"], name="customer_by_name"),
            models.Index(fields=["tenant", "org_no"], condition=~models.Q(org_no=""), name="customer_by_org_no"),
            models.Index("tenant", Upper("email"), name="customer_by_email"),
            models.Index(fields=["tenant", "phone"], name="customer_by_phone"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"


class CustomerIdentity(TenantModel):
    """The person a private customer is: a keyed hash of the identity number (portal.accounts.oidc.identity), no more.

    One person may be several customers.
    """

    customer = models.OneToOneField(Customer, models.CASCADE, related_name="identity", verbose_name=_("customer"))
    number_hash = models.CharField(max_length=64)

    class Meta(TenantModel.Meta):
        verbose_name = _("identity of a customer")
        verbose_name_plural = _("identities of customers")
        indexes = [models.Index(fields=["tenant", "number_hash"], name="customer_by_identity")]

    def __str__(self) -> str:
        return f"{self.customer_id}"


class MembershipQuerySet(models.QuerySet["Membership"]):
    def owners(self) -> Self:
        """Return those of owners who can sign in."""
        return self.filter(role=Role.OWNER, user__is_active=True)


MembershipManager = TenantManager.from_queryset(MembershipQuerySet)


class Membership(TenantModel):
    """A user who acts for a customer as part of it: the person, an employee, a board member."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("user"))
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="memberships", verbose_name=_("customer"))
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)

    objects: "ClassVar[MembershipManager[Self]]" = MembershipManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "user", "customer"], name="one_membership"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.customer}"

    @property
    def is_last_owner(self) -> bool:
        """Whether nobody else who can sign in owns the customer."""
        others = Membership.objects.owners().filter(customer=self.customer).exclude(pk=self.pk)
        return self.role == Role.OWNER and not others.exists()


class ChosenCustomer(TenantModel):
    """The customer a user last chose; kept across sign-ins and devices."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="chosen_customer")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.user} – {self.customer}"


class Preferences(TenantModel):
    """How a user wants to begin: for which customer (None: the one chosen last), and on which page.

    `start_page` is the URL name of a section, "" for the overview.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preferences")
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True, related_name="+")
    start_page = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return f"{self.user}"
