"""What the messages sent here are called, in admin."""

from django.utils.translation import pgettext_lazy

WORDS = {
    "invoices.due": pgettext_lazy("message", "Invoice due soon"),
    "invoices.new": pgettext_lazy("message", "New invoice"),
    "invoices.overdue": pgettext_lazy("message", "Invoice overdue"),
}
