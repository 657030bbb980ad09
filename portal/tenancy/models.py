"""Tenants, the hosts they answer at, and the base of every table that belongs to one."""

from collections.abc import Collection
from functools import cache
from typing import Any, ClassVar, Self, TypeVar, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler
from django.utils import translation
from django.utils.encoding import force_str
from django.utils.hashable import make_hashable
from django.utils.translation import gettext_lazy as _

from portal.tenancy.scope import NoTenantScope, current_tenant_id, forget, once, open_scope
from portal.tenancy.violations import in_plain_words


def default_modules() -> list[str]:
    return []


class Tenant(models.Model):
    """A company with its own portal. This table is global: it is what scopes are opened for."""

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    legal_name = models.CharField(_("registered company name"), max_length=120)
    modules = ArrayField(models.CharField(max_length=20), verbose_name=_("modules"), default=default_modules)
    theme = models.SlugField(_("theme"), default="skranke")
    time_zone = models.CharField(_("time zone"), max_length=40, default="Europe/Oslo")
    language = models.CharField(_("language"), max_length=5, default="nb", choices=settings.LANGUAGES)
    claim = models.JSONField(_("sentence on the sign-in page"), default=dict, blank=True, help_text=_("By language."))
    phone = models.CharField(_("customer service phone"), max_length=20, blank=True)
    phone_hours = models.JSONField(_("phone hours"), default=dict, blank=True, help_text=_("By language."))
    email = models.EmailField(_("customer service e-mail"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    # How people sign in, and how long it lasts. Defaults in the database too: tenants are made in more than one way.
    email_code_sign_in = models.BooleanField(_("one-time code by e-mail"), default=True, db_default=True)
    sms_code_sign_in = models.BooleanField(_("one-time code by SMS"), default=True, db_default=True)
    password_sign_in = models.BooleanField(_("password"), default=True, db_default=True)
    passkey_sign_in = models.BooleanField(_("passkey"), default=True, db_default=True)
    pin_unlock = models.BooleanField(
        _("PIN"), default=True, db_default=True, help_text=_("Unlocks a device on which somebody has signed in.")
    )
    lock_after_minutes = models.PositiveSmallIntegerField(
        _("minutes until the PIN is asked for"),
        default=15,
        db_default=15,
        validators=[MinValueValidator(2), MaxValueValidator(24 * 60)],
    )
    idle_minutes = models.PositiveIntegerField(
        _("minutes until an unused session ends"),
        default=8 * 60,
        db_default=8 * 60,
        validators=[MinValueValidator(5), MaxValueValidator(30 * 24 * 60)],
        help_text=_("On devices without a PIN. With a PIN it is a month."),
    )
    session_hours = models.PositiveIntegerField(
        _("hours until a session ends, used or not"),
        default=7 * 24,
        db_default=7 * 24,
        validators=[MinValueValidator(1), MaxValueValidator(90 * 24)],
        help_text=_("On devices without a PIN."),
    )
    sms_daily_limit = models.PositiveIntegerField(
        _("most SMS with codes and links a day"),
        default=500,
        db_default=500,
        help_text=_("Then e-mail is offered instead. Each SMS costs money, and anyone can ask for one."),
    )

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def has_module(self, name: str) -> bool:
        return name in self.modules

    def text(self, texts: dict[str, str]) -> str:
        """Pick the text of the active language, else of the company's own, else any."""
        for language in (translation.get_language() or "", self.language):
            if texts.get(language):
                return texts[language]
        return next(iter(texts.values()), "")

    @property
    def claim_text(self) -> str:
        return self.text(self.claim)

    @property
    def phone_hours_text(self) -> str:
        return self.text(self.phone_hours)

    @property
    def primary_host(self) -> str:
        return self.hosts.order_by("-is_primary", "pk").values_list("hostname", flat=True)[0]

    def absolute_url(self, path: str) -> str:
        """Return a link for messages: `path` on the tenant's own address."""
        return settings.PUBLIC_ORIGIN.format(host=self.primary_host) + path


class TenantHost(models.Model):
    """A host name that leads to a tenant; lower case, without a port."""

    hostname = models.CharField(
        _("host name"),
        max_length=253,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$", _("Write a host name in lower case."))],
    )
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="hosts")
    is_primary = models.BooleanField(_("used in links"), default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant"], condition=models.Q(is_primary=True), name="one_primary_host")
        ]

    def __str__(self) -> str:
        return self.hostname


def current_tenant_or_none() -> Tenant | None:
    """Return the tenant of the open scope, or None outside one."""
    return cast(Tenant | None, open_scope())


def current_tenant() -> Tenant:
    """Return the tenant of the open scope. Raises NoTenantScope outside one."""
    tenant = current_tenant_or_none()
    if tenant is None:
        raise NoTenantScope
    return tenant


class CurrentTenant(models.Expression):
    """The tenant of the scope that is open when the query runs, not when it was written."""

    output_field: ClassVar[models.Field[Any, Any]] = models.BigIntegerField()

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        """Raises NoTenantScope when no scope is open."""
        return "%s", (current_tenant_id(),)


class _TenantAtHand(ForwardManyToOneDescriptor):  # type: ignore[type-arg]  # not generic when it runs
    """`row.tenant`: of a row of the open scope's tenant that tenant itself, which nobody need ask the database for."""

    def get_object(self, instance: Any) -> Any:
        tenant = open_scope()
        if isinstance(tenant, Tenant) and tenant.pk == instance.tenant_id:
            return tenant
        return super().get_object(instance)


class TenantKey(models.ForeignKey["Tenant", "Tenant"]):
    """A row's tenant; to migrations a plain foreign key."""

    forward_related_accessor_class = _TenantAtHand

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, kwargs


M = TypeVar("M", bound=models.Model)
# By table; without anything of a tenant's in them.
_scoped_queries: dict[type[models.Model], Query] = {}


class TenantManager(models.Manager[M]):
    """Reaches only rows of the tenant whose scope is open, and raises NoTenantScope outside one."""

    def get_queryset(self) -> models.QuerySet[M]:
        """Begin a query. The condition is the same in each and looks the tenant up when it runs: it is built once a
        table, for a page begins dozens of queries.
        """
        scoped = _scoped_queries.get(self.model)
        if scoped is None:
            scoped = _scoped_queries[self.model] = super().get_queryset().filter(tenant=CurrentTenant()).query
        found: models.QuerySet[M] = super().get_queryset()
        found.query = scoped.chain()
        return found


@cache
def _labels(field: Any) -> dict[Any, Any]:
    """Return the words of a field's choices, each still in every language."""
    return dict(make_hashable(field.flatchoices))


class TenantModel(models.Model):
    """A row that belongs to a tenant. `tenant` is filled from the open scope.

    The table's migration ends with `ProtectTenantTables`, which adds row-level security; uniqueness includes `tenant`,
    because unique and foreign-key checks see other tenants' rows.
    """

    # Indexed by the (tenant, id) constraint that ProtectTenantTables adds.
    tenant = TenantKey(
        Tenant, on_delete=models.PROTECT, default=current_tenant_id, editable=False, db_index=False, related_name="+"
    )

    objects = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def _get_FIELD_display(self, field: Any) -> Any:  # noqa: N802  (Django's name)
        """As Django's, which makes a table of the choices for each value that is shown."""
        value = getattr(self, field.attname)
        return force_str(_labels(field).get(make_hashable(value), value), strings_only=True)

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """As Django's, but what a check refuses is said in words, at its field: `in_words` of the model has them."""
        errors: dict[str, Any] = {}
        excluded = {*(exclude or ())}
        for model, constraints in self.get_constraints():
            for constraint in constraints:
                try:
                    constraint.validate(model, self, exclude=excluded)
                except ValidationError as error:
                    told = error
                    if isinstance(constraint, models.CheckConstraint):
                        told = in_plain_words(self, constraint, excluded)
                    errors = told.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)


class OneRow(TenantModel):
    """The one row in which a tenant keeps its settings of some kind; without it the defaults hold."""

    class Meta(TenantModel.Meta):
        abstract = True

    @classmethod
    def current(cls) -> Self:
        """Return the open tenant's settings, or unsaved ones with the defaults."""
        return once(cls, lambda: cls.objects.first() or cls())

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        forget(type(self))

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        forget(type(self))
        return super().delete(*args, **kwargs)


class NumberSeries(TenantModel):
    """The last number given out in one of a tenant's series (orders, call-offs…)."""

    series = models.CharField(max_length=30)
    last = models.PositiveBigIntegerField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "series"], name="one_row_per_series")]

    def __str__(self) -> str:
        return f"{self.series} {self.last}"
