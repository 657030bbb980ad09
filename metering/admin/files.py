"""Meter files: what came of them, and what waits for its metering point."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import PurePath
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from metering import actions
from metering.importers import reasons
from metering.models import ImportBatch, ImportIssue, ImportUpload, MeteringPoint, ParkedSeries
from portal.admin_site import MenuPlace, WorkQueue
from portal.documents.tables import Column, table_response
from portal.tenancy.admin import ReadOnlyAdmin, TenantModelAdmin, column, confirmed_action
from portal.tenancy.text import key_in
from portal.ui import formatting
from portal.ui.admin_columns import SHOWN_GSRN

# A file whose import was killed still says that it runs.
BROKEN_OFF = [ImportBatch.State.FAILED, ImportBatch.State.RUNNING]
# How long the start page tells of a file that was not right.
FAULTY_FOR = timedelta(days=7)
SHOWN_ISSUES = 100
asks_again = confirmed_action(
    description=_("Read again"),
    question=_(
        "Each of these files is read once more, from its beginning. Values that have been corrected since stay."
    ),
    permissions=("read_again",),
)
SHOWN_REFERENCE: Any = column("reference", ImportIssue._meta.get_field("reference").verbose_name, formatting.gsrn)
COUNTS = ["accepted", "corrected", "unchanged", "rejected", "parked"]
COLUMNS = [
    Column(_("Line"), "integer"),
    Column(_("Metering point")),
    Column(_("Values"), "integer"),
    Column(_("Kind")),
    Column(_("Reason")),
]


def _counted(name: str) -> Any:
    return column(name, ImportBatch._meta.get_field(name).verbose_name, formatting.number)  # type: ignore[union-attr]  # each is a column


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnlyAdmin[ImportBatch]):
    menu_place = MenuPlace.WORK
    change_form_template = "metering/admin/batch.html"
    actions = ["read_again"]
    list_display = ["file_name", "started_at", "file_format", "state", *(_counted(name) for name in COUNTS), "speed"]
    list_filter = ["state", "file_format", "finished_at"]
    search_fields = ["file_name", "=sha256", "=issues__reference"]
    date_hierarchy = "started_at"
    ordering = ["-started_at"]
    fieldsets = [
        (None, {"fields": ["file_name", "size", "file_format", "state", "by", "started_at", "finished_at"]}),
        (
            _("What came of it"),
            {"fields": ["series", "accepted", "corrected", "unchanged", "rejected", "parked", "seconds", "speed"]},
        ),
    ]

    def get_urls(self) -> list[Any]:
        report = self.admin_site.admin_view(self.report)
        return [path("<int:pk>/report.csv", report, name="metering_importbatch_report"), *super().get_urls()]

    @admin.display(description=_("size"))
    def size(self, batch: ImportBatch) -> str:
        return formatting.file_size(batch.file_bytes)

    @admin.display(description=_("values/s"))
    def speed(self, batch: ImportBatch) -> str:
        return formatting.number(batch.values_per_second)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        batch = ImportBatch.objects.filter(pk=key_in(object_id)).first()
        shown = {
            "issues": batch.issues.order_by("line", "pk")[:SHOWN_ISSUES] if batch else [],
            "kept": ImportUpload.objects.with_content_of(batch).first() if batch else None,
            "may_read_again": may_hand_in(request),
        }
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    def has_read_again_permission(self, request: HttpRequest) -> bool:
        return may_hand_in(request)

    @asks_again
    def read_again(self, request: Any, queryset: QuerySet[ImportBatch]) -> HttpResponse | None:
        """An archive of which several files are chosen is read once."""
        uploads: dict[int, ImportUpload] = {}
        for batch in queryset:
            if upload := ImportUpload.objects.with_content_of(batch).first():
                uploads[upload.pk] = upload
            else:
                self.message_user(request, _not_kept(batch.file_name), messages.WARNING)
        return read_files_again(self, request, list(uploads.values()))

    def report(self, request: HttpRequest, pk: int) -> FileResponse:
        """All that was refused or noted, as a table to download."""
        batch = get_object_or_404(ImportBatch, pk=pk)
        if not self.has_view_permission(request, batch):
            raise PermissionDenied
        return table_response(name=_report_name(batch), format="csv", columns=COLUMNS, rows=_rows(batch))

    def work_queues(self, request: HttpRequest) -> list[WorkQueue]:
        """Files that broke off, which running them again completes, and lately those that were not right."""
        now = timezone.now()
        since = now - FAULTY_FOR
        page = reverse("admin:metering_importbatch_changelist")
        lately = page + "?" + urlencode({"state__exact": ImportBatch.State.FAULTY, "finished_at__gte": str(since)})
        broken_off = ImportBatch.objects.broken_off(now).count()
        faulty = ImportBatch.objects.faulty_since(since).count()
        again = f"{page}?state__in={','.join(BROKEN_OFF)}"
        queues = [
            WorkQueue(label=_("Meter files that broke off"), count=broken_off, url=again, order=60),
            WorkQueue(label=_("Meter files with faults, the last week"), count=faulty, url=lately, order=61),
        ]
        return [queue for queue in queues if queue.count]


def may_hand_in(request: Any) -> bool:
    """Who may hand in files may have them read again."""
    return bool(request.user.has_perm("metering.add_importupload"))


def _not_kept(name: str) -> str:
    return gettext("The content of %(file)s is not kept any more. Hand the file in again.") % {"file": name}


def read_files_again(
    model_admin: TenantModelAdmin[Any], request: Any, uploads: list[ImportUpload]
) -> HttpResponseRedirect | None:
    """Have files read again, and lead to the page that shows how far a single one is."""
    sent = []
    for upload in uploads:
        if actions.read_again(upload=upload, by=request.user):
            sent.append(upload)
        elif upload.is_on_its_way:
            text = gettext("%(file)s is being read already.") % {"file": upload.file_name}
            model_admin.message_user(request, text, messages.WARNING)
        else:
            model_admin.message_user(request, _not_kept(upload.file_name), messages.WARNING)
    if not sent:
        return None
    text = ngettext("%(count)s file will be read again.", "%(count)s files will be read again.", len(sent))
    model_admin.message_user(request, text % {"count": len(sent)})
    return redirect("admin:metering_importupload_change", sent[0].pk) if len(sent) == 1 else None


def _report_name(batch: ImportBatch) -> str:
    return gettext("report-of-%(file)s") % {"file": PurePath(batch.file_name).stem}


def _rows(batch: ImportBatch) -> Iterator[list[object]]:
    for issue in batch.issues.order_by("line", "pk").iterator(chunk_size=2000):
        yield [issue.line or None, issue.reference, issue.values, _kind(issue), issue.text]


def _kind(issue: ImportIssue) -> str:
    return str(_("note") if issue.is_note else _("rejected"))


class ReasonFilter(admin.SimpleListFilter):
    """Reasons in words, of which only those that occur."""

    title = _("reason")
    parameter_name = "why"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        codes = ImportIssue.objects.order_by("code").values_list("code", flat=True).distinct()
        return sorted(((code, reasons.title_for(code)) for code in codes), key=lambda choice: choice[1])

    def queryset(self, request: Any, queryset: QuerySet[ImportIssue]) -> QuerySet[ImportIssue]:
        return queryset.filter(code=self.value()) if self.value() else queryset


@admin.register(ImportIssue)
class ImportIssueAdmin(ReadOnlyAdmin[ImportIssue]):
    list_display = ["batch", "line", SHOWN_REFERENCE, "text", "values"]
    list_filter = ["is_note", ReasonFilter, "batch__started_at"]
    list_select_related = ["batch"]
    search_fields = ["=reference", "batch__file_name__istartswith"]
    fields = ["batch", "line", SHOWN_REFERENCE, "text", "values", "is_note"]
    readonly_fields = [SHOWN_REFERENCE]
    ordering = ["-batch__started_at", "line"]

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        return lookup == ReasonFilter.parameter_name or super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("reason"))
    def text(self, issue: ImportIssue) -> str:
        return issue.text


@admin.register(ParkedSeries)
class ParkedSeriesAdmin(ReadOnlyAdmin[ParkedSeries]):
    """Values that wait for their metering point."""

    list_display = [SHOWN_GSRN, "direction", "start_utc", "values", "batch", "parked_at"]
    list_filter = ["parked_at"]
    list_select_related = ["batch"]
    search_fields = ["=gsrn"]
    fields = [SHOWN_GSRN, "direction", "start_utc", "resolution_minutes", "values", "registered_at", "batch", "line"]
    readonly_fields = [SHOWN_GSRN]
    ordering = ["-parked_at", "gsrn"]

    @admin.display(description=_("values"))
    def values(self, series: ParkedSeries) -> int:
        return len(series.values_wh)

    def work_queue(self, request: HttpRequest) -> WorkQueue | None:
        """Metering points that files name and nobody has registered."""
        registered = MeteringPoint.objects.filter(gsrn=OuterRef("gsrn"))
        count = ParkedSeries.objects.exclude(Exists(registered)).values("gsrn").distinct().count()
        return self.waiting(_("Unknown metering points with values"), count, order=62)
