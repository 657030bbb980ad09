"""Where staff take reported hazards off the queue, and say who is on duty."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outages.actions import hazards
from outages.admin.forms import DutyContactForm
from outages.models import DutyContact, HazardPhoto, HazardReport
from portal.admin_site import MenuPlace, WorkQueue
from portal.audit.reads import WritesDownReads
from portal.files.pictures import small_picture
from portal.files.views import file_response
from portal.tenancy.admin import TenantModelAdmin, column
from portal.ui import formatting


class HazardForm(TenantModelAdmin.form):  # type: ignore[misc]  # the base is chosen by the admin class
    # The note as it was when the page was opened: two may write at once.
    seen_note = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = HazardReport
        fields = ["state", "note"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["seen_note"] = self.instance.note


SHOWN_OF_HAZARD = ("shown_number", "kind", "address", "position", "gsrn", "text", "created_at")
SHOWN_OF_REPORTER = ("contact_name", "shown_phone", "user", "customer")


@admin.register(HazardReport)
class HazardReportAdmin(WritesDownReads, TenantModelAdmin[HazardReport]):
    menu_place = MenuPlace.WORK
    read_verb = "hazards.read"
    form = HazardForm
    list_display = ["shown_number", "created_at", "kind", "address", "picture_count", "state"]
    list_filter = ["state", "kind", "created_at"]
    search_fields = ["=number", "address"]
    ordering = ["-created_at"]
    fieldsets = [
        (gettext_lazy("What and where"), {"fields": [*SHOWN_OF_HAZARD, "pictures"]}),
        (gettext_lazy("What is done"), {"fields": ["state", "note", "seen_note"]}),
        (gettext_lazy("Who reported it"), {"fields": [*SHOWN_OF_REPORTER]}),
    ]
    readonly_fields = [*SHOWN_OF_HAZARD, "pictures", *SHOWN_OF_REPORTER]

    def get_queryset(self, request: HttpRequest) -> QuerySet[HazardReport]:
        photos = HazardPhoto.objects.select_related("file").order_by("pk")
        return super().get_queryset(request).prefetch_related(Prefetch("photos", photos))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: Any, obj: HazardReport, form: Any, change: bool) -> None:  # noqa: FBT001
        seen = form.cleaned_data["seen_note"] if "seen_note" in form.data else None
        hazards.follow_up(report=obj, state=obj.state, note=obj.note, seen_note=seen, by=request.user)

    def get_urls(self) -> list[URLPattern]:
        photo = path(
            "<int:pk>/pictures/<int:photo>/", self.admin_site.admin_view(self.photo), name="outages_hazardreport_photo"
        )
        return [photo, *super().get_urls()]

    def photo(self, request: HttpRequest, pk: int, photo: int) -> HttpResponseBase:
        """A picture of a report: for staff only, and not before it is scanned."""
        found = get_object_or_404(HazardPhoto.objects.select_related("file", "report__customer"), pk=photo, report=pk)
        self.write_down(request, found.report, file=found.file_id)
        return file_response(found.file, inline=True)

    @admin.display(description=gettext_lazy("number"), ordering="number")
    def shown_number(self, report: HazardReport) -> str:
        return report.shown_number

    @admin.display(description=gettext_lazy("pictures"))
    def picture_count(self, report: HazardReport) -> int:
        return len(report.photos.all())

    @admin.display(description=gettext_lazy("pictures"))
    def pictures(self, report: HazardReport) -> str:
        shown = (
            small_picture(reverse("admin:outages_hazardreport_photo", args=[report.pk, photo.pk]), photo.file)
            for photo in report.photos.all()
        )
        return format_html_join(" ", "{}", ([one] for one in shown)) or formatting.MISSING

    @admin.display(description=gettext_lazy("phone"))
    def shown_phone(self, report: HazardReport) -> str:
        return formatting.phone(report.contact_phone)

    @admin.display(description=gettext_lazy("position"))
    def position(self, report: HazardReport) -> str:
        if report.latitude is None or report.longitude is None:
            return formatting.MISSING
        within = "" if report.accuracy_m is None else f" (± {formatting.number(report.accuracy_m)} m)"
        place = f"{report.latitude},{report.longitude}"
        link = '<span class="copyable">{}</span>{} · <a href="geo:{}">{}</a>'
        return format_html(link, place.replace(",", ", "), within, place, _("Open in a map app"))

    def work_queue(self, request: HttpRequest) -> WorkQueue | None:
        count = HazardReport.objects.waiting().count()
        query = f"state__exact={HazardReport.State.NEW}"
        return self.waiting(gettext_lazy("Reported hazards"), count, order=1, query=query)


@admin.register(DutyContact)
class DutyContactAdmin(TenantModelAdmin[DutyContact]):
    form = DutyContactForm
    deletable = True
    list_display = ["name", column("phone", gettext_lazy("mobile"), formatting.phone), "email", "is_active"]
    ordering = ["name"]
