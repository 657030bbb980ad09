"""Meter files: what came of them, and what waits for its metering point."""

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from metering import actions
from metering.importers import reasons
from metering.models import ImportBatch, ImportIssue, ImportUpload, ParkedSeries
from portal.admin_site import MenuPlace, WorkQueue
from portal.documents.tables import Column, table_response
from portal.tenancy.admin import ReadOnlyAdmin, TenantModelAdmin, column, confirmed_action
from portal.tenancy.text import key_in
from portal.ui import formatting
from portal.ui.admin_columns import SHOWN_GSRN

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


class NeedsSomebody(admin.SimpleListFilter):
    """What the start page tells of: files that broke off, which running them again completes, and those with faults."""

    title = _("work to do")
    parameter_name = "needs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("reading", _("Broke off")), ("look", _("With faults, the last week"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "reading":
            return queryset.broken_off(timezone.now())
        return queryset.lately_faulty(timezone.now()) if self.value() == "look" else queryset


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnlyAdmin[ImportBatch]):
    menu_place = MenuPlace.WORK
    change_form_template = "metering/admin/batch.html"
    actions = ["read_again"]
    list_display = ["file_name", "started_at", "file_format", "state", *(_counted(name) for name in COUNTS), "speed"]
    list_filter = [NeedsSomebody, "state", "file_format", "finished_at"]
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
        now, files = timezone.now(), ImportBatch.objects
        broken_off, faulty = files.broken_off(now).count(), files.lately_faulty(now).count()
        queues = [
            self.waiting(_("Meter files that broke off"), broken_off, order=60, query="needs=reading"),
            self.waiting(_("Meter files with faults, the last week"), faulty, order=61, query="needs=look"),
        ]
        return [queue for queue in queues if queue]


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


class UnknownPoints(admin.SimpleListFilter):
    title = _("metering point")
    parameter_name = "point"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("unknown", _("Not registered, the newest of each"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.newest_of_unknown_points() if self.value() == "unknown" else queryset


@admin.register(ParkedSeries)
class ParkedSeriesAdmin(ReadOnlyAdmin[ParkedSeries]):
    """Values that wait for their metering point."""

    list_display = [SHOWN_GSRN, "direction", "start_utc", "values", "batch", "parked_at"]
    list_filter = [UnknownPoints, "parked_at"]
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
        count = ParkedSeries.objects.newest_of_unknown_points().count()
        return self.waiting(_("Unknown metering points with values"), count, order=62, query="point=unknown")
