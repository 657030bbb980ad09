"""Where people are led with what cannot be ordered."""

from django.urls import NoReverseMatch, reverse

# The form for a new customer number or project, where the company has it; else the page with phone and e-mail.
ENQUIRY = ("forms_catalog:start", "new-customer-number")


def enquiry_url() -> str:
    name, slug = ENQUIRY
    try:
        return reverse(name, args=[slug])
    except NoReverseMatch:
        return reverse("content:customer_service")
