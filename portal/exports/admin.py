"""Who has taken what out. The files are the persons' own."""

from django.contrib import admin

from portal.exports.models import ExportJob
from portal.tenancy.admin import ReadOnlyAdmin


@admin.register(ExportJob)
class ExportJobAdmin(ReadOnlyAdmin[ExportJob]):
    list_display = ["created_at", "title", "user", "state", "rows", "finished_at"]
    list_filter = ["state", "created_at"]
    list_select_related = ["user"]
    search_fields = ["title", "user__email"]
    ordering = ["-created_at", "-pk"]
    fields = ["title", "exporter", "user", "customer", "state", "rows", "created_at", "finished_at"]
