"""Users. A user belongs to one tenant: the same person at two companies is two accounts."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import URLValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.encryption import EncryptedTextField
from portal.tenancy.models import TenantManager, TenantModel
from portal.ui import formatting


class StaffRole(models.TextChoices):
    """What a member of the tenant's staff may do in admin: see StaffRoleBackend."""

    AGENT = "agent", _("Customer service")
    ADMINISTRATOR = "administrator", _("Administrator")


# Wrong PINs in a row that shut a device out.
PIN_TRIES = 5
# A device that has not been used for so long asks for a full sign-in.
PIN_LASTS = timedelta(days=30)


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
    # Staff opened the access: every page leads to choosing a password until there is one.
    must_set_password = models.BooleanField(_("must choose a password"), default=False, editable=False)

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

    @property
    def is_administrator(self) -> bool:
        return self.is_staff and self.staff_role == StaffRole.ADMINISTRATOR

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        from django.contrib.auth import get_backends

        return self.is_active and any(
            backend.has_perm(self, perm, obj) for backend in get_backends() if hasattr(backend, "has_perm")
        )

    def has_perms(self, perms: list[str], obj: models.Model | None = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff


class Device(TenantModel):
    """A browser on which a user has signed in, known again by a cookie of its own; with a PIN it need not sign out.

    `token_hash` is the SHA-256 of what the cookie holds; `session_key` the session the device has open.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="devices", verbose_name=_("user"))
    token_hash = models.CharField(max_length=64)
    user_agent = models.CharField(_("browser"), max_length=300, blank=True)
    session_key = models.CharField(max_length=40, blank=True)
    pin = models.CharField(max_length=128, blank=True)
    failed_tries = models.PositiveSmallIntegerField(default=0)
    # The offer of a PIN has been answered, one way or the other.
    was_asked = models.BooleanField(default=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    last_used_at = models.DateTimeField(_("last used"), default=timezone.now)

    class Meta(TenantModel.Meta):
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "user", "token_hash"], name="one_device_per_cookie"),
        ]

    def __str__(self) -> str:
        return self.user_agent

    def opens_by_pin(self, now: datetime) -> bool:
        """Whether the PIN may be tried: there is one, it has not been guessed at, and the device is in use."""
        return bool(self.pin) and self.failed_tries < PIN_TRIES and now - self.last_used_at < PIN_LASTS


class AccessLink(TenantModel):
    """A link that staff have sent to a new user: it lets in once. Only the SHA-256 of its key is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="access_links", verbose_name=_("user"))
    key_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(_("sent"), default=timezone.now)
    expires_at = models.DateTimeField(_("valid until"))
    used_at = models.DateTimeField(_("used"), null=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("access link")
        verbose_name_plural = _("access links")
        constraints = [models.UniqueConstraint(fields=["tenant", "key_hash"], name="one_access_link_per_key")]

    def __str__(self) -> str:
        return f"{self.user_id}"


class SmsDay(TenantModel):
    """How many SMS with codes and links a day has seen, and how many more were asked for."""

    day = models.DateField(_("day"))
    sent = models.PositiveIntegerField(_("sent"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)

    class Meta(TenantModel.Meta):
        verbose_name = _("SMS for signing in")
        verbose_name_plural = _("SMS for signing in")
        constraints = [models.UniqueConstraint(fields=["tenant", "day"], name="one_sms_count_per_day")]

    def __str__(self) -> str:
        return formatting.day(self.day)


class Identity(TenantModel):
    """The person an account belongs to, where a provider has said so: a keyed hash of the identity number, no more."""

    user = models.OneToOneField(User, models.CASCADE, related_name="identity", verbose_name=_("user"))
    number_hash = models.CharField(max_length=64)
    linked_at = models.DateTimeField(_("linked"))

    class Meta(TenantModel.Meta):
        verbose_name = _("identity")
        verbose_name_plural = _("identities")
        constraints = [models.UniqueConstraint(fields=["tenant", "number_hash"], name="one_account_per_identity")]

    def __str__(self) -> str:
        return f"{self.user_id}"


class OpenIdProvider(TenantModel):
    """The company's own client at an OpenID provider, such as ID-porten; one row at the most."""

    class Authentication(models.TextChoices):
        PRIVATE_KEY = "private_key_jwt", _("Private key")
        BASIC = "client_secret_basic", _("Secret, in the header")
        POST = "client_secret_post", _("Secret, in the form")

    is_on = models.BooleanField(_("offered on the sign-in page"), default=False)
    name = models.CharField(_("name"), max_length=40, default="ID-porten")
    issuer = models.CharField(
        _("issuer"),
        max_length=200,
        validators=[URLValidator(["https", "http"])],
        help_text=_("Exactly as the provider writes it, such as https://idporten.no."),
    )
    client_id = models.CharField(_("client ID"), max_length=200)
    authentication = models.CharField(
        _("how we show who we are"), max_length=20, choices=Authentication.choices, default=Authentication.PRIVATE_KEY
    )
    secret = EncryptedTextField(_("secret or private key"))
    key_id = models.CharField(_("key ID"), max_length=200, blank=True, help_text=_("Of the private key."))
    scope = models.CharField(_("scope"), max_length=200, default="openid profile")
    acr_values = models.CharField(
        _("accepted levels"),
        max_length=200,
        default="idporten-loa-substantial idporten-loa-high",
        help_text=_("Separated by blanks. Whoever signed in with any other level is not let in."),
    )
    pid_claim = models.CharField(_("claim with the identity number"), max_length=60, default="pid")

    class Meta(TenantModel.Meta):
        verbose_name = _("ID-porten")
        verbose_name_plural = _("ID-porten")
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_openid_provider")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> "OpenIdProvider | None":
        """Return the provider that the tenant signs people in with, or None."""
        return cls.objects.filter(is_on=True).first()
