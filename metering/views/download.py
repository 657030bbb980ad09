"""Readings to take along, as CSV or Excel."""

from __future__ import annotations

from datetime import timedelta

from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from metering import exporting, queries
from metering.forms import ALL, Download, DownloadForm, choices_of
from metering.periods import month_span
from metering.presentation import subjects
from metering.queries import Installation
from portal.customers.access import CustomerRequest, customer_required
from portal.customers.queries import today
from portal.documents.tables import table_response

# More than this are not listed one by one: people choose the one they came from, or all.
MOST_LISTED = 30


@require_GET
@customer_required(scoped=True)
def download(request: CustomerRequest) -> HttpResponseBase:
    """The form; with `format` in the query string the file itself."""
    day = today()
    installations = queries.installations_of(request.customer, day)
    if not installations:
        return redirect("metering:overview")
    choices = _choices(installations, request.GET.getlist("points"))
    if "format" not in request.GET:
        form = DownloadForm(choices=choices, initial=_initial(request, choices))
        return render(request, "metering/download.html", {"form": form})
    form = DownloadForm(request.GET, choices=choices)
    if not form.is_valid():
        return render(request, "metering/download.html", {"form": form}, status=422)
    asked = form.download()
    chosen = [one for one in installations if asked.points is None or one.point.pk in asked.points]
    if exporting.size_of(asked, chosen) > exporting.MOST_AT_ONCE:
        form.add_error(None, gettext("That is very much at once. Choose fewer installations, a shorter time, or days."))
        return render(request, "metering/download.html", {"form": form}, status=422)
    return table_response(
        name=_file_name(asked),
        format="csv" if asked.format == "csv" else "xlsx",
        columns=exporting.columns(asked.step),
        rows=exporting.rows(asked, chosen),
    )


def _choices(installations: list[Installation], asked: list[str]) -> list[tuple[str, str]]:
    listed = installations
    if len(installations) > MOST_LISTED:
        listed = [one for one in installations if str(one.point.pk) in asked]
    labels = [_label(one) for one in listed]
    together = [(ALL, gettext("All installations"))] if len(installations) > 1 else []
    return [*together, *choices_of(listed, labels)]


def _label(installation: Installation) -> str:
    subject = subjects.of_installation(installation, today())
    return f"{subject.title}, {subject.detail}" if subject.detail else subject.title


def _initial(request: CustomerRequest, choices: list[tuple[str, str]]) -> dict[str, object]:
    """Offer the last whole month, and what the page that led here showed."""
    last_month = month_span(today().replace(day=1) - timedelta(days=1))
    asked = [point for point in request.GET.getlist("points") if point in dict(choices)]
    return {
        "first": request.GET.get("first") or last_month.first,
        "last": request.GET.get("last") or last_month.last,
        "points": asked or [choices[0][0]],
        "step": "hour",
        "format": "xlsx",
    }


def _file_name(asked: Download) -> str:
    return f"{gettext('readings')}-{asked.span.first}-{asked.span.last}"
