"""What the audit log calls what is done here."""

from django.utils.translation import pgettext_lazy

WORDS = {
    "orders.cancelled": pgettext_lazy("audit", "Job cancelled"),
    "orders.changed": pgettext_lazy("audit", "Job changed"),
    "orders.master_data_imported": pgettext_lazy("audit", "Master data taken in"),
    "orders.photo_read": pgettext_lazy("audit", "Photo of a job opened"),
    "orders.read": pgettext_lazy("audit", "Job looked at by staff"),
    "orders.report_answered": pgettext_lazy("audit", "Report of a job answered"),
    "orders.reported": pgettext_lazy("audit", "Something reported of a job"),
    "orders.sent": pgettext_lazy("audit", "Order sent"),
    "orders.slips_read": pgettext_lazy("audit", "Driver slips opened"),
    "orders.status_set": pgettext_lazy("audit", "Status of a job set"),
}

DETAILS = {
    "new_day": pgettext_lazy("detail", "Planned anew for"),
}
