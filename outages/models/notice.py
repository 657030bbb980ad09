"""What the customers of an outage are told, and whom it has reached."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outages.models.outage import Outage
from outages.rules.phase import Kind
from outages.rules.telling import NoticeKind, Told
from portal.customers.models import Customer
from portal.tenancy.models import TenantManager, TenantModel

# A notice that is being sent and has not moved for so long has lost its worker.
STALLED_AFTER = timedelta(minutes=2)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def underway(self) -> Self:
        return self.filter(state=Notice.State.SENDING)

    def stalled(self, now: datetime) -> Self:
        return self.underway().filter(worked_at__lt=now - STALLED_AFTER)

    def outlived(self, since: datetime) -> Self:
        """Those that nobody will ask about: sent before `since`, of outages that are over."""
        over = models.Q(outage__restored_at__isnull=False) | models.Q(outage__cancelled_at__isnull=False)
        over |= models.Q(outage__kind=Kind.PLANNED, outage__expected_at__lt=since)
        return self.filter(over, created_at__lt=since)


NoticeManager = TenantManager.from_queryset(NoticeQuerySet)


class Notice(TenantModel):
    """One telling of all that an outage touches. The same is told once: kind and round are unique for an outage."""

    class State(models.TextChoices):
        SENDING = "sending", _("Being sent")
        STOPPED = "stopped", _("Stopped")
        DONE = "done", _("Sent")
        # It was no longer so before everybody had heard it.
        ENDED = "ended", _("Ended")

    KINDS = [
        (NoticeKind.PLANNED.value, _("Planned work")),
        (NoticeKind.CHANGED.value, _("Planned work: new time")),
        (NoticeKind.CANCELLED.value, _("Planned work: called off")),
        (NoticeKind.OUTAGE.value, _("Power cut")),
        (NoticeKind.RESTORED.value, _("Power is back")),
        (NoticeKind.WITHDRAWN.value, _("Power cut: there is none")),
    ]

    outage = models.ForeignKey(Outage, models.CASCADE, related_name="notices", verbose_name=_("outage"))
    kind = models.CharField(_("what"), max_length=10, choices=KINDS)
    # The version of the outage: what has become so again is told again.
    round = models.PositiveIntegerField(default=0, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.SENDING)
    # As it was told, so that a later change is seen.
    starts_at = models.DateTimeField(_("from"))
    expected_at = models.DateTimeField(_("expected back"), null=True)
    created_at = models.DateTimeField(_("ordered"), default=timezone.now)
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("ordered by")
    )
    collected_at = models.DateTimeField(null=True)
    # Whom it was collected from, as the outage names its area: those who come in later are told too.
    area = models.JSONField(default=dict, editable=False)
    worked_at = models.DateTimeField(default=timezone.now)
    total = models.PositiveIntegerField(_("recipients"), default=0)
    sent = models.PositiveIntegerField(_("sent"), default=0)

    objects: "ClassVar[NoticeManager[Self]]" = NoticeManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("notice to customers")
        verbose_name_plural = _("notices to customers")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "outage", "kind", "round"], name="one_notice_of_a_kind"),
            models.CheckConstraint(
                condition=models.Q(sent__lte=models.F("total")), name="no_more_sent_than_recipients"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "worked_at"], condition=models.Q(state="sending"), name="notice_underway")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.outage.area_name}"

    @property
    def left(self) -> int:
        return self.total - self.sent

    @property
    def told(self) -> Told:
        return Told(NoticeKind(self.kind), self.starts_at, self.expected_at)


class NoticeRecipient(TenantModel):
    """Somebody who is told: a user, or a customer that has none at the customer's own address.

    `contact` is the number or address it goes to; two customers with the same are told once. `place` is where.
    """

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="recipients", verbose_name=_("notice"))
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+", verbose_name=_("customer"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name=_("user")
    )
    contact = models.CharField(max_length=254)
    place = models.CharField(_("place"), max_length=200)
    others = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(_("told"), null=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "notice", "contact"], name="told_once")]
        indexes = [
            models.Index(fields=["tenant", "notice"], condition=models.Q(told_at=None), name="recipient_waiting")
        ]

    def __str__(self) -> str:
        return self.place
