"""Reporting a hazard, signed in or not."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from outages import limits
from outages.actions.hazards import report_hazard
from outages.forms import HazardForm
from outages.models import HazardReport, OutageSettings
from portal.accounts import flooding
from portal.accounts.access import user_or_none
from portal.customers import places
from portal.customers.models import Customer
from portal.tenancy.access import TenantRequest, public


@require_http_methods(["GET", "HEAD", "POST"])
@public
def report(request: TenantRequest) -> HttpResponse:
    """The form; a stranger's is counted, timed, and never answered with anything of an account."""
    user = user_or_none(request)
    customer: Customer | None = getattr(request, "customer", None)
    own = list(places.places_of(customer)) if customer else []
    if request.method != "POST":
        return _page(request, HazardForm(places=own, signed_in=user is not None))
    if user is None and flooding.is_flooding(request, "hazard"):
        return _page(request, HazardForm(places=own, signed_in=False), status=429)
    with_pictures = user is not None or limits.takes_pictures()
    files = request.FILES if with_pictures else None
    form = HazardForm(request.POST, files, places=own, signed_in=user is not None)
    if not form.is_valid():
        return _page(request, form.shown_again(), status=422)
    key = form.cleaned_data["submission_key"]
    if user is None and not _is_replay(key) and limits.is_too_many(request):
        return _page(request, form.shown_again(), status=429)
    done = report_hazard(
        sighting=form.sighting, photos=form.cleaned_data["photos"], submission_key=key, user=user, customer=customer
    )
    if request.FILES and not with_pictures:
        messages.warning(request, _("So many hazards are being reported that we could not take in your pictures."))
    return redirect("outages:reported", done.submission_key)


def _is_replay(key: UUID) -> bool:
    return HazardReport.objects.filter(submission_key=key).exists()


def _page(request: HttpRequest, form: HazardForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "duty_phone": OutageSettings.current().phone, "is_too_many": status == 429}
    return render(request, "outages/report.html", context, status=status)


@require_safe
@public
def reported(request: TenantRequest, key: UUID) -> HttpResponse:
    """The receipt. The address is a secret of whoever sent the form; it tells nothing but number and kind."""
    found = get_object_or_404(HazardReport, submission_key=key)
    return render(request, "outages/reported.html", {"report": found, "duty_phone": OutageSettings.current().phone})
