"""Dispatch: the day's jobs, what became of each, and the driver slips."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from orders.actions import CannotChange, News, take_news
from orders.actions.changes import locked_job
from orders.admin.bulk import BulkStatus
from orders.admin.filters import LATE, TODAY, WORK, DayFilter, DepotFilter
from orders.admin.reads import OfAnOrder
from orders.admin.revisions import in_words
from orders.admin.search import FindsByCode
from orders.admin.slips import DriverSlips
from orders.admin.sure import AsksIfMeant, check_day
from orders.day_problems import DoneTooEarly
from orders.models import OrderLine, OrderRevision, Photo, Status, StatusChange
from orders.problems import Problem
from orders.rules.progress import Refusal, refusal
from orders.rules.wording import counted
from portal.admin_site import MenuPlace, WorkQueue
from portal.audit import actions as audit
from portal.customers.queries import today as local_today
from portal.files.views import file_response
from portal.tenancy import customer_lists
from portal.tenancy.admin import TenantModelAdmin
from portal.tenancy.forms import TenantModelForm
from portal.ui import formatting

# What staff write about a job; the rest is what the customer ordered.
STAFF_FIELDS = {"status", "status_reason", "wanted_on", "sure", "seen"}
FIELDSETS: Any = [
    (None, {"fields": ["status", "status_reason", "wanted_on", "sure", "seen"]}),
    (
        gettext_lazy("What was ordered"),
        {
            "fields": [
                *("job_type", "equipment", "quantity", "unit_number", "waste", "destination_address", "destination"),
                *("driver_note", "pictures"),
            ]
        },
    ),
    (
        gettext_lazy("Where, and for whom"),
        {"fields": ["address", "depot", "customer", "contact_name", "shown_phone", "invoice_reference"]},
    ),
    (gettext_lazy("What has happened"), {"fields": ["order", "changes", "history", "cancellable_until"]}),
]


class JobForm(AsksIfMeant, TenantModelForm[OrderLine]):
    """What became of a job, and the day it is moved to."""

    # The last revision of the job that was on the page.
    seen = forms.IntegerField(required=False, min_value=0, max_value=32_767, widget=forms.HiddenInput)

    class Meta:
        model = OrderLine
        fields = ["status", "status_reason", "wanted_on"]
        labels = {"wanted_on": gettext_lazy("Day")}
        help_texts = {"status_reason": gettext_lazy("The customer reads it. It must be said why a job was not done.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._day_problem: Problem | None = None
        if "wanted_on" in self.fields:
            self.fields["wanted_on"].required = False
        if "seen" in self.fields and self.instance.pk:
            self.fields["seen"].initial = _last_revision(self.instance)

    def clean_wanted_on(self) -> date:
        """Left empty, the day stays."""
        day: date = self.cleaned_data["wanted_on"] or self.instance.wanted_on
        if day != self.instance.wanted_on:
            self._day_problem = check_day(day)
        return day

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        self.refuse_unless_meant("wanted_on", self._day_problem)
        # Locked until all is saved: only the row says how things stand.
        job = locked_job(self.instance)
        now = job.status
        self._refuse_if_changed(job, cleaned.get("seen"))
        status = cleaned.get("status", now)
        day = cleaned.get("wanted_on") or self.instance.wanted_on
        if status == Status.DONE != now and day > local_today():
            self.refuse_unless_meant("status", DoneTooEarly(day))
        found = refusal(status, now, reason=cleaned.get("status_reason", ""), by_staff=True)
        if found == Refusal.NO_REASON:
            self.add_error("status_reason", _("Say why the job was not done. The customer reads it."))
        elif found:
            self.add_error("status", _("The job is cancelled already."))
        return cleaned

    def _refuse_if_changed(self, job: OrderLine, seen: int | None) -> None:
        """Say that the customer has changed the job since it was looked at. What was written stays on the page, which
        now shows the change: the next save is meant.
        """
        last = _last_revision(job)
        if seen is None or seen == last:
            return
        self.data = {**self.data.dict(), "seen": str(last)}  # type: ignore[attr-defined]  # posted
        text = _(
            "The job was changed meanwhile, and is now for %(day)s. Look at it, and save once more if you mean it."
        )
        self.add_error(None, text % {"day": f"{formatting.weekday(job.wanted_on)} {formatting.day(job.wanted_on)}"})


def _last_revision(job: OrderLine) -> int:
    return job.revisions.aggregate(last=Max("number"))["last"] or 0


@admin.register(OrderLine)
class JobAdmin(FindsByCode, OfAnOrder, DriverSlips, BulkStatus, TenantModelAdmin[OrderLine]):
    """Jobs by day; staff set what became of each."""

    menu_place = MenuPlace.WORK
    form = JobForm
    change_list_template = "admin/orders/jobs.html"
    change_form_template = "admin/orders/job.html"
    list_display = ["code", "day", "what", "where", "status"]
    list_filter = [DayFilter, DepotFilter, "status", "job_type", customer_lists.of("order__customer")]
    list_select_related = ["order__customer", "location__depot"]
    search_fields = [
        *("=order__number", "=unit_number", "invoice_reference", "address"),
        *("order__customer__name", "=order__customer__number"),
    ]
    search_help_text = gettext_lazy(
        "The number of a job, an order or a unit, the order reference, the address, or the customer’s name or number"
    )
    code_paths = ("order__number", "position")
    date_hierarchy = "wanted_on"
    ordering = ["-wanted_on", "address", "pk"]
    fieldsets = FIELDSETS
    actions = ["schedule", "send_out", "finish", "not_done", "slips"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderLine]:
        """With when the customer last changed each: a plan made before that may no longer hold."""
        changes = OrderRevision.objects.filter(line=OuterRef("pk"), kind=OrderRevision.Kind.CHANGED, on_behalf=False)
        last = changes.order_by("-number").values("made_at")[:1]
        return super().get_queryset(request).annotate(changed_by_customer=Subquery(last))

    def get_ordering(self, request: HttpRequest) -> Any:
        """The newest first; where work is looked for, the most urgent."""
        is_work = request.GET.get("day") in WORK or request.GET.get("status__exact") == Status.RECEIVED
        return ["wanted_on", "address", "pk"] if is_work else ["-wanted_on", "address", "pk"]

    def get_readonly_fields(self, request: HttpRequest, obj: OrderLine | None = None) -> list[str]:
        return [name for __, group in FIELDSETS for name in group["fields"] if name not in STAFF_FIELDS]

    def title_of(self, obj: OrderLine) -> str:
        return f"{obj.title}, {obj.shown_code}"

    def words_of(self, request: HttpRequest, obj: OrderLine) -> str:
        return _("Job %(code)s is saved.") % {"code": obj.shown_code}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: OrderLine, form: Any, change: bool) -> None:  # noqa: FBT001
        """Only what staff write is saved, behind the job's lock: the customer may have cancelled it meanwhile."""
        news = News(status=Status(obj.status), reason=obj.status_reason, day=obj.wanted_on)
        try:
            take_news(job=obj, news=news, by=request.user)  # type: ignore[arg-type]  # staff are signed in
        except CannotChange as refusal:
            messages.error(request, refusal.problem.message)

    def work_queues(self, request: HttpRequest) -> list[WorkQueue]:
        """What nobody has planned, what should be done by now, and what is left of today."""
        page, today = reverse("admin:orders_orderline_changelist"), local_today()
        waiting = [
            (gettext_lazy("New jobs to plan"), OrderLine.objects.filter(status=Status.RECEIVED),
             f"{page}?status__exact={Status.RECEIVED}"),
            (gettext_lazy("Jobs overdue"), OrderLine.objects.late(today), f"{page}?day={LATE}"),
            (gettext_lazy("Jobs left today"), OrderLine.objects.upcoming().filter(wanted_on=today),
             f"{page}?day={TODAY}"),
        ]  # fmt: skip
        counted = [(label, jobs.order_by().count(), url) for label, jobs, url in waiting]
        return [
            WorkQueue(label=label, count=count, url=url, order=place)
            for place, (label, count, url) in enumerate(counted, start=10)
            if count
        ]

    def get_urls(self) -> list[URLPattern]:
        photo = self.admin_site.admin_view(self.photo)
        return [path("<int:pk>/photos/<int:photo>/", photo, name="orders_orderline_photo"), *super().get_urls()]

    def photo(self, request: HttpRequest, pk: int, photo: int) -> HttpResponseBase:
        """A photo that the customer sent along."""
        self.may_look(request)
        photos = Photo.objects.select_related("file", "order_line__order__customer")
        found = get_object_or_404(photos, pk=photo, order_line=pk)
        order, data = found.order_line.order, {"number": found.order_line.order.number, "file": found.file.name}  # type: ignore[union-attr]
        audit.record(verb="orders.photo_read", by=request.user, obj=order, customer=order.customer, data=data)  # type: ignore[arg-type]
        return file_response(found.file, inline=True)

    @admin.display(description=pgettext_lazy("noun", "order"), ordering="order__number")
    def code(self, job: OrderLine) -> str:
        return _whole(job.shown_code)

    @admin.display(description=gettext_lazy("phone on site"))
    def shown_phone(self, job: OrderLine) -> str:
        return formatting.phone(job.contact_phone)

    @admin.display(description=gettext_lazy("day"), ordering="wanted_on")
    def day(self, job: OrderLine) -> str:
        this_year = local_today().year
        year = f" {job.wanted_on.year}" if job.wanted_on.year != this_year else ""
        return _whole(formatting.weekday_day(job.wanted_on) + year)

    @admin.display(description=gettext_lazy("job"))
    def what(self, job: OrderLine) -> str:
        equipment = counted(job.equipment, job.quantity)
        return _lines(
            f"{job.get_job_type_display()}, {equipment}",
            " · ".join(filter(None, [job.unit_number, job.waste, _changed(job)])),
        )

    @admin.display(description=gettext_lazy("address"), ordering="address")
    def where(self, job: OrderLine) -> str:
        depot = str(job.location.depot or "")
        return _lines(job.address, " · ".join(filter(None, [job.order.customer.name, depot])))

    @admin.display(description=gettext_lazy("depot"))
    def depot(self, job: OrderLine) -> str:
        return str(job.location.depot or formatting.MISSING)

    @admin.display(description=gettext_lazy("status history"))
    def history(self, job: OrderLine) -> str:
        now = timezone.now()
        steps = job.steps.select_related("said_by").order_by("-at", "-pk")
        said = [(formatting.moment(step.at, now=now), _line_of(step)) for step in steps]
        return format_html_join("", "<p>{}: {}</p>", said) or formatting.MISSING

    @admin.display(description=gettext_lazy("changes after sending"))
    def changes(self, job: OrderLine) -> str:
        now = timezone.now()
        made = job.revisions.select_related("made_by").order_by("-number")
        said = [(formatting.moment(one.made_at, now=now), *in_words(one)) for one in made]
        return format_html_join("", "<p>{}: {}<br>{}</p>", said) or formatting.MISSING

    @admin.display(description=gettext_lazy("photos"))
    def pictures(self, job: OrderLine) -> str:
        links = [
            (reverse("admin:orders_orderline_photo", args=[job.pk, photo.pk]), photo.file.name)
            for photo in job.photos.select_related("file").order_by("pk")
        ]
        return format_html_join(", ", '<a href="{}">{}</a>', links) or formatting.MISSING

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "status_reason" and field is not None:
            field.widget.attrs["class"] = "vLargeTextField"
        return field


def _changed(job: OrderLine) -> str:
    """Return "Endret av kunden 21. nov. kl. 14.12" for a job that is still to be done."""
    when = getattr(job, "changed_by_customer", None)
    if when is None or not job.is_upcoming:
        return ""
    return _("Changed by the customer %(when)s") % {"when": formatting.moment(when, now=timezone.now())}


def _whole(text: str) -> str:
    """Return a cell that is not broken into lines."""
    return format_html('<span class="nowrap">{}</span>', text)


def _lines(first: str, second: str) -> str:
    """Return two lines of a cell, the second one small."""
    return format_html("{}<br><small>{}</small>", first, second)


def _line_of(step: StatusChange) -> str:
    """Return "Ikke utført, Porten var låst. (Kari Støle)"."""
    words = ", ".join(filter(None, [str(step), step.reason]))
    return f"{words} ({step.said_by.name})" if step.said_by else words
