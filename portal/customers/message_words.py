"""What the messages sent here are called, in admin."""

from django.utils.translation import pgettext_lazy

WORDS = {
    "customers.access_refused": pgettext_lazy("message", "Request for access refused"),
    "customers.address_code": pgettext_lazy("message", "Code for a registered address"),
    "customers.authorization_accepted": pgettext_lazy("message", "Authorization accepted"),
    "customers.authorization_given": pgettext_lazy("message", "Authorization given"),
    "customers.authorization_given_back": pgettext_lazy("message", "Authorization given back"),
    "customers.authorization_revoked": pgettext_lazy("message", "Authorization ended"),
    "customers.authorized": pgettext_lazy("message", "Offer of an authorization"),
    "customers.invited": pgettext_lazy("message", "Invitation"),
    "customers.member_added": pgettext_lazy("message", "Access given"),
    "customers.member_removed": pgettext_lazy("message", "Access ended"),
    "customers.opened_by_contact": pgettext_lazy("message", "Account opened by a code"),
    "customers.opened_by_identity": pgettext_lazy("message", "Account opened by electronic ID"),
    "customers.owners_changed": pgettext_lazy("message", "Owners changed"),
    "customers.role_changed": pgettext_lazy("message", "Role changed"),
    "customers.user_added": pgettext_lazy("message", "User added"),
}
