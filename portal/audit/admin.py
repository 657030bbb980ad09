"""The audit log, for reading."""

from django.apps import apps
from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from portal.audit.models import Entry
from portal.tenancy.admin import ReadOnlyAdmin
from portal.ui import formatting
from portal.words import WordsFilter


class WhatFilter(WordsFilter):
    module, parameter_name = "audit_words", "verb"


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin[Entry]):
    list_display = ["at", "what", "by", "customer", "thing"]
    list_filter = ["at", WhatFilter]
    list_select_related = ["by", "customer"]
    search_fields = ["=object_id", "by__email", "=customer__number"]
    ordering = ["-at"]
    fieldsets = [
        (None, {"fields": ["at", "what", "by", "customer", "thing", "changes"]}),
        (_("For whoever looks for a fault"), {"fields": [("technical_name", "row"), "details"]}),
    ]
    readonly_fields = ["what", "thing", "changes", "technical_name", "row", "details"]

    @admin.display(description=_("what"), ordering="verb")
    def what(self, entry: Entry) -> str:
        return entry.what

    @admin.display(description=_("details"))
    def details(self, entry: Entry) -> str:
        """What was written down beside it, a line for each."""
        return format_html_join(mark_safe("<br>"), "{}: {}", entry.shown_data) or formatting.MISSING

    @admin.display(description=_("changes"))
    def changes(self, entry: Entry) -> str:
        return entry.changes or formatting.MISSING

    @admin.display(description=_("technical name"))
    def technical_name(self, entry: Entry) -> str:
        return entry.verb

    @admin.display(description=_("number of the row"))
    def row(self, entry: Entry) -> str:
        return str(entry.object_id or formatting.MISSING)

    @admin.display(description=_("object"))
    def thing(self, entry: Entry) -> str:
        """What it was done to, as a link where the admin has a page of it; it may be gone."""
        if not entry.object_type:
            return ""
        try:
            name = str(capfirst(apps.get_model(entry.object_type)._meta.verbose_name))
        except LookupError:
            return entry.object_type
        try:
            page = reverse(f"admin:{entry.object_type.replace('.', '_')}_change", args=[entry.object_id])
        except NoReverseMatch:
            return name
        return format_html('<a href="{}">{}</a>', page, name)
