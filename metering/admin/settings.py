"""How a company's files are taken, and what was found in the mornings."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Min
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from metering.models import ImportSettings, MissingValuesCheck, ReadingDay
from portal.admin_site import WorkQueue
from portal.customers.queries import today
from portal.tenancy.admin import OneRowAdmin, ReadOnlyAdmin
from portal.tenancy.forms import TenantModelForm
from portal.ui import formatting


class SettingsForm(TenantModelForm[ImportSettings]):
    confirms_deletion = forms.BooleanField(
        label=_("Delete the readings that are too old then"),
        required=False,
        help_text=_("Needed when fewer years are kept than before, and there are such readings."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        years = cleaned.get("retention_years")
        if years is None or years >= ImportSettings.current().retention_years or cleaned.get("confirms_deletion"):
            return cleaned
        kept_from = ImportSettings(retention_years=years).first_day_kept(today())
        oldest = ReadingDay.objects.filter(day__lt=kept_from).aggregate(oldest=Min("day"))["oldest"]
        if oldest is not None:
            message = _(
                "All readings from %(first)s to %(last)s would be deleted tonight. Tick the box if that is right."
            )
            days = {"first": formatting.day(oldest), "last": formatting.day(kept_from - timedelta(days=1))}
            self.add_error("confirms_deletion", ValidationError(message, params=days))
        return cleaned


@admin.register(ImportSettings)
class ImportSettingsAdmin(OneRowAdmin[ImportSettings]):
    """Everybody on the staff sees them; administrators decide, for they let go of readings."""

    form = SettingsForm
    list_display = ["__str__", "swap_directions", "utc_offset_minutes", "watches_folder", "alert_email"]
    fieldsets = [
        (_("The sender"), {"fields": ["swap_directions", "utc_offset_minutes", "watches_folder"]}),
        (
            _("Alerts"),
            {
                "fields": ["alert_email", "missing_share_percent"],
                "description": _("As long as there is no address, nobody gets an e-mail: look at the start page."),
            },
        ),
        (
            _("What is kept"),
            {"fields": ["retention_years", "confirms_deletion", "parked_days", "parked_values_limit"]},
        ),
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
        yesterday = today() - timedelta(days=1)
        check = MissingValuesCheck.objects.filter(day=yesterday, is_alarming=True).first()
        if check is None:
            return None
        url = reverse("admin:metering_missingvaluescheck_change", args=[check.pk])
        return WorkQueue(label=_("Metering points without yesterday’s values"), count=check.missing, url=url, order=61)
