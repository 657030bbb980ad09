"""How many SMS with codes and links the tenant pays for in a day: anyone on the internet can ask for one."""

from django.db.models import F
from django.utils import timezone

from portal.accounts.models import SmsDay
from portal.audit import actions as audit
from portal.notifications.channels import sms_is_available
from portal.tenancy.models import current_tenant


def take_sms() -> bool:
    """Count one more SMS of today, in the tenant's calendar. False when the day has had its share, or none can be sent.

    Whoever asks, known or not, gets the same answer. Staff see the day in admin, and the first refusal in the log.
    """
    tenant = current_tenant()
    if not sms_is_available():
        return False
    day = timezone.now().astimezone(tenant.zone).date()
    SmsDay.objects.bulk_create([SmsDay(day=day)], ignore_conflicts=True)
    days = SmsDay.objects.filter(day=day)
    if days.filter(sent__lt=tenant.sms_daily_limit).update(sent=F("sent") + 1):
        return True
    days.update(refused=F("refused") + 1)
    today = days.get()
    if today.refused == 1:
        audit.record(verb="accounts.sms_limit_reached", by=None, obj=today, data={"limit": tenant.sms_daily_limit})
    return False
