"""What the messages sent here are called, in admin."""

from django.utils.translation import pgettext_lazy

WORDS = {
    "enquiries.answered": pgettext_lazy("message", "Enquiry answered"),
    "enquiries.asked": pgettext_lazy("message", "Enquiry received (to the sender)"),
    "enquiries.received": pgettext_lazy("message", "Enquiry received (to colleagues)"),
    "enquiries.wanted": pgettext_lazy("message", "Enquiry answered (where the sender wished)"),
    "forms.submitted": pgettext_lazy("message", "Form sent in"),
    "inspections.decided": pgettext_lazy("message", "Answer about a deviation"),
    "inspections.received": pgettext_lazy("message", "Inspection report"),
}
