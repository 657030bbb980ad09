"""Something went wrong with a job: what we know of it comes first, then it can be reported."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from orders.actions import CannotChange, report_job, situation_of
from orders.forms import ReportForm
from orders.models import JobReport, OrderLine
from portal.customers.access import CustomerRequest, customer_required
from portal.customers.models import Role


@customer_required(role=Role.ORDERER)
def report(request: CustomerRequest, number: int, position: int) -> HttpResponse:
    """Say what is known of a job, and take a report where that does not answer it."""
    jobs = OrderLine.objects.of(request.customer).select_related("order")
    job = get_object_or_404(jobs, order__number=number, position=position)
    situation = situation_of(job)
    form = ReportForm(request.POST if request.method == "POST" and situation.can_be_reported else None)
    if form.is_valid():
        kind, text = JobReport.Kind(form.cleaned_data["kind"]), form.cleaned_data["text"]
        try:
            report_job(job=job, kind=kind, text=text, by=request.user, on_behalf=request.on_behalf)
        except CannotChange as refusal:
            messages.warning(request, refusal.problem.message)
        else:
            messages.success(request, _("Thank you. We look into it and answer you."))
        return redirect("orders:order", number)
    context = {
        "job": job,
        "order": job.order,
        "form": form,
        "known": situation.known.value,
        "can_report": situation.can_be_reported,
        "waiting": JobReport.objects.waiting().filter(line=job).first(),
        "steps": job.steps.order_by("at", "pk"),
    }
    return render(request, "orders/report.html", context, status=422 if form.is_bound else 200)
