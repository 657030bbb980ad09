"""A customer's invoices: all of them, one of them, and its PDF."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.cache import cache
from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from billing import invoice_presentation as presentation
from billing.invoice_exporting import COLUMNS, table_rows
from billing.invoice_forms import ALL, OverviewForm, customers_chosen
from billing.invoice_places import place_of
from billing.models import Invoice
from billing.queries import invoices as queries
from billing.rules.invoicing import kid
from portal.customers.access import CustomerRequest, customer_required
from portal.customers.models import Customer
from portal.customers.queries import all_reached
from portal.customers.queries import today as local_today
from portal.documents.tables import FORMATS, table_response
from portal.files.views import file_response

PAGE_SIZE = 12
# Whoever waits for a PDF asks every other second; the worker is asked once a minute.
ASKED_FOR = 60
# After so many seconds it is said that it takes longer than usual.
LONG, REMEMBERED = 60, 3600


@require_safe
@customer_required(scoped=True)
def overview(request: CustomerRequest) -> HttpResponse:
    """The invoices of the last twelve months, or of a year, or those that are searched for."""
    customers, form = _asked(request)
    rows, is_several = Invoice.objects.of(*customers), form.data.get("customer") == ALL
    is_valid, asked = form.is_valid(), form.asked
    found = queries.asked_for(rows, asked)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    amounts = queries.amounts_by_month(found)
    owed = queries.owed_of(rows)
    context = {
        "form": form,
        "asked": asked,
        "page": page,
        "rows": [presentation.shown(invoice, asked.today) for invoice in page],
        "total": sum(amounts.values(), Decimal("0.00")),
        "owed": owed,
        "next_due": queries.next_due_of(rows, owed),
        "chart": presentation.amounts_chart(asked, amounts) if amounts and not asked.search else None,
        "is_new": not owed.invoices,
        "customers": customers,
        "is_several": is_several,
        "agreement": None if is_several else queries.agreement_of(customers[0]),
        "place": place_of(request, form) if request.tenant.has_module("grid") and form.has_any_place else None,
        "query": request.GET.urlencode(),
    }
    return render(request, "invoices/overview.html", context, status=200 if is_valid else 422)


def _reached(request: CustomerRequest) -> list[Customer]:
    """Return the customers whose invoices the person may see today; staff who help a customer see that one's."""
    if request.on_behalf or request.customer_count < 2:
        return [request.customer]
    return all_reached(request.user)


def _asked(request: CustomerRequest) -> tuple[list[Customer], OverviewForm]:
    """Return whose invoices are asked for, and the form that says which."""
    reached = _reached(request)
    customers = customers_chosen(request.GET.get("customer", ""), request.customer, reached)
    rows = Invoice.objects.of(*customers)
    form = OverviewForm(
        request.GET,
        own=request.customer,
        reached=reached,
        places=queries.places_of(rows),
        years=queries.years_of(rows),
        today=local_today(),
    )
    return customers, form


@require_safe
@customer_required(scoped=True)
def export(request: CustomerRequest, kind: str) -> HttpResponseBase:
    """All the invoices that the overview shows, on all its pages, as CSV or Excel."""
    if kind not in FORMATS:
        raise Http404
    customers, form = _asked(request)
    if not form.is_valid():
        return redirect(f"{reverse('invoices:overview')}?{request.GET.urlencode()}")
    rows = queries.asked_for(Invoice.objects.of(*customers), form.asked).iterator(chunk_size=2000)
    whose = customers[0].number if len(customers) == 1 else gettext("several-customers")
    name = gettext("invoices-%(number)s") % {"number": whose}
    return table_response(name=name, format=FORMATS[kind], columns=COLUMNS, rows=table_rows(rows, form.asked.today))


def _own(request: CustomerRequest, key: UUID) -> Invoice:
    """Return an invoice of the customer one acts for, else of another that one reaches; 404 for anybody else's."""
    related = ("customer", "original", "rendered", "corrects", "metering_point")
    found = Invoice.objects.of(request.customer).select_related(*related).filter(key=key).first()
    return found or get_object_or_404(Invoice.objects.of(*_reached(request)).select_related(*related), key=key)


@require_safe
@customer_required(scoped=True)
def invoice(request: CustomerRequest, key: UUID) -> HttpResponse:
    """One invoice, line by line, as it was issued."""
    found, today = _own(request, key), local_today()
    prefetch_related_objects([found], "lines")
    return render(request, "invoices/invoice.html", _context(request, found, today))


def _context(request: CustomerRequest, found: Invoice, today: Any) -> dict[str, Any]:
    shown, readings = presentation.shown(found, today), queries.readings_of(found, today)
    previous, notes = queries.previous_of(found), list(found.credit_notes.order_by("pk"))
    comparison = queries.comparison_of(found, previous)
    settled = queries.settled_total_of(found) if request.on_behalf else None
    return {
        "invoice": found,
        "shown": shown,
        "standing": found.standing,
        "is_to_pay": bool(found.standing.left),
        "is_overdue": found.due_on is not None and found.due_on < today,
        "standing_label": presentation.standing_label(found, shown.status),
        "course": presentation.course_rows(found),
        "amount": found.standing.left or found.standing.credit or abs(found.total),
        "total": abs(found.total),
        "heading": presentation.lines_heading(found),
        "lines": presentation.line_rows(found),
        "sums": presentation.sum_rows(found),
        "total_label": presentation.lines_label(found),
        "facts": presentation.facts_of(found),
        "place": presentation.place_facts(found),
        "kid": kid.grouped(found.kid),
        "account": kid.grouped_account(found.account),
        "chart": presentation.days_chart(readings) if readings else None,
        "previous": previous,
        "difference": comparison.difference if comparison else None,
        "difference_text": presentation.signed(comparison.difference) if comparison else "",
        "causes": presentation.cause_rows(comparison) if comparison else [],
        "credit_notes": notes,
        "payments": queries.payments_of(found, notes),
        "agreement": queries.agreement_of(found.customer),
        "is_anothers": found.customer != request.customer,
        "settled": settled,
        "settled_difference": presentation.signed(found.as_settled - settled) if settled is not None else "",
        "ask_url": _ask_url(request, found),
    }


def _ask_url(request: CustomerRequest, found: Invoice) -> str:
    """Return where one asks about the invoice; "" where one cannot."""
    # Who may see only a part of the customer cannot write for it, and one writes for the customer one acts for.
    if request.customer_scope is not None or found.customer != request.customer:
        return ""
    with suppress(NoReverseMatch):
        subject = gettext("Question about %(invoice)s") % {"invoice": presentation.about_words(found)}
        return f"{reverse('forms_catalog:ask')}?{urlencode({'about': f'invoices:{found.key}', 'subject': subject})}"
    return ""


@require_safe
@customer_required(scoped=True)
def pdf(request: CustomerRequest, key: UUID) -> HttpResponseBase:
    """The PDF: the original, else the one a worker has drawn; until it has, a page that waits for it."""
    found = _own(request, key)
    address = reverse("invoices:pdf", args=[found.key])
    if found.pdf is not None:
        if request.htmx:
            return HttpResponse(status=204, headers={"HX-Redirect": address})
        return file_response(found.pdf, inline=True)
    _ask_worker(found)
    is_late = _has_waited_long(found)
    if request.htmx and (not is_late or "late" in request.GET):
        return HttpResponse(status=204)
    context = {"invoice": found, "title": presentation.title_of(found), "is_late": is_late}
    response = render(request, "invoices/drawing.html", context, status=202)
    response["Cache-Control"] = "private, no-store"
    return response


def _has_waited_long(found: Invoice) -> bool:
    now = timezone.now().timestamp()
    return now - float(cache.get_or_set(f"invoice-pdf-since:{found.key}", now, REMEMBERED) or now) > LONG


def _ask_worker(found: Invoice) -> None:
    from billing.tasks import render_invoice

    if cache.add(f"invoice-pdf:{found.key}", 1, ASKED_FOR):
        render_invoice.delay_on_commit(found.pk)
