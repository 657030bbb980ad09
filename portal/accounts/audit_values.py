"""What the codes in the audit log's details are called, by what was done."""

from django.conf import settings
from django.utils.translation import pgettext_lazy

from portal.accounts.models import StaffRole

WAYS = {
    "app": pgettext_lazy("detail", "Authenticator app"),
    "code": pgettext_lazy("detail", "Code by SMS or e-mail"),
    "link": pgettext_lazy("detail", "Link that was sent"),
    "passkey": pgettext_lazy("detail", "Passkey"),
    "password": pgettext_lazy("detail", "Password"),
    "pin": pgettext_lazy("detail", "PIN"),
    "recovery_code": pgettext_lazy("detail", "Recovery code"),
    "reset": pgettext_lazy("detail", "New password"),
    "second_factor": pgettext_lazy("detail", "Second step"),
    "socialaccount": pgettext_lazy("detail", "ID-porten"),
}
REFUSALS = {
    "disabled": pgettext_lazy("detail", "The user is disabled"),
    "expired": pgettext_lazy("detail", "Too late"),
    "expired or used": pgettext_lazy("detail", "Too late, or used already"),
    "too many tries": pgettext_lazy("detail", "Too many tries"),
    "unknown": pgettext_lazy("detail", "Unknown"),
    "used or unknown": pgettext_lazy("detail", "Used already, or unknown"),
}
ROLES = dict(StaffRole.choices)
VALUES = {
    "accounts.language_changed": dict(settings.LANGUAGES),
    "accounts.sign_in_refused": WAYS | REFUSALS,
    "accounts.signed_in": WAYS,
    "accounts.staff_role_given": ROLES,
    "accounts.user_created": ROLES,
}
