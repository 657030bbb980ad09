"""What the codes in the audit log's details are called, by what was done."""

from callouts.models import CallOff, CallOffDocument, ChangeRequest

KINDS = dict(ChangeRequest.Kind.choices)
VALUES = {
    "callouts.change_asked_for": KINDS,
    "callouts.change_request_answered": KINDS,
    "callouts.change_request_withdrawn": KINDS,
    "callouts.documents_added": dict(CallOffDocument.Kind.choices),
    "callouts.status_changed": dict(CallOff.Status.choices),
}
