"""Where staff publish outages, follow the notices, and take hazards off the queue."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from outages.actions import hazards, notices, outages
from outages.admin_forms import SOMEBODY_WAS_QUICKER, DutyContactForm, OutageForm, UpdateForm, UpdateFormSet
from outages.models import (
    DutyContact,
    HazardPhoto,
    HazardReport,
    Notice,
    Outage,
    OutageSettings,
    OutageUpdate,
)
from outages.rules import wording
from outages.rules.phase import Kind, Phase
from outages.rules.problems import is_short_notice
from portal.admin_site import MenuPlace, WorkQueue
from portal.files.pictures import small_picture
from portal.files.views import file_response
from portal.tenancy.admin import (
    OneRowAdmin,
    ReadOnlyAdmin,
    TenantModelAdmin,
    TenantTabularInline,
    column,
    confirmed_action,
)
from portal.ui import formatting


class UpdateInline(TenantTabularInline[OutageUpdate, Outage]):
    model = OutageUpdate
    form = UpdateForm
    formset = UpdateFormSet
    extra = 1
    fields = ["at", "text", "expected_at"]
    verbose_name_plural = gettext_lazy("Updates: what is new, newest first")


class NoticeInline(TenantTabularInline[Notice, Outage]):
    model = Notice
    fields = ["kind", "state", "created_at", "total", "sent"]
    readonly_fields = ["kind", "state", "created_at", "total", "sent"]
    can_delete = False
    max_num = 0
    show_change_link = True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Outage)
class OutageAdmin(TenantModelAdmin[Outage]):
    menu_place = MenuPlace.WORK
    form = OutageForm
    inlines = [UpdateInline, NoticeInline]
    list_display = ["area_name", "kind", "phase", "starts_at", "expected_at", "restored_at", "is_published"]
    list_filter = ["kind", "is_published", "starts_at"]
    search_fields = ["area_name", "=external_id"]
    date_hierarchy = "starts_at"
    ordering = ["-starts_at"]
    actions = ["power_is_back"]
    fieldsets = [
        (
            None,
            {"fields": [("kind", "cause"), "area_name", ("starts_at", "expected_at"), "restored_at", "is_cancelled"]},
        ),
        (
            gettext_lazy("Who is affected"),
            {"fields": ["streets", "postal_codes", "grid_stations", "gsrns"]},
        ),
        (
            gettext_lazy("What is said"),
            {"fields": ["message", "is_published", "tell", "publish_anyway", "short_anyway", "seen_version"]},
        ),
    ]

    def get_inlines(self, request: HttpRequest, obj: Outage | None) -> Any:
        """A new outage is published first, and updated afterwards."""
        return self.inlines if obj else []

    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> Any:
        """The forms have checked it; what changed between that and the saving is said, and nothing is kept."""
        try:
            return super().changeform_view(request, *args, **options)
        except outages.NotValid as error:
            messages.error(request, " ".join(str(problem.message) for problem in error.problems))
        except outages.Changed:
            messages.error(request, SOMEBODY_WAS_QUICKER)
        return redirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: Outage, form: OutageForm, change: bool) -> None:  # noqa: FBT001
        saved = outages.save_outage(
            outage=obj if change else None,
            fields=form.fields_to_save,
            by=request.user,  # type: ignore[arg-type]  # staff are signed in
            version=form.cleaned_data.get("seen_version"),
        )
        obj.pk = saved.pk
        obj.__dict__.update({name: value for name, value in saved.__dict__.items() if not name.startswith("_")})
        obj._state.adding = False

    def save_related(self, request: Any, form: OutageForm, formsets: Any, change: bool) -> None:  # noqa: FBT001
        for formset in formsets:
            if formset.model is OutageUpdate:
                self._save_updates(request, form.instance, formset)
            else:
                formset.save()
        self._tell(request, Outage.objects.get(pk=form.instance.pk), wanted=form.cleaned_data["tell"])

    def _save_updates(self, request: Any, outage: Outage, formset: Any) -> None:
        """New ones move the expected time along; old ones are put right as they are."""
        for update in formset.save(commit=False):
            if update.pk:
                outages.change_update(update=update, by=request.user)
            else:
                outages.add_update(
                    outage=outage, at=update.at, text=update.text, expected_at=update.expected_at, by=request.user
                )
        for gone in formset.deleted_objects:
            outages.delete_update(update=gone, by=request.user)

    def _tell(self, request: Any, outage: Outage, *, wanted: bool) -> None:
        if not outage.is_published:
            return
        places, customers = notices.count_touched(outage.affected)
        if not places:
            messages.warning(request, _("It touches none of our customers' installations. Is the area right?"))
        notice = notices.tell(outage=outage, by=request.user) if wanted else None
        if notice and (count := notices.customers_told(notice, customers)):
            text = ngettext("%(count)s customer is told.", "%(count)s customers are told.", count)
            messages.info(request, text % {"count": formatting.number(count)})
        hours = OutageSettings.current().planned_notice_hours
        phase = outage.phase(timezone.now())
        if phase == "coming" and is_short_notice(outage.times, hours=hours, now=timezone.now()):
            text = _("The notice is shorter than the %(hours)s hours that customers must have.")
            messages.warning(request, text % {"hours": hours})

    @confirmed_action(
        description=gettext_lazy("The power is back now"),
        question=gettext_lazy(
            "The power cuts end now, and those who were told of them are told that the power is back."
        ),
    )
    def power_is_back(self, request: Any, queryset: QuerySet[Outage]) -> None:
        now = timezone.now()
        for outage in queryset:
            if outage.phase(now) is not Phase.ONGOING or outage.kind != Kind.OUTAGE:
                text = _("%(outage)s: nothing is done. Only a power cut that lasts can be ended here.")
                messages.warning(request, text % {"outage": outage})
                continue
            try:
                outages.restore(outage=outage, at=now, by=request.user, tell=True)
            except outages.NotValid as error:
                problems = " ".join(str(problem.message) for problem in error.problems)
                messages.error(request, f"{outage.area_name}: {problems}")
            else:
                messages.success(request, _("The power is back: %(where)s.") % {"where": outage.area_name})

    def work_queue(self, request: HttpRequest) -> WorkQueue | None:
        late = Outage.objects.published().filter(
            kind=Kind.OUTAGE, restored_at=None, cancelled_at=None, expected_at__lt=timezone.now()
        )
        query = f"kind__exact={Kind.OUTAGE.value}"
        return self.waiting(gettext_lazy("Power cuts that should be over"), late.count(), order=5, query=query)

    @admin.display(description=gettext_lazy("state"))
    def phase(self, outage: Outage) -> str:
        return wording.status_of(Kind(outage.kind), outage.phase(timezone.now())).text


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin[Notice]):
    """What was told, and how far it has come; sending can be stopped and resumed."""

    menu_place = MenuPlace.WORK
    list_display = ["outage", "kind", "state", "progress", "created_at"]
    list_filter = ["state"]
    list_select_related = ["outage"]
    ordering = ["-created_at"]
    actions = ["stop", "resume"]
    fields = ["outage", "kind", "state", "created_at", "ordered_by", "starts_at", "expected_at", "progress"]
    readonly_fields = ("outage", "kind", "state", "created_at", "ordered_by", "starts_at", "expected_at", "progress")

    @admin.display(description=gettext_lazy("sent"))
    def progress(self, notice: Notice) -> str:
        if notice.collected_at is None:
            return _("Finding out whom it touches")
        said = {"sent": formatting.number(notice.sent), "left": formatting.number(notice.left)}
        return _("%(sent)s sent, %(left)s left") % said

    @admin.action(description=gettext_lazy("Stop sending"), permissions=["view"])
    def stop(self, request: Any, queryset: QuerySet[Notice]) -> None:
        self._said(
            request, [notice for notice in queryset if notices.stop(notice=notice, by=request.user)], _("stopped")
        )

    @confirmed_action(
        description=gettext_lazy("Go on sending"),
        question=gettext_lazy("Those who have not been told yet are told now."),
        permissions=("view",),
    )
    def resume(self, request: Any, queryset: QuerySet[Notice]) -> None:
        stopped = list(queryset.filter(state=Notice.State.STOPPED))
        done = [one for one in stopped if notices.resume(notice=one, by=request.user)]
        ended = Notice.objects.filter(pk__in=[one.pk for one in stopped], state=Notice.State.ENDED)
        for notice in ended:
            text = _("%(notice)s: it is no longer so, and nobody else is told.")
            messages.warning(request, text % {"notice": notice})
        if done or not ended:
            self._said(request, done, _("going on"))

    def _said(self, request: Any, done: list[Notice], what: str) -> None:
        for notice in done:
            kept = Notice.objects.get(pk=notice.pk)
            messages.success(request, f"{kept}: {what}. {self.progress(kept)}.")
        if not done:
            messages.warning(request, _("Nothing to do: none of them is in that state."))

    def work_queue(self, request: HttpRequest) -> WorkQueue | None:
        count = Notice.objects.filter(state=Notice.State.STOPPED).count()
        query = f"state__exact={Notice.State.STOPPED}"
        return self.waiting(gettext_lazy("Stopped notices"), count, order=6, query=query)


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
class HazardReportAdmin(TenantModelAdmin[HazardReport]):
    menu_place = MenuPlace.WORK
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
        if not self.has_view_permission(request):
            raise Http404
        found = get_object_or_404(HazardPhoto.objects.select_related("file"), pk=photo, report=pk)
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


@admin.register(OutageSettings)
class OutageSettingsAdmin(OneRowAdmin[OutageSettings]):
    """The duty's number, and how early customers must hear of planned work."""

    fields = ["duty_phone", "planned_notice_hours", "contact_days"]
