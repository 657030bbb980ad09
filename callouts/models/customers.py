"""What a customer's call-offs leave behind for the next ones: load carriers, templates, questions about waste."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from callouts.models.call_off import CallOff
from callouts.models.catalogue import Unit, WasteFraction
from portal.customers.models import Customer
from portal.tenancy.models import TenantManager, TenantModel


class LoadCarrier(TenantModel):
    """A load carrier or tank (MDE-331, C-301) that a customer has called off with, suggested the next time."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", verbose_name=_("customer"))
    number = models.CharField(_("load carrier or tank number"), max_length=40)
    size = models.DecimalField(_("size"), max_digits=9, decimal_places=3, null=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("unit of the size"))
    used_at = models.DateTimeField(_("last used"))

    class Meta(TenantModel.Meta):
        verbose_name = _("load carrier")
        verbose_name_plural = _("load carriers")
        constraints = [models.UniqueConstraint(fields=["tenant", "customer", "number"], name="one_load_carrier")]
        indexes = [models.Index(fields=["tenant", "customer", "-used_at"], name="load_carriers_last_used")]

    def __str__(self) -> str:
        return self.number


class TemplateQuerySet(models.QuerySet["CallOffTemplate"]):
    def of(self, customer: Customer) -> Self:
        return self.filter(customer=customer).order_by("name", "pk")


TemplateManager = TenantManager.from_queryset(TemplateQuerySet)


class CallOffTemplate(TenantModel):
    """A named call-off to start from. `content` is what callouts.stored_content writes: values and ids."""

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="call_off_templates", verbose_name=_("customer")
    )
    name = models.CharField(_("name"), max_length=60)
    content = models.JSONField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    saved_at = models.DateTimeField(_("saved"))

    objects: "ClassVar[TemplateManager[Self]]" = TemplateManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("template of a call-off")
        verbose_name_plural = _("templates of call-offs")
        constraints = [models.UniqueConstraint(fields=["tenant", "customer", "name"], name="one_template_per_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def dialog(self) -> str:
        """Return the id of the element that asks whether to delete it."""
        return f"delete-template-{self.pk}"


class FractionRequestQuerySet(models.QuerySet["FractionRequest"]):
    def waiting(self) -> Self:
        return self.filter(state=FractionRequest.State.WAITING)


FractionRequestManager = TenantManager.from_queryset(FractionRequestQuerySet)


class FractionRequest(TenantModel):
    """Waste that is not on the list, in the customer's own words; staff answer with a fraction, or why not."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for an answer")
        ANSWERED = "answered", _("Answered")

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="fraction_requests", verbose_name=_("customer")
    )
    draft = models.ForeignKey(CallOff, models.SET_NULL, null=True, related_name="fraction_requests")
    description = models.TextField(_("description"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked"))
    fraction = models.ForeignKey(
        WasteFraction,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("waste fraction"),
        help_text=_("The fraction to use, new or already there."),
    )
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered"), null=True)

    objects: "ClassVar[FractionRequestManager[Self]]" = FractionRequestManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("question about waste")
        verbose_name_plural = _("questions about waste")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="waiting", answered_at=None, answered_by=None)
                | models.Q(state="answered", answered_at__isnull=False),
                name="question_about_waste_is_answered_at",
            )
        ]
        indexes = [models.Index(fields=["tenant", "state", "asked_at"], name="questions_about_waste")]

    def __str__(self) -> str:
        return self.description[:60]
