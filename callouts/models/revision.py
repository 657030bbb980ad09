"""What changes after a call-off is sent in: corrections beside the locked original, and what the customer asks for."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from callouts.models.call_off import CallOff
from portal.tenancy.models import TenantManager, TenantModel


class Revision(TenantModel):
    """A call-off as staff have corrected it: the whole of it, so that what was sent in stays as it was. Only added to.

    `content` is what callouts.standing writes: the columns of the call-off and of its lines, names and codes included.
    """

    call_off = models.ForeignKey(
        CallOff, on_delete=models.CASCADE, related_name="revisions", verbose_name=_("call-off")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    content = models.JSONField()
    reason = models.CharField(_("reason"), max_length=500)
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(_("by"), max_length=120)
    # As on the call-off, which is locked: what the history's search looks in.
    search_text = models.TextField(blank=True, editable=False)

    class Meta(TenantModel.Meta):
        verbose_name = _("revision of a call-off")
        verbose_name_plural = _("revisions of call-offs")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "call_off", "number"], name="one_correction_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.call_off} {self.number}"


class ChangeRequestQuerySet(models.QuerySet["ChangeRequest"]):
    def waiting(self) -> Self:
        return self.filter(state=ChangeRequest.State.WAITING)


ChangeRequestManager = TenantManager.from_queryset(ChangeRequestQuerySet)


class ChangeRequest(TenantModel):
    """What the customer asks for after sending in: a change, or to cancel it. Staff accept, or say why not."""

    class Kind(models.TextChoices):
        CHANGE = "change", _("Change the call-off")
        CANCELLATION = "cancel", _("Cancel the call-off")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for an answer")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    call_off = models.ForeignKey(
        CallOff, on_delete=models.CASCADE, related_name="change_requests", verbose_name=_("call-off")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    text = models.TextField(_("what the customer asks for"), max_length=2000)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked"))
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered"), null=True)

    objects: "ClassVar[ChangeRequestManager[Self]]" = ChangeRequestManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("request for a change")
        verbose_name_plural = _("requests for changes")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "call_off"],
                condition=models.Q(state="waiting"),
                name="one_open_request_per_call_off",
            ),
            models.CheckConstraint(
                condition=models.Q(state="waiting", answered_at=None, answered_by=None)
                | models.Q(~models.Q(state="waiting"), answered_at__isnull=False),
                name="request_for_a_change_is_answered_at",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "state", "asked_at"], name="requests_for_changes")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text[:60]}"

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    @property
    def state_color(self) -> str:
        return {"accepted": "success", "refused": "danger", "waiting": "warning"}.get(self.state, "neutral")
