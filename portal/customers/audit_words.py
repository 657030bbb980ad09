"""What the audit log calls what is done here."""

from django.utils.translation import pgettext_lazy

WORDS = {
    "customers.access_approved": pgettext_lazy("audit", "Access approved"),
    "customers.access_asked": pgettext_lazy("audit", "Access asked for"),
    "customers.access_refused": pgettext_lazy("audit", "Access refused"),
    "customers.acting_started": pgettext_lazy("audit", "Began to act for the customer"),
    "customers.acting_stopped": pgettext_lazy("audit", "Stopped acting for the customer"),
    "customers.authorization_given": pgettext_lazy("audit", "Authorization given"),
    "customers.authorization_given_back": pgettext_lazy("audit", "Authorization given back"),
    "customers.authorization_revoked": pgettext_lazy("audit", "Authorization revoked"),
    "customers.chosen": pgettext_lazy("audit", "Customer chosen"),
    "customers.created": pgettext_lazy("audit", "Customer made"),
    "customers.identities_imported": pgettext_lazy("audit", "Identity numbers taken in"),
    "customers.imported": pgettext_lazy("audit", "Customers taken in"),
    "customers.invitation_accepted": pgettext_lazy("audit", "Invitation accepted"),
    "customers.invitation_withdrawn": pgettext_lazy("audit", "Invitation withdrawn"),
    "customers.invited": pgettext_lazy("audit", "Invited"),
    "customers.invited_again": pgettext_lazy("audit", "Invited again"),
    "customers.member_added": pgettext_lazy("audit", "Given access to the customer"),
    "customers.member_left": pgettext_lazy("audit", "Left the customer"),
    "customers.member_removed": pgettext_lazy("audit", "Removed from the customer"),
    "customers.preferences_saved": pgettext_lazy("audit", "Choices saved"),
    "customers.read": pgettext_lazy("audit", "Customer looked at by staff"),
    "customers.requests_forgotten": pgettext_lazy("audit", "Old requests deleted"),
    "customers.role_changed": pgettext_lazy("audit", "Role changed"),
}

DETAILS = {
    "identity": pgettext_lazy("detail", "Fingerprint of the person"),
    "invitations": pgettext_lazy("detail", "Invitations"),
    "requests": pgettext_lazy("detail", "Requests"),
    "scope": pgettext_lazy("detail", "Limited to"),
}
