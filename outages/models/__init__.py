"""Power cuts and planned work, what customers are told of them, and the hazards people report."""

from outages.models.hazard import DutyContact, HazardPhoto, HazardReport
from outages.models.notice import Notice, NoticeRecipient
from outages.models.outage import Outage, OutageUpdate
from outages.models.settings import OutageSettings

__all__ = [
    "DutyContact",
    "HazardPhoto",
    "HazardReport",
    "Notice",
    "NoticeRecipient",
    "Outage",
    "OutageSettings",
    "OutageUpdate",
]
