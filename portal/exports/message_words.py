"""What the messages sent here are called, in admin."""

from django.utils.translation import pgettext_lazy

WORDS = {
    "export_ready": pgettext_lazy("message", "File ready to download"),
}
