"""Deleting what no longer lets anybody in: ended sessions, used links, counts of SMS, devices long gone."""

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q

from portal.accounts.device_cookie import LASTS
from portal.accounts.models import AccessLink, Device, SmsDay

LINKS_KEPT, COUNTS_KEPT = timedelta(days=90), timedelta(days=400)


@transaction.atomic
def forget_old(*, now: datetime) -> None:
    """Sign-ins themselves stay in the audit log. A device is kept as long as its cookie may come back."""
    Session.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    AccessLink.objects.filter(Q(used_at__lt=now - LINKS_KEPT) | Q(expires_at__lt=now - LINKS_KEPT)).delete()
    Device.objects.filter(last_used_at__lt=now - timedelta(seconds=LASTS)).delete()
    SmsDay.objects.filter(day__lt=(now - COUNTS_KEPT).date()).delete()
