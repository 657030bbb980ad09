"""What keeps `HolderMonth` true: who writes days takes away what they may have made untrue, who adds up is alone.

A lock of the company's is shared by those who write, until they are done, and held alone by who adds up. Writers take
it last, when their days are written: so either the sums know of the days, or the days find the sums and remove them.
"""

from datetime import date

from django.db import connection

from metering.models import HolderMonth
from metering.periods import month_of
from portal.tenancy.scope import current_tenant_id

# A customer that has held so many installations has its sums kept. Of fewer they are added up for each page.
MANY = 100

# A trigger on holdings takes the same lock.
SHARE = "SELECT pg_advisory_xact_lock_shared(hashtext('metering_holdermonth'), %s)"
BE_ALONE = "SELECT pg_try_advisory_xact_lock(hashtext('metering_holdermonth'), %s)"


def forget(first: date, last: date) -> None:
    """Remove the sums of the months that these days lie in; to be called when days were written, in the same
    transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(SHARE, [current_tenant_id()])
    HolderMonth.objects.filter(month__range=(month_of(first), last)).delete()


def be_alone() -> bool:
    """Keep writers from being done until the end of this transaction; False while one of them is not done yet."""
    with connection.cursor() as cursor:
        cursor.execute(BE_ALONE, [current_tenant_id()])
        return bool(cursor.fetchone()[0])
