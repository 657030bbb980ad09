"""Deleting whom notices went to, and who reported hazards without an account, when their time is over."""

from datetime import datetime, timedelta

from django.db import transaction

from outages.models import HazardReport, Notice, NoticeRecipient, OutageSettings
from portal.audit import actions as audit


@transaction.atomic
def forget_old(*, now: datetime) -> int:
    """Forget the contacts that have outlived their use; returns how many. The notices keep how many they reached."""
    since = now - timedelta(days=OutageSettings.current().contact_days)
    recipients = NoticeRecipient.objects.filter(notice__in=Notice.objects.outlived(since))
    told, _tables = recipients.delete()
    reporters = HazardReport.objects.naming_somebody().filter(created_at__lt=since)
    total = told + reporters.update(contact_name="", contact_phone="")
    if total:
        audit.record(verb="outages.contacts_forgotten", by=None, data={"count": total})
    return total
