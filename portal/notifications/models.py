"""The outbox: every e-mail and text message, written in the transaction of the thing it tells of."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal import words
from portal.encryption import EncryptedTextField
from portal.leaving.models import Leavable
from portal.outbox import Parcel, ParcelQuerySet
from portal.tenancy.models import TenantManager, TenantModel
from portal.ui import formatting


class Channel(models.TextChoices):
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("SMS")


class State(models.TextChoices):
    """QUEUED and FAILED are tried when due; the last four are final until staff or a receipt say otherwise."""

    QUEUED = "queued", _("Waiting")
    SENDING = "sending", _("Being sent")
    FAILED = "failed", _("Failed, will be tried again")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    GIVEN_UP = "given_up", _("Given up")
    UNKNOWN = "unknown", _("Unknown whether it was sent")


# Long enough to answer whoever says they were never told, and no longer: a message holds an address and a person's own
# affairs, and what it told of (an invoice, an order) is kept by itself.
KEPT = timedelta(days=730)
FINAL = (State.SENT, State.DELIVERED, State.GIVEN_UP, State.UNKNOWN)
# To nobody, nothing can be sent again.
NOT_SENT = models.Q(state__in=["given_up", "unknown"], left_at=None) & ~models.Q(recipient="")
# A code or a link is wiped, and what is good for a while needs nobody after.
LASTS = models.Q(expires_at=None) & ~models.Q(body="")
NEEDING_STAFF_FIRST = models.Case(models.When(NOT_SENT & LASTS, then=0), default=1)


class MessageQuerySet(ParcelQuerySet["Message"]):
    def needing_staff(self) -> Self:
        """Those that somebody can send again, or replace (a link that has not run out); not those that were left."""
        return self.filter(NOT_SENT, LASTS | models.Q(expires_at__gt=timezone.now()))

    def outlived(self, now: datetime) -> Self:
        """Never one that waits to be sent."""
        return self.filter(state__in=FINAL, created_at__lt=now - KEPT)

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")


MessageManager = TenantManager.from_queryset(MessageQuerySet)


class Message(Parcel):
    """One message on one channel, in the words it is sent in.

    `key` names the thing it tells of ("order-confirmed:117"): the same key gives no second message.
    """

    LEASE = timedelta(minutes=5)

    key = models.CharField(_("key"), max_length=120)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    # The channel that was wanted, where the recipient could not be reached on it.
    fallback_from = models.CharField(_("instead of"), max_length=10, choices=Channel.choices, blank=True)
    recipient = models.CharField(_("recipient"), max_length=254, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("user")
    )
    customer = models.ForeignKey(
        "customers.Customer", models.SET_NULL, null=True, related_name="+", verbose_name=_("customer")
    )
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("text"), blank=True)
    is_sensitive = models.BooleanField(_("holds a code"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    expires_at = models.DateTimeField(_("useless after"), null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    gateway_id = models.CharField(_("number at the gateway"), max_length=100, blank=True)
    last_error = models.CharField(_("what went wrong"), max_length=300, blank=True)

    objects: "ClassVar[MessageManager[Self]]" = MessageManager()

    class Meta(Parcel.Meta):
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            *Leavable.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "key", "channel"], name="one_message_per_key"),
            models.UniqueConstraint(fields=["tenant", "reference"], name="one_message_per_reference"),
            models.CheckConstraint(
                condition=~models.Q(recipient="") | models.Q(state=State.GIVEN_UP), name="message_has_recipient"
            ),
            # Without it, a message whose worker died would never be taken back.
            models.CheckConstraint(
                condition=~models.Q(state=State.SENDING) | models.Q(sending_since__isnull=False),
                name="sending_message_has_since",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "next_attempt_at"],
                condition=models.Q(state__in=["queued", "failed", "sending"]),
                name="message_waiting",
            ),
            models.Index(fields=["tenant", "-created_at"], name="message_by_time"),
            # The order of the list in admin.
            models.Index(
                models.F("tenant"),
                NEEDING_STAFF_FIRST.asc(),
                models.F("created_at").desc(),
                models.F("id").desc(),
                name="message_as_staff_see_it",
            ),
            # Counted on the first page of every visit to the admin.
            models.Index(fields=["tenant", "expires_at"], condition=NOT_SENT, name="message_needing_staff"),
            models.Index(
                fields=["tenant"], condition=models.Q(is_sensitive=True) & ~models.Q(body=""), name="message_with_code"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} → {self.shown_recipient}"

    @property
    def shown_recipient(self) -> str:
        """The address or number as people write it."""
        return formatting.phone(self.recipient) if self.channel == Channel.SMS else self.recipient

    @property
    def what(self) -> str:
        """What the message is called, in the active language; the event itself where nobody has named it."""
        return str(words.of_all_apps("message_words").get(self.event, self.event))


class SmsGateway(TenantModel):
    """A tenant's account at its SMS gateway; set up by the operator (`manage.py set_sms_gateway`).

    Not in admin: an address that the tenant's own staff could choose would let them reach our inner network.
    """

    url = models.URLField(_("address"))
    username = models.CharField(_("user name"), max_length=100, blank=True)
    token = EncryptedTextField(_("token"))
    sender = models.CharField(_("sender name"), max_length=15)
    webhook_secret = EncryptedTextField(_("secret of the receipts"))

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_sms_gateway")]

    def __str__(self) -> str:
        return self.sender


class NotificationChoice(TenantModel):
    """On which channels a user wants to hear of a kind of event; no row: the kind's own (see `preferences`)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    kind = models.CharField(_("kind"), max_length=60)
    channels = ArrayField(
        models.CharField(max_length=10, choices=Channel.choices), default=list, blank=True, verbose_name=_("channels")
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("notification choice")
        verbose_name_plural = _("notification choices")
        constraints = [models.UniqueConstraint(fields=["tenant", "user", "kind"], name="one_notification_choice")]

    def __str__(self) -> str:
        return f"{self.user} – {self.kind}"
