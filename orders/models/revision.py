"""What was changed in an order after it was sent. Rows are only added."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.models.order import Order, OrderLine
from portal.tenancy.models import TenantModel


def nothing() -> dict[str, Any]:
    return {}


class OrderRevision(TenantModel):
    """One change or cancellation of one job: the order keeps its number and gets a new revision.

    `before` and `after` hold the fields that differ, as plain values: dates as "2026-11-13", names by language.
    """

    class Kind(models.TextChoices):
        CHANGED = "changed", pgettext_lazy("revision", "Changed")
        CANCELLED = "cancelled", pgettext_lazy("revision", "Cancelled")

    order = models.ForeignKey(
        Order, models.CASCADE, related_name="revisions", verbose_name=pgettext_lazy("noun", "order")
    )
    line = models.ForeignKey(OrderLine, models.CASCADE, related_name="revisions", verbose_name=_("job"))
    number = models.PositiveSmallIntegerField(_("revision"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("made by")
    )
    on_behalf = models.BooleanField(_("on behalf of the customer"), default=False)
    before = models.JSONField(_("before"), default=nothing)
    after = models.JSONField(_("after"), default=nothing)

    class Meta(TenantModel.Meta):
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [models.UniqueConstraint(fields=["tenant", "order", "number"], name="one_revision_per_number")]

    def __str__(self) -> str:
        return f"{self.order.number_text} ({self.number})"
