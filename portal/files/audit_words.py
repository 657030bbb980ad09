"""What the audit log calls what is done here."""

from django.utils.translation import pgettext_lazy

WORDS = {
    "files.deleted": pgettext_lazy("audit", "File deleted"),
    "files.infected": pgettext_lazy("audit", "Virus found in a file"),
    "files.left": pgettext_lazy("audit", "Stopped file left as it is"),
}

DETAILS = {
    "finding": pgettext_lazy("detail", "What the virus scan found"),
}
