"""What customers report of jobs: staff answer, and plan a job anew."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminDateWidget
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.actions import CannotChange, answer_report
from orders.admin.reads import OfAnOrder
from orders.admin.search import FindsByCode
from orders.admin.sure import AsksIfMeant, check_day
from orders.models import JobReport
from orders.problems import Problem
from portal.admin_site import MenuPlace, WorkQueue
from portal.tenancy import customer_lists
from portal.tenancy.admin import TenantModelAdmin
from portal.tenancy.forms import TenantModelForm
from portal.ui import formatting
from portal.ui.fields import TextField

SHOWN = ["reported_at", "customer", "job", "title", "job_status", "kind", "text", "reported_by", "on_behalf"]


class AnswerForm(AsksIfMeant, TenantModelForm[JobReport]):
    """What the customer is answered, once."""

    new_day = forms.DateField(
        label=gettext_lazy("Plan the job anew for"),
        required=False,
        widget=AdminDateWidget,
        help_text=gettext_lazy("Empty when nobody has to come again. The customer is told the day with the answer."),
    )

    class Meta:
        model = JobReport
        fields = ["answer"]
        widgets = {"answer": forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"})}
        field_classes = {"answer": TextField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._day_problem: Problem | None = None
        if "answer" in self.fields:
            self.fields["answer"].required = True

    def clean_new_day(self) -> Any:
        day = self.cleaned_data["new_day"]
        self._day_problem = check_day(day) if day else None
        return day

    def clean(self) -> dict[str, Any] | None:
        self.refuse_unless_meant("new_day", self._day_problem)
        return super().clean()


class AnsweredFilter(admin.SimpleListFilter):
    title = gettext_lazy("answered")
    parameter_name = "answered"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", gettext_lazy("Waits for an answer")), ("yes", gettext_lazy("Answered"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() in {"no", "yes"}:
            return queryset.filter(answered_at__isnull=self.value() == "no")
        return queryset


@admin.register(JobReport)
class JobReportAdmin(FindsByCode, OfAnOrder, TenantModelAdmin[JobReport]):
    menu_place = MenuPlace.WORK
    form = AnswerForm
    list_display = ["reported_at", "job", "kind", "customer", "answered_at"]
    list_filter = [AnsweredFilter, "kind", "reported_at", customer_lists.of("customer")]
    list_select_related = ["line__order", "customer"]
    search_fields = ["=line__order__number", "line__address", "customer__number__startswith", "customer__name"]
    search_help_text = gettext_lazy("The number of the job or the order, the address, or the customer’s name or number")
    code_paths = ("line__order__number", "line__position")
    date_hierarchy = "reported_at"
    ordering = ["answered_at", "-reported_at"]

    def get_ordering(self, request: HttpRequest) -> Any:
        """What has waited longest first, where work is looked for."""
        return ["reported_at"] if request.GET.get("answered") == "no" else ["-reported_at"]

    def get_fields(self, request: HttpRequest, obj: JobReport | None = None) -> Any:
        answered = ["answer", "answered_at", "answered_by"]
        return [*SHOWN, *(["answer", "new_day", "sure"] if obj and obj.is_waiting else answered)]

    def get_readonly_fields(self, request: HttpRequest, obj: JobReport | None = None) -> list[str]:
        return [*SHOWN, *([] if obj and obj.is_waiting else ["answer", "answered_at", "answered_by"])]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: JobReport | None = None) -> bool:
        is_open = obj is None or obj.is_waiting
        return is_open and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: JobReport, form: AnswerForm, change: bool) -> None:  # noqa: FBT001
        try:
            answer_report(
                report=obj,
                answer=form.cleaned_data["answer"],
                new_day=form.cleaned_data.get("new_day"),
                by=request.user,  # type: ignore[arg-type]  # staff are signed in
            )
        except CannotChange as refusal:
            messages.error(request, refusal.problem.message)

    def words_of(self, request: HttpRequest, obj: JobReport) -> str:
        return _("Your answer is sent to %(name)s.") % {"name": obj.reported_by or obj.customer.name}

    def work_queue(self, request: HttpRequest) -> WorkQueue | None:
        label = gettext_lazy("Jobs reported as missed or wrong")
        return self.waiting(label, JobReport.objects.waiting().count(), order=4, query="answered=no")

    @admin.display(description=gettext_lazy("job"))
    def job(self, report: JobReport) -> str:
        url = reverse("admin:orders_orderline_change", args=[report.line_id])
        return format_html('<a href="{}">{}</a>', url, report.line.shown_code)

    @admin.display(description=gettext_lazy("what was ordered"))
    def title(self, report: JobReport) -> str:
        job = report.line
        return f"{job.title}, {job.address}, {formatting.weekday_day(job.wanted_on)}"

    @admin.display(description=gettext_lazy("status of the job"))
    def job_status(self, report: JobReport) -> str:
        return ", ".join(filter(None, [report.line.status_label, report.line.status_reason]))
