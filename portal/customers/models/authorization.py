"""Authorizations (fullmakt): a customer lets somebody else act for it."""

from datetime import date
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.customers.models.customer import Customer, Membership
from portal.customers.rules import Role, State, state_on
from portal.tenancy.models import TenantManager, TenantModel


def everything() -> list[str]:
    return []


class AuthorizationQuerySet(models.QuerySet["Authorization"]):
    def valid_on(self, day: date) -> Self:
        started = self.filter(revoked_at=None, valid_from__lte=day)
        return started.filter(models.Q(valid_to=None) | models.Q(valid_to__gte=day))

    def held_by(self, user: User) -> Self:
        """Those a person holds, themselves or as a member of the firm that does; nobody lends on what is lent."""
        firms = Membership.objects.filter(user=user).values("customer")
        return self.filter(models.Q(user=user) | models.Q(holder__in=firms))

    def not_over(self, day: date) -> Self:
        """Those that hold or may still come to: waiting, coming, holding."""
        return self.filter(revoked_at=None).filter(models.Q(valid_to=None) | models.Q(valid_to__gte=day))

    def newest_first(self) -> Self:
        return self.order_by("-valid_from", "-pk")


AuthorizationManager = TenantManager.from_queryset(AuthorizationQuerySet)


class Authorization(TenantModel):
    """Fullmakt: a customer lets another user, or all of another customer's, act for it, from–to (both days included).

    Held by a `user`, or by a `holder` (a firm that is a customer too); by neither while the person has not answered
    the invitation. `scope` limits it to things of the customer's, empty for everything.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="authorizations", verbose_name=_("customer"))
    user = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="authorizations", verbose_name=_("person")
    )
    holder = models.ForeignKey(
        Customer, models.CASCADE, null=True, blank=True, related_name="held_authorizations", verbose_name=_("firm")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    scope: "models.Field[list[str], list[str]]" = ArrayField(
        models.CharField(max_length=80), verbose_name=_("limited to"), default=everything, blank=True
    )
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)
    given_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+", verbose_name=_("given by")
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

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
            models.CheckConstraint(
                condition=models.Q(user=None) | models.Q(holder=None), name="authorization_has_one_holder"
            ),
            models.CheckConstraint(
                condition=models.Q(holder=None) | ~models.Q(holder=models.F("customer")),
                name="authorization_is_for_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.holder or '…'} – {self.customer}"

    def state_on(self, day: date) -> State:
        return state_on(
            day,
            first=self.valid_from,
            last=self.valid_to,
            is_accepted=bool(self.user_id or self.holder_id),
            is_revoked=self.revoked_at is not None,
        )
