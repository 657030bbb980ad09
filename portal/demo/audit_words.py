"""What the audit log calls what is done here."""

from django.utils.translation import pgettext_lazy

WORDS = {
    "demo.loaded": pgettext_lazy("audit", "Demo loaded"),
}
