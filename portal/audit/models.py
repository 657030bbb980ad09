"""The audit log: who did what, for which customer. Rows are only ever added."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy.models import TenantModel


class Entry(TenantModel):
    at = models.DateTimeField(_("time"), auto_now_add=True)
    verb = models.CharField(_("what"), max_length=60)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    customer = models.ForeignKey(
        "customers.Customer", models.SET_NULL, null=True, related_name="+", verbose_name=_("for customer")
    )
    object_type = models.CharField(_("object"), max_length=60, blank=True)
    object_id = models.BigIntegerField(null=True)
    data = models.JSONField(_("details"), default=dict)

    class Meta(TenantModel.Meta):
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        indexes = [
            models.Index(fields=["tenant", "-at"], name="audit_by_time"),
            models.Index(fields=["tenant", "object_type", "object_id"], name="audit_by_object"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb}"
