"""What customer service's page shows of ours."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from forms_catalog.models import FormVersion


def contact_card(request: HttpRequest, given: dict[str, Any]) -> str:
    """Writing to the company, and its forms for who acts for a customer."""
    has_customer = getattr(request, "customer", None) is not None
    context = {**given, "has_forms": has_customer and FormVersion.objects.offered().exists()}
    return render_to_string("forms_catalog/_contact_card.html", context, request=request)
