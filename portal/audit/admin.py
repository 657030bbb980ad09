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
        (_("For whoever looks for a fault"), {"fields": [("verb", "object_id"), "details"]}),
    ]
    readonly_fields = ["what", "thing", "changes", "details"]

    @admin.display(description=_("what"), ordering="verb")
    def what(self, entry: Entry) -> str:
        return entry.what

    @admin.display(description=_("details"))
    def details(self, entry: Entry) -> str:
        """What was written down beside it, a line for each."""
        return format_html_join(mark_safe("<br>"), "{}: {}", entry.shown_data)

    @admin.display(description=_("changes"))
    def changes(self, entry: Entry) -> str:
        return entry.changes

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
