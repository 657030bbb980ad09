"""Meter files, metering points and who holds them, as staff see them."""

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from metering.models import Holding, ImportBatch, ImportIssue, ImportSettings, MeteringPoint
from portal.admin_site import WorkQueue
from portal.tenancy.admin import ReadOnlyAdmin, TenantModelAdmin, TenantTabularInline

# A file whose import was killed still says that it runs.
BROKEN_OFF = [ImportBatch.State.FAILED, ImportBatch.State.RUNNING]


class HoldingInline(TenantTabularInline[Holding, MeteringPoint]):
    model = Holding
    autocomplete_fields = ["customer"]


@admin.register(MeteringPoint)
class MeteringPointAdmin(TenantModelAdmin[MeteringPoint]):
    list_display = ["gsrn", "address", "postal_code", "city", "meter_number", "price_area", "has_production"]
    list_filter = ["customer_group", "price_area", "has_production"]
    search_fields = ["=gsrn", "=meter_number", "address__istartswith"]
    inlines = [HoldingInline]


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnlyAdmin[ImportBatch]):
    list_display = ["file_name", "started_at", "state", "series", "accepted", "corrected", "unchanged", "rejected"]
    list_filter = ["state", "started_at"]
    search_fields = ["file_name__istartswith", "=sha256"]
    date_hierarchy = "started_at"

    def work_queue(self, request: HttpRequest) -> WorkQueue | None:
        """Files that broke off: running them again completes them."""
        count = ImportBatch.objects.broken_off(timezone.now()).count()
        url = reverse("admin:metering_importbatch_changelist") + "?state__in=" + ",".join(BROKEN_OFF)
        return WorkQueue(label=_("Meter files that broke off"), count=count, url=url, order=60) if count else None


@admin.register(ImportIssue)
class ImportIssueAdmin(ReadOnlyAdmin[ImportIssue]):
    list_display = ["batch", "line", "reference", "text", "values"]
    list_filter = ["is_note", "code", "batch__started_at"]
    list_select_related = ["batch"]
    search_fields = ["=reference", "batch__file_name__istartswith"]
    fields = ["batch", "line", "reference", "text", "values", "is_note"]

    @admin.display(description=_("reason"))
    def text(self, issue: ImportIssue) -> str:
        return issue.text


@admin.register(ImportSettings)
class ImportSettingsAdmin(TenantModelAdmin[ImportSettings]):
    list_display = ["__str__", "swap_directions", "utc_offset_minutes"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not ImportSettings.objects.exists()
