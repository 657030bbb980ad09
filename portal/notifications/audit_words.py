"""What the audit log calls what is done here."""

from django.utils.translation import pgettext_lazy

WORDS = {
    "notifications.chosen": pgettext_lazy("audit", "Notices chosen"),
    "notifications.left": pgettext_lazy("audit", "Message left unsent"),
    "notifications.resent": pgettext_lazy("audit", "Message sent again"),
    "notifications.sms_gateway_set": pgettext_lazy("audit", "SMS gateway set up"),
}

DETAILS = {
    "sender": pgettext_lazy("detail", "Sender"),
}
