"""What customers are offered."""

from forms_catalog.models import Enquiry, FormDraft, FormVersion, Submission
from portal.accounts.models import User
from portal.customers.models import Customer


def offered_to(customer: Customer) -> list[FormVersion]:
    """Return the forms a customer can fill in, in the order staff have given them."""
    return [version for version in FormVersion.objects.offered() if version.form.is_for(customer)]


def drafts_of(user: User, customer: Customer) -> dict[int, FormDraft]:
    """Return what somebody has begun for a customer, by form."""
    return {draft.form_id: draft for draft in FormDraft.objects.filter(user=user, customer=customer)}


def submission_of(enquiry: Enquiry) -> Submission | None:
    """Return the form that an enquiry is, None when it is a question in words."""
    if enquiry.topic_id is not None:
        return None
    return Submission.objects.filter(enquiry=enquiry).select_related("enquiry__customer", "version__form").first()
