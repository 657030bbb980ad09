"""How a company's files are taken, and what was found in the mornings."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from metering.models import ImportSettings, MissingValuesCheck
from portal.admin_site import WorkQueue
from portal.tenancy.admin import OneRowAdmin, ReadOnlyAdmin


@admin.register(ImportSettings)
class ImportSettingsAdmin(OneRowAdmin[ImportSettings]):
    list_display = ["__str__", "swap_directions", "utc_offset_minutes", "watches_folder", "alert_email"]
    fieldsets = [
        (_("The sender"), {"fields": ["swap_directions", "utc_offset_minutes", "watches_folder"]}),
        (_("Alerts"), {"fields": ["alert_email", "missing_share_percent"]}),
        (_("What is kept"), {"fields": ["retention_years", "parked_days", "parked_values_limit"]}),
    ]


@admin.register(MissingValuesCheck)
class MissingValuesCheckAdmin(ReadOnlyAdmin[MissingValuesCheck]):
    list_display = ["day", "points", "missing", "share", "is_alarming", "checked_at"]
    list_filter = ["is_alarming"]
    ordering = ["-day"]

    @admin.display(description=_("share"))
    def share(self, check: MissingValuesCheck) -> str:
        return f"{check.percent} %"

    def work_queue(self, request: Any) -> WorkQueue | None:
        """The last morning, when too much was missing then."""
        yesterday = timezone.now().astimezone(request.tenant.zone).date() - timedelta(days=1)
        check = MissingValuesCheck.objects.filter(day=yesterday, is_alarming=True).first()
        if check is None:
            return None
        url = reverse("admin:metering_missingvaluescheck_change", args=[check.pk])
        return WorkQueue(label=_("Metering points without yesterday’s values"), count=check.missing, url=url, order=61)
