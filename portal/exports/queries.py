"""Whose an export is."""

from collections.abc import Iterable

from portal.customers.models import Customer
from portal.customers.queries import still_reached
from portal.documents.jobs import is_still_theirs
from portal.exports.models import ExportJob


def may_open(job: ExportJob) -> bool:
    """Tell whether who asked for an export may have it today."""
    return job.pk in openable([job])


def openable(jobs: Iterable[ExportJob]) -> set[int]:
    """Return the keys of the exports that who asked for them may have today: while they may see all of the customer's
    that is in them. What a customer lets somebody see is asked for once.

    One of no customer's is made by staff, who helped a customer, and is theirs while they are staff.
    """
    found: set[int] = set()
    reached: dict[tuple[int, int, str], Customer | None] = {}
    for job in jobs:
        if job.customer is None:
            is_theirs = job.user.is_active and job.user.is_staff
        else:
            app = job.exporter.partition(".")[0]
            key = (job.user.pk, job.customer.pk, app)
            if key not in reached:
                reached[key] = still_reached(job.user, job.customer, app=app)
            customer = reached[key]
            is_theirs = customer is not None and is_still_theirs(job.exporter, job.params, customer)
        if is_theirs:
            found.add(job.pk)
    return found
