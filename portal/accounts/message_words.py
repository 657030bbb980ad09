"""What the messages sent here are called, in admin."""

from django.utils.translation import pgettext_lazy

WORDS = {
    "accounts.access_opened": pgettext_lazy("message", "Access opened"),
    "accounts.closed": pgettext_lazy("message", "Account closed"),
    "accounts.contact_code": pgettext_lazy("message", "Code for a new address or number"),
    "accounts.email_changed": pgettext_lazy("message", "E-mail address changed"),
    "accounts.password_changed": pgettext_lazy("message", "Password changed"),
    "accounts.password_reset": pgettext_lazy("message", "Link for a new password"),
    "accounts.phone_changed": pgettext_lazy("message", "Mobile number changed"),
    "accounts.proof_code": pgettext_lazy("message", "Code for a change"),
    "accounts.security_changed": pgettext_lazy("message", "Way of signing in changed"),
    "accounts.sign_in_code": pgettext_lazy("message", "Code for signing in"),
    "accounts.unknown_address": pgettext_lazy("message", "Sign-in with an unknown address"),
}
