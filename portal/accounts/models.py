"""Users. A user belongs to one tenant: the same person at two companies is two accounts."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.tenancy.models import TenantManager, TenantModel


class StaffRole(models.TextChoices):
    """What a member of the tenant's staff may do in admin: see StaffRoleBackend."""

    AGENT = "agent", _("Customer service")
    ADMINISTRATOR = "administrator", _("Administrator")


class UserManager(TenantManager["User"], BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user of the current tenant; without a password only codes lead in."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser, TenantModel):
    email = models.EmailField(_("e-mail"))
    phone = models.CharField(_("mobile"), max_length=16, blank=True, help_text=_("With country code, +47…"))
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("staff"), default=False)
    staff_role = models.CharField(_("staff role"), max_length=20, choices=StaffRole.choices, blank=True)
    date_joined = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    # Nobody is above the tenants: what staff may do follows from `staff_role`.
    is_superuser = False

    class Meta(TenantModel.Meta):
        verbose_name = _("user")
        verbose_name_plural = _("users")
        # Sign-in asks for the address as it is stored, in lower case; the unique index below is on an expression.
        indexes = [models.Index(fields=["tenant", "email"], name="user_by_email")]
        constraints = [
            models.UniqueConstraint("tenant", Lower("email"), name="one_user_per_email"),
            models.UniqueConstraint(
                fields=["tenant", "phone"], condition=~models.Q(phone=""), name="one_user_per_phone"
            ),
            models.CheckConstraint(
                condition=models.Q(is_staff=False, staff_role="")
                | models.Q(is_staff=True, staff_role__in=StaffRole.values),
                name="staff_has_role",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        from django.contrib.auth import get_backends

        return self.is_active and any(
            backend.has_perm(self, perm, obj) for backend in get_backends() if hasattr(backend, "has_perm")
        )

    def has_perms(self, perms: list[str], obj: models.Model | None = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff
