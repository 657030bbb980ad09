"""What the messages sent here are called, in admin."""

from django.utils.translation import pgettext_lazy

WORDS = {
    "callouts.authorization_answered": pgettext_lazy("message", "Answer about an authorization to declare"),
    "callouts.document_added": pgettext_lazy("message", "Papers for a call-off"),
    "callouts.fraction_answered": pgettext_lazy("message", "Answer about waste not on the list"),
    "callouts.producer_answered": pgettext_lazy("message", "Answer about a waste producer"),
    "callouts.producer_suggested": pgettext_lazy("message", "Waste producer suggested"),
    "callouts.request_answered": pgettext_lazy("message", "Answer to a wish for a call-off"),
    "callouts.revised": pgettext_lazy("message", "Call-off corrected"),
    "callouts.status_changed": pgettext_lazy("message", "Call-off: new status"),
    "callouts.submitted": pgettext_lazy("message", "Call-off submitted"),
}
