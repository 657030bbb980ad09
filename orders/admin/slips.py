"""Driver slips in admin: of one job, of those that are chosen, and of a whole list in parts that a printer takes."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.admin.reads import write_down_slips
from orders.models import OrderLine, Status
from orders.slips import MOST_SLIPS, slips_pdf
from portal.documents.pdf import pdf_response

LIST, SLIPS = "admin:orders_orderline_changelist", "admin:orders_orderline_slips"
PART = "part"


class DriverSlips:
    """The pages and the action of the list of jobs that give driver slips."""

    def get_urls(self) -> list[URLPattern]:
        model_admin: Any = self
        view = model_admin.admin_site.admin_view
        return [
            path("slips.pdf", view(self.slips_of_list), name="orders_orderline_slips"),
            path("<int:pk>/slip.pdf", view(self.slip), name="orders_orderline_slip"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def slip(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The driver slip of one job."""
        self.may_look(request)
        job = get_object_or_404(OrderLine.objects.select_related("order"), pk=pk)
        write_down_slips(request, [job])
        return pdf_response(slips_pdf([job]), name=_("driver-slip-%(code)s") % {"code": job.code}, inline=True)

    def slips_of_list(self, request: HttpRequest) -> HttpResponse:
        """The driver slips of all jobs that the list shows, those that are cancelled left out. More than a part are
        offered part by part.
        """
        self.may_look(request)
        model_admin: Any = self
        part = request.GET.get(PART, "")
        query = request.GET.copy()
        query.pop(PART, None)
        request.GET = query  # type: ignore[assignment]  # what remains are the filters of the list
        jobs = _to_drive(model_admin.get_changelist_instance(request).get_queryset(request))
        count = jobs.count()
        if not count:
            return _nothing(request)
        parts = range(1, -(-count // MOST_SLIPS) + 1)
        if part.isascii() and part.isdecimal() and len(part) < 5 and int(part) in parts:
            return _pdf(request, jobs, int(part))
        if len(parts) == 1:
            return _pdf(request, jobs, 1)
        return self._parts(request, count, parts)

    def _parts(self, request: HttpRequest, count: int, parts: range) -> HttpResponse:
        """A page that leads to each part: the jobs are in the same order in all of them."""
        model_admin: Any = self
        links = []
        for part in parts:
            query = request.GET.copy()
            query[PART] = str(part)
            last = min(part * MOST_SLIPS, count)
            first = (part - 1) * MOST_SLIPS + 1
            links.append({"url": f"{reverse(SLIPS)}?{query.urlencode()}", "first": first, "last": last})
        context = {
            **model_admin.admin_site.each_context(request),
            "title": _("Driver slips"),
            "opts": model_admin.opts,
            "count": count,
            "parts": links,
            "back": f"{reverse(LIST)}?{request.GET.urlencode()}",
        }
        return TemplateResponse(request, "admin/orders/slips.html", context)

    @admin.action(description=gettext_lazy("Driver slips (PDF)"), permissions=["view"])
    def slips(self, request: HttpRequest, queryset: QuerySet[OrderLine]) -> HttpResponse:
        """Those that are chosen; of all on all pages, the list's own."""
        jobs = _to_drive(queryset)
        count = jobs.count()
        if count > MOST_SLIPS:
            return redirect(f"{reverse(SLIPS)}?{request.GET.urlencode()}")
        return _pdf(request, jobs, 1) if count else _nothing(request)

    def may_look(self, request: HttpRequest) -> None:
        model_admin: Any = self
        if not model_admin.has_view_permission(request):
            raise PermissionDenied


def _to_drive(found: QuerySet[OrderLine]) -> QuerySet[OrderLine]:
    return found.exclude(status=Status.CANCELLED).order_by("wanted_on", "address", "pk")


def _pdf(request: HttpRequest, jobs: QuerySet[OrderLine], part: int) -> HttpResponse:
    shown = list(jobs[(part - 1) * MOST_SLIPS : part * MOST_SLIPS])
    write_down_slips(request, shown)
    name = _("driver-slips-%(day)s") % {"day": shown[0].wanted_on}
    return pdf_response(slips_pdf(shown), name=f"{name}-{part}" if part > 1 else name, inline=True)


def _nothing(request: HttpRequest) -> HttpResponse:
    messages.warning(request, _("There is no job to drive among them."))
    query = request.GET.urlencode()
    return redirect(f"{reverse(LIST)}{'?' if query else ''}{query}")
