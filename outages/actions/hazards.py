"""Taking in hazards that people report, and alerting the duty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from outages.models import DutyContact, HazardPhoto, HazardReport
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.customers.models import Customer
from portal.files.actions import CheckedUpload, store
from portal.notifications.actions import notify
from portal.notifications.models import Channel
from portal.tenancy.models import current_tenant
from portal.tenancy.numbers import numbered_once

FIRST_NUMBER = 10_001
# Alerts in ten minutes: of reports by strangers, by one user, and in all. More of them wait in the queue, and the duty
# hears once that they do.
ALERTS_AT_MOST = 10
ALERTS_PER_USER = 3
ALERTS_PER_COMPANY = 25
ALERTS_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True)
class Position:
    """Where the reporter's device was: degrees, and how many metres that may be off."""

    latitude: Decimal
    longitude: Decimal
    accuracy_m: int | None = None


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """What was seen, and where. `gsrn` names the customer's own installation, where it is there."""

    kind: str
    address: str
    text: str = ""
    gsrn: str = ""
    position: Position | None = None
    contact_name: str = ""
    contact_phone: str = ""


@transaction.atomic
def report_hazard(
    *,
    sighting: Sighting,
    photos: Sequence[CheckedUpload],
    submission_key: UUID,
    user: User | None = None,
    customer: Customer | None = None,
) -> HazardReport:
    """Take in a report and alert the duty, all or nothing. The same key again returns the first one's report."""
    position = sighting.position

    def create(number: int) -> HazardReport:
        return HazardReport.objects.create(
            number=number,
            kind=sighting.kind,
            text=sighting.text,
            address=sighting.address,
            gsrn=sighting.gsrn,
            latitude=position.latitude if position else None,
            longitude=position.longitude if position else None,
            accuracy_m=position.accuracy_m if position else None,
            contact_name=sighting.contact_name,
            contact_phone=sighting.contact_phone,
            user=user,
            customer=customer,
            submission_key=submission_key,
        )

    report, is_new = numbered_once(
        "hazards",
        first=FIRST_NUMBER,
        sent_before=HazardReport.objects.filter(submission_key=submission_key).first,
        create=create,
    )
    if not is_new:
        return report
    for photo in photos:
        HazardPhoto.objects.create(report=report, file=store(photo, by=user))
    audit.record(
        verb="outages.hazard_reported",
        by=user,
        obj=report,
        customer=customer,
        data={"number": report.number, "kind": report.kind},
    )
    _alert(report)
    return report


def _alert(report: HazardReport) -> None:
    if _is_flood(report):
        event, about, path = "outages.hazard_flood", f"{timezone.now():%Y-%m-%d-%H}", reverse(QUEUE)
    else:
        event, about, path = "outages.hazard", str(report.pk), reverse(CHANGE, args=[report.pk])
    _tell_duty(event, about, {"report": report, "url": current_tenant().absolute_url(path)})


def _is_flood(report: HazardReport) -> bool:
    recent = HazardReport.objects.filter(created_at__gt=timezone.now() - ALERTS_WITHIN)
    by_the_same = recent.filter(user=report.user_id).count()
    most = ALERTS_PER_USER if report.user_id else ALERTS_AT_MOST
    return by_the_same > most or recent.count() > ALERTS_PER_COMPANY


QUEUE = "admin:outages_hazardreport_changelist"
CHANGE = "admin:outages_hazardreport_change"


def alert_duty(*, key: str, text: str, url: str) -> None:
    """Tell the duty of something that came in another way than as a hazard; once for a key."""
    _tell_duty("outages.duty", key, {"text": text, "url": url})


def _tell_duty(event: str, about: str, context: dict[str, object]) -> None:
    for contact in DutyContact.objects.filter(is_active=True).order_by("pk"):
        notify(
            event=event,
            key=f"{event}:{about}:{contact.pk}",
            phone=contact.phone,
            email=contact.email,
            channels=[Channel.SMS] * bool(contact.phone) + [Channel.EMAIL] * bool(contact.email),
            context=context,
        )


@transaction.atomic
def follow_up(*, report: HazardReport, state: str, note: str, by: User, seen_note: str | None = None) -> HazardReport:
    """Say how the duty dealt with it. `seen_note` is the note that was written over: what somebody else wrote since
    (None: whatever it is by now) stays, above the new one.
    """
    kept = HazardReport.objects.select_for_update().get(pk=report.pk)
    data = {"from": kept.state, "to": state}
    kept.state, kept.note = state, note if seen_note is None else _both(kept.note, seen_note, note)
    kept.save(update_fields=["state", "note"])
    audit.record(verb="outages.hazard_followed_up", by=by, obj=kept, customer=kept.customer, data=data)
    return kept


def _both(kept: str, seen: str, new: str) -> str:
    """Browsers send other line ends than they were given, so it is the words that are compared."""
    if kept.split() in (seen.split(), new.split()):
        return new
    return kept if new.split() == seen.split() else f"{kept}\n\n{new}"
