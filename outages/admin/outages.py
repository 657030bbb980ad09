"""Where staff publish outages and follow the notices."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from outages.actions import notices, outages
from outages.admin.forms import SOMEBODY_WAS_QUICKER, OutageForm, UpdateForm, UpdateFormSet
from outages.models import (
    Notice,
    Outage,
    OutageSettings,
    OutageUpdate,
)
from outages.rules import wording
from outages.rules.phase import Kind, Phase
from outages.rules.problems import is_short_notice
from portal.admin_site import MenuPlace, WorkQueue
from portal.tenancy.admin import (
    OneRowAdmin,
    ReadOnlyAdmin,
    TenantModelAdmin,
    TenantTabularInline,
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


class LateFilter(admin.SimpleListFilter):
    title = gettext_lazy("expected back")
    parameter_name = "late"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", gettext_lazy("Should be over"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.late(timezone.now()) if self.value() == "yes" else queryset


@admin.register(Outage)
class OutageAdmin(TenantModelAdmin[Outage]):
    menu_place = MenuPlace.WORK
    form = OutageForm
    inlines = [UpdateInline, NoticeInline]
    list_display = ["area_name", "kind", "phase", "starts_at", "expected_at", "restored_at", "is_published"]
    list_filter = [LateFilter, "kind", "is_published", "starts_at"]
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
        if phase is Phase.COMING and is_short_notice(outage.times, hours=hours, now=timezone.now()):
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
        late = Outage.objects.late(timezone.now()).count()
        return self.waiting(gettext_lazy("Power cuts that should be over"), late, order=5, query="late=yes")

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


@admin.register(OutageSettings)
class OutageSettingsAdmin(OneRowAdmin[OutageSettings]):
    """The duty's number, and how early customers must hear of planned work."""

    fields = ["duty_phone", "planned_notice_hours", "contact_days"]
