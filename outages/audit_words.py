"""What the audit log calls what is done here."""

from django.utils.translation import pgettext_lazy

WORDS = {
    "hazards.read": pgettext_lazy("audit", "Report of a hazard looked at by staff"),
    "outages.changed": pgettext_lazy("audit", "Outage changed"),
    "outages.contacts_forgotten": pgettext_lazy("audit", "Old contacts deleted"),
    "outages.hazard_followed_up": pgettext_lazy("audit", "Hazard followed up"),
    "outages.hazard_reported": pgettext_lazy("audit", "Hazard reported"),
    "outages.notice_done": pgettext_lazy("audit", "Notice sent to all"),
    "outages.notice_ended": pgettext_lazy("audit", "Notice ended"),
    "outages.notice_ordered": pgettext_lazy("audit", "Notice ordered"),
    "outages.notice_sending": pgettext_lazy("audit", "Notice being sent"),
    "outages.notice_stopped": pgettext_lazy("audit", "Notice stopped"),
    "outages.registered": pgettext_lazy("audit", "Outage registered"),
    "outages.update_changed": pgettext_lazy("audit", "Update of an outage changed"),
    "outages.update_deleted": pgettext_lazy("audit", "Update of an outage deleted"),
    "outages.updated": pgettext_lazy("audit", "Outage updated"),
}

DETAILS = {
    "at_before": pgettext_lazy("detail", "Time before"),
    "expected_at_before": pgettext_lazy("detail", "Expected back, before"),
    "text": pgettext_lazy("detail", "Text"),
    "text_before": pgettext_lazy("detail", "Text before"),
    "update": pgettext_lazy("detail", "Number of the update"),
}
