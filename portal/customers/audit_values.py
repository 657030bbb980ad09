"""What the codes in the audit log's details are called, by what was done."""

from django.utils.translation import pgettext_lazy

from portal.customers.models import AccessRequest, Role

ROLES = dict(Role.choices)
VIA = {
    "contact": pgettext_lazy("detail", "The registered contact"),
    "identity": pgettext_lazy("detail", "ID-porten"),
    "staff": pgettext_lazy("detail", "Staff"),
}
VALUES = {
    "customers.access_approved": ROLES,
    "customers.access_asked": dict(AccessRequest.Kind.choices),
    "customers.authorization_given": ROLES,
    "customers.invited": ROLES,
    "customers.invited_again": ROLES,
    "customers.member_added": ROLES | VIA,
    "customers.member_left": ROLES,
    "customers.member_removed": ROLES,
    "customers.role_changed": ROLES,
}
