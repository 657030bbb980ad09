"""A customer's inspection reports, and saying that something is mended."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from forms_catalog.actions import inspections as actions
from forms_catalog.forms.enquiries import MendedForm
from forms_catalog.models import Deviation, DeviationPicture, InspectionReport
from portal.customers.access import CustomerRequest, customer_required
from portal.customers.models import Role
from portal.documents.pdf import pdf_response, render_pdf
from portal.files.views import file_response
from portal.ui.formatting import local_day

PER_PAGE = 20


@require_safe
@customer_required()
def reports(request: CustomerRequest) -> HttpResponse:
    """All inspections of the customer's installations."""
    page = Paginator(InspectionReport.objects.of(request.customer), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "today": local_day(timezone.now())}
    return render(request, "forms_catalog/reports.html", context)


def _own(request: CustomerRequest, pk: int) -> InspectionReport:
    return get_object_or_404(InspectionReport.objects.of(request.customer).select_related("document"), pk=pk)


@require_safe
@customer_required()
def report(request: CustomerRequest, pk: int) -> HttpResponse:
    """What was found, until when it must be mended, and what was said of it."""
    found = _own(request, pk)
    context = {
        "report": found,
        "deviations": found.deviations.prefetch_related("pictures__file"),
        "today": local_day(timezone.now()),
        "may_answer": request.role.includes(Role.ORDERER),
    }
    return render(request, "forms_catalog/report.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required(role=Role.ORDERER)
def mend(request: CustomerRequest, pk: int) -> HttpResponse:
    """Say that a deviation is mended."""
    found = get_object_or_404(Deviation.objects.select_related("report"), pk=pk, report__customer=request.customer)
    if not found.is_open:
        return redirect("forms_catalog:report", found.report_id)
    form = MendedForm(request.POST, request.FILES) if request.method == "POST" else MendedForm()
    if request.method == "POST" and form.is_valid():
        _report_mended(request, found, form)
        return redirect("forms_catalog:report", found.report_id)
    context = {"deviation": found, "form": form}
    return render(request, "forms_catalog/mend.html", context, status=422 if form.errors else 200)


def _report_mended(request: CustomerRequest, found: Deviation, form: forms.Form) -> None:
    try:
        actions.report_mended(deviation=found, by=request.user, on_behalf=request.on_behalf, **form.cleaned_data)
    except actions.NotOpen:
        messages.info(request, gettext("It was reported already."))
    else:
        messages.success(request, gettext("Thank you. We look at it, and you see here when it is closed."))


@require_safe
@customer_required()
def document(request: CustomerRequest, pk: int) -> HttpResponseBase:
    """The report on paper: the inspectors' own document, else ours."""
    return document_of(_own(request, pk))


def document_of(found: InspectionReport) -> HttpResponseBase:
    if found.document:
        return file_response(found.document)
    context = {"report": found, "customer": found.customer, "deviations": found.deviations.all()}
    return pdf_response(render_pdf("forms_catalog/report_pdf.html", context), name=f"{found.number}")


@require_safe
@customer_required()
def mended_picture(request: CustomerRequest, pk: int) -> HttpResponseBase:
    """A picture the customer has sent of how it was mended."""
    pictures = DeviationPicture.objects.select_related("file")
    found = get_object_or_404(pictures, pk=pk, deviation__report__customer=request.customer)
    return file_response(found.file, inline=True)
