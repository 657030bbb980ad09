"""An export's page, which follows it until it is done, and the file."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.access import UserRequest, signed_in
from portal.customers.models import Customer
from portal.exports import actions
from portal.exports.models import ExportJob
from portal.files.views import file_response
from portal.ui import formatting

PER_PAGE = 20


def job_of(request: UserRequest, key: UUID) -> ExportJob:
    """Return the person's own export. What is a customer's they get only while they reach the customer."""
    jobs = ExportJob.objects.filter(user=request.user).select_related("file", "customer")
    job = get_object_or_404(jobs, key=key)
    today = formatting.local_day(timezone.now())
    if job.customer_id and not Customer.objects.reachable_by(request.user, today).filter(pk=job.customer_id).exists():
        raise Http404
    return job


@require_safe
@signed_in
def exports(request: UserRequest) -> HttpResponse:
    jobs = ExportJob.objects.filter(user=request.user).select_related("file").newest_first()
    page = Paginator(jobs, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "exports/exports.html", {"page": page})


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
    started = actions.start_again(job=job_of(request, key), by=request.user)
    return redirect("exports:job", started.key)
