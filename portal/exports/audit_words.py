"""What the audit log calls what is done here."""

from django.utils.translation import pgettext_lazy

WORDS = {
    "exports.started": pgettext_lazy("audit", "File ordered"),
}

DETAILS = {
    "exporter": pgettext_lazy("detail", "What is exported"),
}
