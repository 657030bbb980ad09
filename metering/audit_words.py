"""What the audit log calls what is done here."""

from django.utils.translation import pgettext_lazy

WORDS = {
    "metering.file_handed_in": pgettext_lazy("audit", "Meter file handed in"),
    "metering.file_imported": pgettext_lazy("audit", "Meter file read"),
    "metering.file_read_again": pgettext_lazy("audit", "Meter file to be read again"),
    "metering.named": pgettext_lazy("audit", "Installation named"),
    "metering.parked_taken_in": pgettext_lazy("audit", "Parked values taken in"),
    "metering.points_imported": pgettext_lazy("audit", "Metering points taken in"),
}

DETAILS = {
    "changed_holdings": pgettext_lazy("detail", "Changed holders"),
    "new_holdings": pgettext_lazy("detail", "New holders"),
}
