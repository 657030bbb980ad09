"""What the audit log calls what is done here."""

from django.utils.translation import pgettext_lazy

WORDS = {
    "accounts.access_opened": pgettext_lazy("audit", "Access opened"),
    "accounts.app_added": pgettext_lazy("audit", "Authenticator app added"),
    "accounts.app_removed": pgettext_lazy("audit", "Authenticator app removed"),
    "accounts.closed": pgettext_lazy("audit", "Account closed"),
    "accounts.data_downloaded": pgettext_lazy("audit", "Own data downloaded"),
    "accounts.details_changed": pgettext_lazy("audit", "Own details changed"),
    "accounts.email_changed": pgettext_lazy("audit", "E-mail address changed"),
    "accounts.identity_linked": pgettext_lazy("audit", "ID-porten connected"),
    "accounts.identity_unlinked": pgettext_lazy("audit", "ID-porten disconnected"),
    "accounts.language_changed": pgettext_lazy("audit", "Language changed"),
    "accounts.passkey_added": pgettext_lazy("audit", "Passkey added"),
    "accounts.passkey_removed": pgettext_lazy("audit", "Passkey removed"),
    "accounts.password_changed": pgettext_lazy("audit", "Password changed"),
    "accounts.phone_changed": pgettext_lazy("audit", "Mobile number changed"),
    "accounts.pin_refused": pgettext_lazy("audit", "PIN refused"),
    "accounts.pin_removed": pgettext_lazy("audit", "PIN removed"),
    "accounts.pin_set": pgettext_lazy("audit", "PIN set"),
    "accounts.recovery_code_removed": pgettext_lazy("audit", "Recovery codes removed"),
    "accounts.recovery_codes_generated": pgettext_lazy("audit", "New recovery codes made"),
    "accounts.session_ended": pgettext_lazy("audit", "Session ended"),
    "accounts.session_ran_out": pgettext_lazy("audit", "Session ran out"),
    "accounts.sessions_ended": pgettext_lazy("audit", "Other sessions ended"),
    "accounts.sign_in_refused": pgettext_lazy("audit", "Sign-in refused"),
    "accounts.signed_in": pgettext_lazy("audit", "Signed in"),
    "accounts.signed_out": pgettext_lazy("audit", "Signed out"),
    "accounts.sms_limit_reached": pgettext_lazy("audit", "Limit of SMS reached"),
    "accounts.staff_role_given": pgettext_lazy("audit", "Role as staff changed"),
    "accounts.unlocked": pgettext_lazy("audit", "Device unlocked"),
    "accounts.user_created": pgettext_lazy("audit", "User made"),
    "accounts.user_disabled": pgettext_lazy("audit", "User disabled"),
    "accounts.user_enabled": pgettext_lazy("audit", "User enabled"),
}

DETAILS = {
    "browser": pgettext_lazy("detail", "Browser"),
    "contact": pgettext_lazy("detail", "Fingerprint of what was typed"),
    "ip": pgettext_lazy("detail", "IP address"),
    "limit": pgettext_lazy("detail", "Limit of a day"),
    "method": pgettext_lazy("detail", "Way of signing in"),
    "system": pgettext_lazy("detail", "System"),
    "technical": pgettext_lazy("detail", "For whoever looks for a fault"),
    "tries_left": pgettext_lazy("detail", "Tries left"),
    "why": pgettext_lazy("detail", "Why not"),
}
