"""What the codes in the audit log's details are called, by what was done."""

from outages.models import HazardReport, Notice, Outage

KINDS = dict(Outage.Kinds.choices)
VALUES = {
    "outages.changed": KINDS,
    "outages.hazard_followed_up": dict(HazardReport.State.choices),
    "outages.hazard_reported": dict(HazardReport.Kind.choices),
    "outages.notice_ordered": dict(Notice.KINDS),
    "outages.registered": KINDS,
}
