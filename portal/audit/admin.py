"""The audit log, for reading."""

from django.contrib import admin

from portal.audit.models import Entry
from portal.tenancy.admin import ReadOnlyAdmin


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin[Entry]):
    list_display = ["at", "verb", "by", "customer", "object_type", "object_id"]
    list_filter = ["at", "verb"]
    list_select_related = ["by", "customer"]
    search_fields = ["=object_id", "by__email", "=customer__number"]
    ordering = ["-at"]
    fields = ["at", "verb", "by", "customer", "object_type", "object_id", "data"]
