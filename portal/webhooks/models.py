"""Where other systems want to be told, and every delivery to them."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.encryption import EncryptedTextField
from portal.leaving.models import Leavable
from portal.outbox import Parcel, ParcelQuerySet
from portal.tenancy.models import TenantManager, TenantModel
from portal.webhooks import events
from portal.webhooks.signing import new_secret

# Payloads hold personal data, so they are not kept longer than somebody may ask what became of one.
KEPT_DELIVERED, KEPT_GIVEN_UP = timedelta(days=30), timedelta(days=90)


event_or_all = RegexValidator(rf"^{events.PATTERN.pattern}$", _("Write it like orders.sent."))


class State(models.TextChoices):
    """QUEUED and FAILED are tried when due; the last two are final until staff send it again."""

    QUEUED = "queued", _("Waiting")
    SENDING = "sending", _("Being sent")
    FAILED = "failed", _("Failed, will be tried again")
    DELIVERED = "delivered", _("Delivered")
    GIVEN_UP = "given_up", _("Given up")


class WebhookEndpoint(TenantModel):
    """An address of another system's. No events listed: it gets them all."""

    url = models.URLField(_("address"), max_length=500)
    description = models.CharField(_("description"), max_length=100, blank=True)
    secret = EncryptedTextField(_("secret"), default=new_secret, editable=False)
    events = ArrayField(
        models.CharField(max_length=60, validators=[event_or_all]),
        verbose_name=_("events"),
        default=list,
        blank=True,
    )
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta(TenantModel.Meta):
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        constraints = [models.UniqueConstraint(fields=["tenant", "url"], name="one_webhook_per_url")]

    def __str__(self) -> str:
        return self.description or self.url

    def wants(self, event: str) -> bool:
        return events.is_wanted(event, self.events)


class WebhookDeliveryQuerySet(ParcelQuerySet["WebhookDelivery"]):
    def due(self, now: datetime) -> Self:
        """Deliveries that are tried now; those of an endpoint that is switched off wait."""
        return super().due(now).filter(endpoint__is_active=True)

    def needing_staff(self) -> Self:
        return self.filter(state=State.GIVEN_UP, left_at=None)

    def outlived(self, now: datetime) -> Self:
        return self.filter(
            models.Q(state=State.DELIVERED, created_at__lt=now - KEPT_DELIVERED)
            | models.Q(state=State.GIVEN_UP, created_at__lt=now - KEPT_GIVEN_UP)
        )


WebhookDeliveryManager = TenantManager.from_queryset(WebhookDeliveryQuerySet)


class WebhookDelivery(Parcel):
    """One event on its way to one endpoint.

    `key` names the thing it tells of ("orders.sent:117"): the same key gives an endpoint no second delivery.
    `body` is sent, and signed, as it stands.
    """

    LEASE = timedelta(minutes=2)

    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="deliveries", verbose_name=_("webhook"))
    key = models.CharField(_("key"), max_length=200)
    body = models.TextField(_("content"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    delivered_at = models.DateTimeField(_("delivered"), null=True)
    status = models.PositiveSmallIntegerField(_("status of the answer"), null=True)
    response = models.CharField(_("answer"), max_length=500, blank=True)

    objects: "ClassVar[WebhookDeliveryManager[Self]]" = WebhookDeliveryManager()

    class Meta(Parcel.Meta):
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        constraints = [
            *Leavable.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "endpoint", "key"], name="one_delivery_per_key"),
            models.UniqueConstraint(fields=["tenant", "reference"], name="one_delivery_per_reference"),
            # Without it, a delivery whose worker died would never be taken back.
            models.CheckConstraint(
                condition=~models.Q(state=State.SENDING) | models.Q(sending_since__isnull=False),
                name="sending_delivery_has_since",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "next_attempt_at"],
                condition=models.Q(state__in=["queued", "failed", "sending"]),
                name="delivery_waiting",
            ),
            models.Index(fields=["tenant", "-created_at"], name="delivery_by_time"),
            models.Index(
                fields=["tenant"], condition=models.Q(state="given_up", left_at=None), name="delivery_given_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{events.label_of(self.event)} → {self.endpoint}"
