"""Information pages and customer service: open to everyone."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from portal.content import markup
from portal.content.models import Page
from portal.tenancy.access import TenantRequest, public


@require_safe
@public
def page(request: TenantRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Page, slug=slug)
    return render(request, "content/page.html", {"page": found, "body": markup.render(found.body_text)})


@require_safe
@public
def customer_service(request: TenantRequest) -> HttpResponse:
    """How to reach the company, and where the rest is written."""
    return render(request, "content/customer_service.html", {"pages": Page.objects.order_by("slug")})
