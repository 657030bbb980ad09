"""Whose an export is."""

from portal.customers.queries import still_acts
from portal.exports.models import ExportJob


def may_open(job: ExportJob) -> bool:
    """Tell whether who asked for an export may have it today: while they may see the customer's pages that it is of.

    One of no customer's is made by staff, who helped a customer, and is theirs while they are staff.
    """
    if job.customer is None:
        return job.user.is_active and job.user.is_staff
    return still_acts(job.user, job.customer, app=job.exporter.partition(".")[0]) is not None
