"""Readings to take along, as CSV or Excel."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from metering import exporting, queries
from metering.forms import ALL, Download, DownloadForm, choices_of
from metering.periods import Span, month_span
from metering.presentation import subjects
from metering.queries import Installation, Portfolio
from portal.customers.access import CustomerRequest, customer_required
from portal.customers.queries import today
from portal.documents.tables import FORMATS, XLSX_ROWS, table_response
from portal.exports.views import ask_for
from portal.tenancy.text import key_in
from portal.ui import formatting

# More than this are not listed one by one: people choose the one they came from, or all.
MOST_LISTED = 30


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required(scoped=True)
def download(request: CustomerRequest) -> HttpResponseBase:
    """The form; with what it asks for, the file itself, or for many rows the page of a file that is being made.

    Making a file in the background is asked for by POST only; a link that asks for so many rows leads to the form.
    """
    day = today()
    held = queries.portfolio_of(request.customer, day, shown=MOST_LISTED)
    if held is None:
        return redirect("metering:overview")
    asked_for = request.POST if request.method == "POST" else request.GET
    choices = _choices(held, asked_for.getlist("points"))
    days = Span(held.first_day, held.last_day)
    if "format" not in asked_for:
        return _form(request, DownloadForm(choices=choices, days=days, initial=_initial(request, choices, days)))
    form = DownloadForm(asked_for, choices=choices, days=days)
    if not form.is_valid():
        return _form(request, form, 422)
    chosen = queries.installations_of(request.customer, day, form.download().points)
    return _file(request, form, chosen, day)


def _file(request: CustomerRequest, form: DownloadForm, chosen: list[Installation], day: date) -> HttpResponseBase:
    asked = form.download()
    if not exporting.is_large(asked, chosen):
        return table_response(
            name=_file_name(asked),
            format=FORMATS[asked.format],
            columns=exporting.columns(asked.step),
            rows=exporting.rows(asked, chosen, day),
        )
    if error := _too_many(asked, exporting.size_of(asked, chosen)):
        form.add_error(None, error)
        return _form(request, form, 422)
    if request.method != "POST":
        return _form(request, form)
    return _in_the_background(request, asked, chosen, day)


def _form(request: CustomerRequest, form: DownloadForm, status: int = 200) -> HttpResponse:
    limits = {
        "at_once": formatting.number(exporting.MOST_AT_ONCE),
        "days_at_once": formatting.number(exporting.MOST_DAYS_AT_ONCE),
    }
    return render(request, "metering/download.html", {"form": form, **limits}, status=status)


def _too_many(asked: Download, rows: int) -> str:
    """Return why no file can be made of so many rows, "" when one can."""
    if asked.format == "xlsx" and rows >= XLSX_ROWS:
        return gettext("An Excel sheet cannot hold that many rows. Choose CSV, a shorter time, or days.")
    if rows > exporting.MOST_IN_A_JOB:
        return gettext("That is very much at once. Choose fewer installations, a shorter time, or days.")
    return ""


def _in_the_background(
    request: CustomerRequest, asked: Download, chosen: list[Installation], day: date
) -> HttpResponseRedirect:
    days = formatting.day_range(asked.span.first, asked.span.last)
    return ask_for(
        request,
        exporter=exporting.EXPORTER,
        params=exporting.params_of(asked, request.customer, chosen, day),
        title=gettext("Readings, %(days)s") % {"days": days},
        name=_file_name(asked),
        format=FORMATS[asked.format],
    )


def _choices(held: Portfolio, asked: list[str]) -> list[tuple[str, str]]:
    """Return all the installations, or of many those that are asked for."""
    listed = held.first
    if held.count > MOST_LISTED:
        points = [key for key in map(key_in, asked) if key]
        listed = queries.installations_of(held.customer, held.today, points)
    labels = [_label(one) for one in listed]
    together = [(ALL, gettext("All installations"))] if held.count > 1 else []
    return [*together, *choices_of(listed, labels)]


def _label(installation: Installation) -> str:
    subject = subjects.of_installation(installation, today())
    return f"{subject.title}, {subject.detail}" if subject.detail else subject.title


def _initial(request: CustomerRequest, choices: list[tuple[str, str]], days: Span) -> dict[str, object]:
    """Offer the last whole month, and what the page that led here showed; of both what there is something of."""
    last_month = month_span(today().replace(day=1) - timedelta(days=1))
    first, last = (_day(request, name) for name in ("first", "last"))
    asked = [point for point in request.GET.getlist("points") if point in dict(choices)]
    return {
        "first": days.nearest(first or last_month.first),
        "last": days.nearest(last or last_month.last),
        "points": asked or [choices[0][0]],
        "step": "hour",
        "format": "xlsx",
    }


def _day(request: CustomerRequest, name: str) -> date | None:
    """Return a day that a link gave along, None where it is none."""
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None


def _file_name(asked: Download) -> str:
    return gettext("readings-%(first)s-%(last)s") % {"first": asked.span.first, "last": asked.span.last}
