"""What the audit log calls what is done here."""

from django.utils.translation import pgettext_lazy

WORDS = {
    "enquiries.answered": pgettext_lazy("audit", "Enquiry answered"),
    "enquiries.asked": pgettext_lazy("audit", "Enquiry written"),
    "enquiries.closed": pgettext_lazy("audit", "Enquiry closed"),
    "enquiries.forgotten": pgettext_lazy("audit", "Old enquiries deleted"),
    "enquiries.read": pgettext_lazy("audit", "Enquiry looked at by staff"),
    "enquiries.reopened": pgettext_lazy("audit", "Enquiry opened again"),
    "enquiries.replied": pgettext_lazy("audit", "The customer wrote again"),
    "forms.published": pgettext_lazy("audit", "Form published"),
    "forms.retired": pgettext_lazy("audit", "Form retired"),
    "forms.submitted": pgettext_lazy("audit", "Form sent in"),
    "inspections.changed": pgettext_lazy("audit", "Inspection report changed"),
    "inspections.closed": pgettext_lazy("audit", "Deviation closed"),
    "inspections.open": pgettext_lazy("audit", "Deviation opened again"),
    "inspections.read": pgettext_lazy("audit", "Inspection report looked at by staff"),
    "inspections.reported_mended": pgettext_lazy("audit", "Deviation reported mended"),
    "inspections.taken_in": pgettext_lazy("audit", "Inspection report taken in"),
}

DETAILS = {
    "deviation": pgettext_lazy("detail", "Deviation"),
    "topic": pgettext_lazy("detail", "Topic"),
}
