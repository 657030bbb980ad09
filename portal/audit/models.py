"""The audit log: who did what, for which customer. Rows are only ever added."""

import json

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.audit.details import in_words
from portal.audit.words import words_for
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
        return words_for(self.verb)

    @property
    def what(self) -> str:
        """What was done, in the active language."""
        return words_for(self.verb)

    @property
    def changes(self) -> str:
        """Which fields staff changed, in words; "" for all that was not done in a form of the admin."""
        changes = self.data.get("changes")
        return LogEntry(change_message=json.dumps(changes)).get_change_message() if changes else ""

    @property
    def shown_data(self) -> list[tuple[str, str]]:
        """The details by name, as text; the changes have their own words."""
        return in_words(self.verb, {name: value for name, value in self.data.items() if name != "changes"})
