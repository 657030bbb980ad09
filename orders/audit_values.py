"""What the codes in the audit log's details are called, by what was done."""

from orders.models import JobReport, Status
from orders.revisions import LABELS

VALUES = {
    "orders.changed": LABELS,
    "orders.reported": dict(JobReport.Kind.choices),
    "orders.status_set": dict(Status.choices),
}
