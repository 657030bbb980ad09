"""What the audit log calls what is done here."""

from django.utils.translation import pgettext_lazy

WORDS = {
    "content.news_changed": pgettext_lazy("audit", "News changed"),
    "content.news_written": pgettext_lazy("audit", "News written"),
    "content.page_added": pgettext_lazy("audit", "Page added"),
    "content.page_changed": pgettext_lazy("audit", "Page changed"),
}

DETAILS = {
    "slug": pgettext_lazy("detail", "Address"),
}
