"""What customer service's page shows of ours."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from forms_catalog.models import FormVersion, ServiceSettings
from portal.tenancy.models import current_tenant


def contact_card(request: HttpRequest, given: dict[str, Any]) -> str:
    """Writing to the company, and its forms for who acts for a customer."""
    customer, tenant = getattr(request, "customer", None), current_tenant()
    context = {
        **given,
        "has_forms": customer is not None and FormVersion.objects.offered().exists(),
        "links": ServiceSettings.current(),
        "has_inspections": customer is not None and tenant.has_module("grid"),
    }
    return render_to_string("forms_catalog/_contact_card.html", context, request=request)
