"""Whose an export is."""

from portal.customers.queries import still_reached
from portal.documents.jobs import is_still_theirs
from portal.exports.models import ExportJob


def may_open(job: ExportJob) -> bool:
    """Tell whether who asked for an export may have it today: while they may see all of the customer's that is in it.

    One of no customer's is made by staff, who helped a customer, and is theirs while they are staff.
    """
    if job.customer is None:
        return job.user.is_active and job.user.is_staff
    customer = still_reached(job.user, job.customer, app=job.exporter.partition(".")[0])
    return customer is not None and is_still_theirs(job.exporter, job.params, customer)
