"""The way in for new people: somebody asks, staff or an owner invites, the person accepts."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.customers.models.authorization import Authorization
from portal.customers.models.customer import Customer
from portal.customers.rules import Role
from portal.notifications.models import Channel
from portal.tenancy.models import TenantManager, TenantModel

# How long what people wrote is kept: when it led to something, to tell later how access came about; else shorter.
DECIDED_KEPT, UNUSED_KEPT = timedelta(days=365), timedelta(days=90)


class AccessRequestQuerySet(models.QuerySet["AccessRequest"]):
    def waiting(self) -> Self:
        return self.filter(state=AccessRequest.State.WAITING)

    def outlived(self, now: datetime) -> Self:
        """Those that were decided so long ago that nobody will ask why; one that waits is staff's to decide."""
        return self.filter(decided_at__lt=now - DECIDED_KEPT)


AccessRequestManager = TenantManager.from_queryset(AccessRequestQuerySet)


class AccessRequest(TenantModel):
    """Somebody asks to act for a customer: one there is (`kind` person), or a new company. Staff decide.

    What stands here is what the person wrote; none of it is proved before the invitation is accepted.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("Access to a customer")
        COMPANY = "company", _("New company")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")

    kind = models.CharField(_("asks for"), max_length=10, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"))
    phone = models.CharField(_("mobile"), max_length=16, blank=True)
    role = models.CharField(_("wanted role"), max_length=10, choices=Role.choices, default=Role.ORDERER)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    message = models.TextField(_("message"), max_length=1000, blank=True)
    customer_number = models.CharField(_("customer number"), max_length=20, blank=True)
    org_no = models.CharField(_("organisation number"), max_length=9, blank=True)
    company = models.CharField(_("company"), max_length=120, blank=True)
    address = models.CharField(_("address"), max_length=120, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=4, blank=True)
    city = models.CharField(_("city"), max_length=60, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    decided_by = models.ForeignKey(
        User, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("decided by")
    )
    reason = models.TextField(_("reason"), max_length=500, blank=True)

    objects: "ClassVar[AccessRequestManager[Self]]" = AccessRequestManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("access request")
        verbose_name_plural = _("access requests")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="waiting", decided_at=None)
                | (~models.Q(state="waiting") & models.Q(decided_at__isnull=False)),
                name="access_request_decided_or_waiting",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | models.Q(decided_at__isnull=False),
                name="access_request_decided_by_has_at",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "asked_at"], condition=models.Q(state="waiting"), name="access_request_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} → {self.company or self.customer_number}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        """Neither accepted nor withdrawn; expired ones are among them."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def valid(self) -> Self:
        """Those whose link leads in today."""
        return self.open().filter(expires_at__gt=timezone.now())

    def outlived(self, now: datetime) -> Self:
        """Those that were accepted long ago, and those that came to nothing a while ago."""
        nothing = models.Q(withdrawn_at__lt=now - UNUSED_KEPT)
        nothing |= models.Q(accepted_at=None, expires_at__lt=now - UNUSED_KEPT)
        return self.filter(models.Q(accepted_at__lt=now - DECIDED_KEPT) | nothing)

    def newest_first(self) -> Self:
        return self.order_by("-invited_at", "-pk")


InvitationManager = TenantManager.from_queryset(InvitationQuerySet)


class Invitation(TenantModel):
    """A way in for one person, by a link sent to one address: who opens it has proved that address.

    Gives a membership of `customer` in `role`, or, where it has one, the `authorization`. The link works once and for
    a week; only a keyed hash of its secret is kept. The other address, if there is one, is what somebody wrote.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Waits for an answer")
        ACCEPTED = "accepted", _("Accepted")
        EXPIRED = "expired", _("Expired")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="invitations", verbose_name=_("customer"))
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    authorization = models.OneToOneField(
        Authorization, models.CASCADE, null=True, related_name="invitation", verbose_name=_("authorization")
    )
    request = models.ForeignKey(
        AccessRequest, models.SET_NULL, null=True, related_name="invitations", verbose_name=_("access request")
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    channel = models.CharField(_("sent by"), max_length=10, choices=Channel.choices)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("mobile"), max_length=16, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, blank=True)
    token_hash = models.CharField(max_length=64)
    invited_at = models.DateTimeField(_("sent"), default=timezone.now)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("invited by"))
    expires_at = models.DateTimeField(_("expires"))
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    accepted_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("accepted by"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    objects: "ClassVar[InvitationManager[Self]]" = InvitationManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "token_hash"], name="one_invitation_per_token"),
            models.CheckConstraint(
                condition=(models.Q(channel="email") & ~models.Q(email=""))
                | (models.Q(channel="sms") & ~models.Q(phone="")),
                name="invitation_has_address",
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="invitation_role_is_known"),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None) | models.Q(withdrawn_at=None), name="invitation_ends_one_way"
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_by=None) | models.Q(accepted_at__isnull=False),
                name="invitation_accepted_by_has_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name or self.address} – {self.customer}"

    @property
    def address(self) -> str:
        """The address that the link went to."""
        return self.phone if self.channel == Channel.SMS else self.email

    @property
    def is_expired(self) -> bool:
        return self.state_at(timezone.now()) == self.State.EXPIRED

    def state_at(self, now: datetime) -> State:
        if self.accepted_at:
            return self.State.ACCEPTED
        if self.withdrawn_at:
            return self.State.WITHDRAWN
        return self.State.EXPIRED if now >= self.expires_at else self.State.OPEN
