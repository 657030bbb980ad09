"""What the messages sent here are called, in admin."""

from django.utils.translation import pgettext_lazy

WORDS = {
    "metering.file_failed": pgettext_lazy("message", "Meter file failed"),
    "metering.values_missing": pgettext_lazy("message", "Meter values missing"),
}
