"""What the messages sent here are called, in admin."""

from django.utils.translation import pgettext_lazy

WORDS = {
    "outages.cancelled": pgettext_lazy("message", "Planned work called off"),
    "outages.changed": pgettext_lazy("message", "Planned work moved"),
    "outages.duty": pgettext_lazy("message", "Urgent enquiry (to the duty)"),
    "outages.hazard": pgettext_lazy("message", "Hazard (to the duty)"),
    "outages.hazard_flood": pgettext_lazy("message", "Many hazards (to the duty)"),
    "outages.outage": pgettext_lazy("message", "Power cut"),
    "outages.planned": pgettext_lazy("message", "Planned work"),
    "outages.restored": pgettext_lazy("message", "Power back"),
    "outages.withdrawn": pgettext_lazy("message", "Power cut withdrawn"),
}
