"""What keeps `HolderMonth` true: who writes days says of which months, and who adds up is alone meanwhile.

A lock of the company's is shared by those who write, until they are done, and held alone by who adds up. Writers take
it last, when their days are written: so either the sums know of the days, or the days know of the sums.
"""

from datetime import date

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from metering.models import HolderMonth, StaleSums
from metering.periods import month_of
from portal.tenancy.scope import current_tenant_id

# A customer that has held so many installations has its sums kept. Of fewer they are added up for each page.
MANY = 100

# Triggers on holdings and metering points take the same lock.
SHARE = "SELECT pg_advisory_xact_lock_shared(hashtext('metering_holdermonth'), %s)"
BE_ALONE = "SELECT pg_try_advisory_xact_lock(hashtext('metering_holdermonth'), %s)"


def forget(first: date, last: date) -> None:
    """Say that days from first to last were written, in the transaction that writes them and after them."""
    with connection.cursor() as cursor:
        cursor.execute(SHARE, [current_tenant_id()])
    months = HolderMonth.objects.true().filter(month__range=(month_of(first), last)).values_list("month", flat=True)
    StaleSums.objects.bulk_create([StaleSums(month=month) for month in set(months)])


def be_alone() -> bool:
    """Keep writers from being done until the end of this transaction; False while one of them is not done yet."""
    with connection.cursor() as cursor:
        cursor.execute(BE_ALONE, [current_tenant_id()])
        return bool(cursor.fetchone()[0])


def remove_stale(oldest: date) -> None:
    """Remove the sums that may not be true any more, and those of months before the oldest that is stored; alone."""
    against = StaleSums.objects.filter(Q(month=OuterRef("month")) | Q(customer_key=OuterRef("customer")))
    HolderMonth.objects.filter(Q(Exists(against)) | Q(month__lt=month_of(oldest))).delete()
    StaleSums.objects.all().delete()
