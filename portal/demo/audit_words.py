"""What the audit log calls what is done here."""

from django.utils.translation import pgettext_lazy

WORDS = {
    "demo.loaded": pgettext_lazy("audit", "Demo loaded"),
}

DETAILS = {
    "apps": pgettext_lazy("detail", "Modules"),
    "people": pgettext_lazy("detail", "People"),
    "staff": pgettext_lazy("detail", "Staff"),
}
