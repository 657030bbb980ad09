"""Where staff see inspection reports, and close what customers have mended."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Case, When
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from forms_catalog.actions import inspections as actions
from forms_catalog.models import Deviation, DeviationPicture, InspectionReport
from forms_catalog.views.inspections import document_of
from portal.admin_site import MenuPlace, WorkQueue
from portal.audit.reads import WritesDownReads
from portal.files.pictures import small_picture
from portal.files.views import file_response
from portal.tenancy import customer_lists
from portal.tenancy.admin import ReadOnlyAdmin, TenantModelAdmin, TenantTabularInline
from portal.tenancy.forms import TenantModelForm
from portal.ui import formatting
from portal.ui.admin_columns import SHOWN_GSRN
from portal.ui.fields import TextField

OF_DEVIATION = ("number", "title", "severity", "deadline", "state")
OF_REPORT = ("number", "customer", SHOWN_GSRN, "address", "inspected_on", "inspector", "summary", "paper")
# What customers have reported mended is for staff to look at; what is closed stands last.
WAITING_FIRST = Case(When(state=Deviation.State.REPORTED, then=0), When(state=Deviation.State.OPEN, then=1), default=2)
CLOSE, SEND_BACK = "close", "send_back"
READ = "inspections.read"


class DeviationInline(TenantTabularInline[Deviation, InspectionReport]):
    model = Deviation
    fields = OF_DEVIATION
    readonly_fields = OF_DEVIATION
    can_delete = False
    max_num = 0
    show_change_link = True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(InspectionReport)
class InspectionReportAdmin(WritesDownReads, ReadOnlyAdmin[InspectionReport]):
    """Reports come by import_inspection_reports."""

    menu_place = MenuPlace.WORK
    read_verb = READ
    inlines = [DeviationInline]
    list_display = ["number", "inspected_on", "customer", "address"]
    list_filter = ["inspected_on", customer_lists.of("customer")]
    list_select_related = ["customer"]
    search_fields = ["=number", "=gsrn", "=customer__number"]
    ordering = ["-inspected_on"]
    fields = OF_REPORT
    readonly_fields = OF_REPORT

    def get_urls(self) -> list[URLPattern]:
        paper = path(
            "<int:pk>/report.pdf",
            self.admin_site.admin_view(self.document),
            name="forms_catalog_inspectionreport_document",
        )
        return [paper, *super().get_urls()]

    def document(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The report on paper."""
        found = get_object_or_404(InspectionReport.objects.select_related("document", "customer"), pk=pk)
        self.write_down(request, found, document=True)
        return document_of(found)

    @admin.display(description=gettext_lazy("document"))
    def paper(self, report: InspectionReport) -> Any:
        url = reverse("admin:forms_catalog_inspectionreport_document", args=[report.pk])
        return format_html_join("", '<a href="{}">{}</a>', [(url, _("Open the report (PDF)"))])


class DecideForm(TenantModelForm[Deviation]):
    """What staff decide of a deviation the customer has reported mended."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[
            (CLOSE, gettext_lazy("It is mended: close it")),
            (SEND_BACK, gettext_lazy("It is not: open it again")),
        ],
        widget=forms.RadioSelect,
        help_text=gettext_lazy("The customer is told by e-mail."),
        error_messages={"required": gettext_lazy("Decide whether it is mended. Your reply goes with the decision.")},
    )
    note = TextField(
        label=gettext_lazy("Our reply"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 80}),
    )

    class Meta:
        model = Deviation
        fields = ["note"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("decision") == SEND_BACK and not cleaned.get("note"):
            self.add_error("note", _("Say what is still missing."))
        return cleaned


SHOWN = ("report", *OF_DEVIATION, "text", "answer", "answered_at", "answered_by", "pictures")


@admin.register(Deviation)
class DeviationAdmin(WritesDownReads, TenantModelAdmin[Deviation]):
    menu_place = MenuPlace.WORK
    read_verb = READ
    form = DecideForm
    list_display = ["title", "report", "customer", "severity", "deadline", "state", "answered_at"]
    list_filter = ["state", "severity", "deadline"]
    list_select_related = ["report__customer"]
    search_fields = ["=report__number", "=report__customer__number", "report__customer__name__istartswith"]
    ordering = [WAITING_FIRST, "deadline", "pk"]
    fields = [*SHOWN, "decision", "note"]
    readonly_fields = SHOWN

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: Any, obj: Deviation, form: Any, change: bool) -> None:  # noqa: FBT001
        decide = {CLOSE: actions.close, SEND_BACK: actions.send_back}[form.cleaned_data["decision"]]
        decide(deviation=obj, note=form.cleaned_data["note"], by=request.user)

    def get_urls(self) -> list[URLPattern]:
        name = "forms_catalog_deviation_picture"
        return [path("pictures/<int:pk>/", self.admin_site.admin_view(self.picture), name=name), *super().get_urls()]

    def read_of(self, obj: Deviation) -> tuple[InspectionReport, Any, dict[str, Any]]:
        return obj.report, obj.report.customer, {"deviation": obj.number}

    def picture(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """A picture of how it was mended, not before it is scanned."""
        pictures = DeviationPicture.objects.select_related("file", "deviation__report__customer")
        found = get_object_or_404(pictures, pk=pk)
        self.write_down(request, found.deviation, file=found.file_id)
        return file_response(found.file, inline=True)

    @admin.display(description=gettext_lazy("customer"), ordering="report__customer__name")
    def customer(self, deviation: Deviation) -> str:
        return str(deviation.report.customer)

    @admin.display(description=gettext_lazy("pictures"))
    def pictures(self, deviation: Deviation) -> Any:
        shown = (
            small_picture(reverse("admin:forms_catalog_deviation_picture", args=[one.pk]), one.file)
            for one in deviation.pictures.select_related("file")
        )
        return format_html_join(" ", "{}", ([one] for one in shown)) or formatting.MISSING

    def work_queue(self, request: HttpRequest) -> WorkQueue | None:
        count = Deviation.objects.filter(state=Deviation.State.REPORTED).count()
        label, query = pgettext_lazy("queue", "Deviations reported mended"), f"state__exact={Deviation.State.REPORTED}"
        return self.waiting(label, count, order=16, query=query)
