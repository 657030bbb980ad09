"""Saying the same of many jobs at once, with a page that asks first."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.db.models import QuerySet
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from orders.actions import CannotChange, set_status
from orders.models import OrderLine, Status
from orders.models.order import REASON_LENGTH
from portal.customers.queries import today as local_today
from portal.ui import formatting

# So many are written while somebody waits for the page.
MOST_AT_ONCE = 300
SHOWN = 20
REFUSALS_SHOWN = 5


class ReasonForm(forms.Form):
    """Why: needed where a job was not done. `early`: some are not due yet, so it has to be meant."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=REASON_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy("The customer reads it."),
    )
    sure = forms.BooleanField(label=gettext_lazy("They are done all the same"))

    def __init__(self, *args: Any, status: Status, early: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = status == Status.ATTEMPTED
        self.fields["reason"].error_messages["required"] = _("Say why the jobs were not done. The customers read it.")
        if early:
            self.fields["sure"].required = True
            self.fields["sure"].error_messages["required"] = _("Tick this, or take them out of the choice.")
        else:
            del self.fields["sure"]


class BulkStatus:
    """The actions of the list of jobs that set a status."""

    @admin.action(description=Status.SCHEDULED.label, permissions=["change"])
    def schedule(self, request: Any, queryset: QuerySet[OrderLine]) -> HttpResponse | None:
        return self._ask_or_set(request, queryset, Status.SCHEDULED, "schedule")

    @admin.action(description=Status.ON_THE_WAY.label, permissions=["change"])
    def send_out(self, request: Any, queryset: QuerySet[OrderLine]) -> HttpResponse | None:
        return self._ask_or_set(request, queryset, Status.ON_THE_WAY, "send_out")

    @admin.action(description=Status.DONE.label, permissions=["change"])
    def finish(self, request: Any, queryset: QuerySet[OrderLine]) -> HttpResponse | None:
        return self._ask_or_set(request, queryset, Status.DONE, "finish")

    @admin.action(description=gettext_lazy("Not done, with the reason"), permissions=["change"])
    def not_done(self, request: Any, queryset: QuerySet[OrderLine]) -> HttpResponse | None:
        return self._ask_or_set(request, queryset, Status.ATTEMPTED, "not_done")

    def _ask_or_set(
        self, request: Any, queryset: QuerySet[OrderLine], status: Status, action: str
    ) -> HttpResponse | None:
        count = queryset.count()
        if count > MOST_AT_ONCE:
            text = _("At most %(count)d jobs at once. Choose a day or a depot first.") % {"count": MOST_AT_ONCE}
            messages.warning(request, text)
            return None
        warnings = _warnings(queryset, status)
        posted = request.POST if request.POST.get("confirmed") else None
        form = ReasonForm(posted, status=status, early=bool(warnings.get("early")))
        if form.is_valid():
            _set(request, queryset, status, form.cleaned_data["reason"])
            return None
        return self._question(request, queryset, status, {"form": form, "action": action, "count": count} | warnings)

    def _question(
        self, request: Any, queryset: QuerySet[OrderLine], status: Status, context: dict[str, Any]
    ) -> HttpResponse:
        model_admin: Any = self
        shown = {
            **model_admin.admin_site.each_context(request),
            "title": _("Set the status: %(status)s") % {"status": status.label},
            "status": status.label,
            "opts": model_admin.opts,
            "shown": queryset.select_related("order")[:SHOWN],
            "chosen": request.POST.getlist(helpers.ACTION_CHECKBOX_NAME),
            "select_across": request.POST.get("select_across", "0"),
        }
        code = 422 if context["form"].is_bound else 200
        return TemplateResponse(request, "admin/orders/set_status.html", shown | context, status=code)


def _warnings(jobs: QuerySet[OrderLine], status: Status) -> dict[str, int]:
    """Return how many of what is said to be done are not due yet (`early`), and how many nobody has planned."""
    if status != Status.DONE:
        return {}
    today = local_today()
    early = jobs.filter(wanted_on__gt=today).exclude(status=Status.DONE).count()
    return {"early": early, "unplanned": jobs.filter(status=Status.RECEIVED).count()}


def _set(request: Any, queryset: QuerySet[OrderLine], status: Status, reason: str) -> None:
    """Set each by itself, always in the same order, so that two colleagues at once do not wait for each other."""
    done, refused = 0, []
    for job in queryset.order_by("pk"):
        try:
            set_status(job=job, status=status, reason=reason, by=request.user)
        except CannotChange as refusal:
            refused.append(f"{job.order.number_text}: {refusal.problem.message}")
        else:
            done += 1
    if done:
        text = ngettext("%(count)s job is set to %(status)s.", "%(count)s jobs are set to %(status)s.", done)
        messages.success(request, text % {"count": formatting.number(done), "status": status.label})
    for words in refused[:REFUSALS_SHOWN]:
        messages.warning(request, words)
    if len(refused) > REFUSALS_SHOWN:
        text = _("%(count)s more could not be set.")
        messages.warning(request, text % {"count": formatting.number(len(refused) - REFUSALS_SHOWN)})
