"""What invoices show on other pages: a tab beside the readings, and a card on the start page."""

from typing import Any, cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext

from billing.models import Invoice
from billing.queries.invoices import owed_of
from portal.customers.access import CustomerRequest
from portal.customers.queries import today


def tab(request: HttpRequest, given: dict[str, Any]) -> str:  # noqa: ARG001  (a slot's shape)
    """A tab that leads to the chosen installation's invoices."""
    installation = given.get("installation")
    chosen = f"?place={installation.point.pk}" if installation else ""
    return format_html('<a href="{}{}">{}</a>', reverse("invoices:overview"), chosen, gettext("Invoices"))


def home_card(request: HttpRequest, given: dict[str, Any]) -> str:  # noqa: ARG001  (a slot's shape)
    """What is to be paid; "" for a customer without invoices."""
    customer = cast(CustomerRequest, request).customer
    owed = owed_of(Invoice.objects.of(customer))
    if not owed.invoices:
        return ""
    return render_to_string("invoices/_home_card.html", {"owed": owed, "today": today()}, request=request)
