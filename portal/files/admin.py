"""Files as staff see them: what waits for the scanner or was stopped by it, and what the tenant wants."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.files import scanner
from portal.files.actions import leave
from portal.files.models import FileSettings, StoredFile
from portal.leaving.admin import LeavableAdmin, WaitsFilter
from portal.tenancy.admin import OneRowAdmin
from portal.ui import formatting


@admin.register(StoredFile)
class StoredFileAdmin(LeavableAdmin[StoredFile]):
    """What is handed in, not what is in it: the content is served by the pages it belongs to."""

    waiting_label, waiting_order = _("Files that cannot be opened"), 92
    list_display = ["created_at", "name", "shown_size", "state", "scanned_at", "finding", "created_by"]
    list_filter = [WaitsFilter, "state", "created_at"]
    actions = ["leave"]
    list_select_related = ["created_by"]
    search_fields = ["name"]
    ordering = ["-created_at", "-pk"]
    fields = ["name", "media_type", "shown_size", "state", "scanned_at", "finding", "created_by", "created_at"]
    readonly_fields = ["shown_size"]

    def leave_row(self, row: StoredFile, by: Any) -> bool:
        return leave(stored=row, by=by)

    @admin.display(description=_("size"), ordering="size")
    def shown_size(self, stored: StoredFile) -> str:
        return formatting.file_size(stored.size)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Say how files are treated here."""
        if request.method == "GET":
            self.message_user(request, treatment(), messages.INFO)
        return super().changelist_view(request, extra_context)


def treatment() -> str:
    """Return a sentence that says whether files are scanned, and what happens to those that are not."""
    if scanner.is_configured():
        return str(_("Files are scanned for viruses before they can be opened."))
    if FileSettings.current().wait_without_scanner:
        return str(_("No virus scanner is set up: files wait and cannot be opened (file settings)."))
    return str(_("No virus scanner is set up: files can be opened unscanned (file settings)."))


@admin.register(FileSettings)
class FileSettingsAdmin(OneRowAdmin[FileSettings]):
    fields = ["wait_without_scanner", "scanner"]
    readonly_fields = ["scanner"]

    @admin.display(description=_("virus scanner"))
    def scanner(self, obj: FileSettings | None) -> str:
        if not settings.CLAMD_URL:
            return str(_("none is set up"))
        return str(_("answers") if scanner.answers() else _("does not answer"))
