"""Where people are led with what cannot be ordered."""

from django.urls import reverse


def enquiry_url() -> str:
    """Return the address of the form for a new customer number or project."""
    return f"{reverse('forms_catalog:ask')}?topic=new-project"
