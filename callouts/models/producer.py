"""The units that have the duty for the waste, and who lets the supplier declare it for them."""

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from callouts.rules.periods import Period, reckoned
from portal.customers.models import Customer
from portal.tenancy.models import TenantManager, TenantModel
from portal.ui import formatting


class ProducerQuerySet(models.QuerySet["WasteProducer"]):
    def of(self, customer: Customer) -> Self:
        return self.filter(customer=customer).order_by("name", "pk")

    def in_use(self) -> Self:
        """Those a call-off may be made for, also while they wait for somebody to accept them."""
        return self.filter(is_active=True).exclude(state=WasteProducer.State.REFUSED)


ProducerManager = TenantManager.from_queryset(ProducerQuerySet)


class WasteProducer(TenantModel):
    """Avfallsprodusent: the unit (underenhet) that has the duty for the waste; it may differ from who pays."""

    class State(models.TextChoices):
        SUGGESTED = "suggested", _("Suggested")
        WAITING = "waiting", _("Waits for approval")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")

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
    # An orderer suggests, the customer's owner registers, the supplier approves where it has said so.
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ACCEPTED)
    refusal = models.CharField(_("why it is refused"), max_length=300, blank=True)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("registered by")
    )

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
        return formatting.address(self.address, self.postal_code, self.city) if self.address else ""

    @property
    def is_accepted(self) -> bool:
        return self.state == self.State.ACCEPTED

    @property
    def state_color(self) -> str:
        return {"accepted": "success", "refused": "danger"}.get(self.state, "warning")

    def may_be_declared_for(self, on: date) -> bool:
        """Whether the supplier may declare this producer's waste on a day."""
        if self.declare_from is None:
            return False
        if self.declare_from <= on and (self.declare_to is None or on <= self.declare_to):
            return True
        # Another period that is accepted, with a gap between.
        return any(first <= on and (last is None or on <= last) for first, last in reckoned(self.accepted_periods()))

    def accepted_periods(self, without: "DeclarationAuthorization | None" = None) -> list[Period]:
        """Return the periods of the authorizations that are accepted, in the order of the answers."""
        accepted = self.authorizations.filter(state=DeclarationAuthorization.State.ACCEPTED)
        if without is not None:
            accepted = accepted.exclude(pk=without.pk)
        return list(accepted.order_by("answered_at", "pk").values_list("valid_from", "valid_to"))


class DeclarationAuthorization(TenantModel):
    """Fullmakt to declare: the customer's owner offers it for a period, and the supplier's staff accept it.

    The period that is in force stands on the producer itself; this is how it came to.
    """

    class State(models.TextChoices):
        OFFERED = "offered", _("Waits for an answer")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    producer = models.ForeignKey(
        WasteProducer, on_delete=models.PROTECT, related_name="authorizations", verbose_name=_("waste producer")
    )
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OFFERED)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("given by"))
    given_at = models.DateTimeField(_("given"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered"), null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("authorization to declare")
        verbose_name_plural = _("authorizations to declare")
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="authorization_to_declare_has_a_period",
            ),
            models.CheckConstraint(
                condition=models.Q(answered_at=None, answered_by=None) | models.Q(answered_at__isnull=False),
                name="authorization_answered_by_has_at",
            ),
            models.UniqueConstraint(
                fields=["tenant", "producer"],
                condition=models.Q(state="offered"),
                name="one_open_authorization_per_producer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.producer.name}, {self.get_state_display()}"

    @property
    def state_color(self) -> str:
        return {"accepted": "success", "refused": "danger", "offered": "warning"}.get(self.state, "neutral")
