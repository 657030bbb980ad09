"""What several parts of one page ask for, read once."""

from django.http import HttpRequest

from billing.queries import Company, company


def company_of(request: HttpRequest) -> Company:
    """Return the company's prices and habits, read once in a request."""
    if not hasattr(request, "billing_company"):
        request.billing_company = company()  # type: ignore[attr-defined]
    found: Company = request.billing_company  # type: ignore[attr-defined]
    return found
