"""An export's page, which follows it until it is done, and the file."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.access import UserRequest, signed_in
from portal.customers.access import CustomerRequest
from portal.documents.tables import FileFormat
from portal.exports import actions
from portal.exports.models import MOST_UNDER_WAY, ExportJob
from portal.exports.queries import may_open, openable
from portal.files.views import file_response

PER_PAGE = 20


def job_of(request: UserRequest, key: UUID) -> ExportJob:
    """Return the person's own export, while it is theirs to open."""
    jobs = ExportJob.objects.filter(user=request.user).select_related("file", "customer", "user")
    job = get_object_or_404(jobs, key=key)
    if not may_open(job):
        raise Http404
    return job


def ask_first(request: CustomerRequest, *, title: str, text: str, back: str, back_to: str) -> HttpResponse:
    """Show what an export will take, with a button: it is asked for by POST to the same address. `back` leads to the
    page it is of, which has the same filters in its address.
    """
    context = {"title": title, "text": text, "back": back, "back_to": back_to, "query": request.GET.urlencode()}
    return render(request, "exports/ask.html", context)


def ask_for(
    request: CustomerRequest,
    *,
    exporter: str,
    params: dict[str, Any],
    title: str,
    name: str,
    format: FileFormat,  # noqa: A002  (as in portal.documents.tables)
) -> HttpResponseRedirect:
    """Ask for an export of the customer's, and lead to its page; whoever has too many under way is told there."""
    # Staff who help do not belong to the customer.
    customer = None if request.on_behalf else request.customer
    try:
        job = actions.start(
            exporter=exporter,
            params=params,
            title=title,
            name=name,
            format=format,
            by=request.user,
            customer=customer,
        )
    except actions.TooManyUnderWay:
        return _not_yet(request)
    return redirect("exports:job", job.key)


def _not_yet(request: UserRequest) -> HttpResponseRedirect:
    said = _("You have %(count)s exports being made. Ask again when one of them is ready.")
    messages.warning(request, said % {"count": MOST_UNDER_WAY})
    return redirect("exports:exports")


@require_safe
@signed_in
def exports(request: UserRequest) -> HttpResponse:
    """What a person may not see any more stands there too, closed, until it is deleted: they would look for it."""
    jobs = ExportJob.objects.filter(user=request.user).select_related("file", "customer", "user").newest_first()
    page = Paginator(jobs, PER_PAGE).get_page(request.GET.get("page"))
    is_open = openable(page.object_list)
    lines = [(job, job.pk in is_open) for job in page.object_list]
    return render(request, "exports/exports.html", {"page": page, "lines": lines})


@require_safe
@signed_in
def job(request: UserRequest, key: UUID) -> HttpResponse:
    template = "exports/_job.html" if request.htmx else "exports/job.html"
    return render(request, template, {"job": job_of(request, key)})


@require_safe
@signed_in
def file(request: UserRequest, key: UUID) -> HttpResponseBase:
    found = job_of(request, key)
    if found.file is None:
        raise Http404
    return file_response(found.file)


@require_POST
@signed_in
def again(request: UserRequest, key: UUID) -> HttpResponse:
    try:
        started = actions.start_again(job=job_of(request, key), by=request.user)
    except actions.TooManyUnderWay:
        return _not_yet(request)
    return redirect("exports:job", started.key)
