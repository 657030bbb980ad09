"""What the codes in the audit log's details are called, by what was done: for staff, and for the person themselves in
their sign-in history. A test finds the codes that have no words here.
"""

from django.conf import settings
from django.utils.translation import pgettext_lazy

from portal.accounts.models import StaffRole

WAYS = {
    "app": pgettext_lazy("detail", "Authenticator app"),
    "code": pgettext_lazy("detail", "One-time code"),
    "invitation": pgettext_lazy("detail", "Invitation"),
    "link": pgettext_lazy("detail", "Link from customer service"),
    "openid": pgettext_lazy("detail", "ID-porten"),
    "passkey": pgettext_lazy("detail", "Passkey"),
    "password": pgettext_lazy("detail", "Password"),
    "pin": pgettext_lazy("detail", "PIN"),
    "recovery_code": pgettext_lazy("detail", "Recovery code"),
    "reset": pgettext_lazy("detail", "Link for a new password"),
    "second_factor": pgettext_lazy("detail", "Second step"),
    "unknown": pgettext_lazy("detail", "Unknown"),
}
_PROVIDERS_ERROR = pgettext_lazy("detail", "The provider answered with an error")
_DOES_NOT_HOLD = pgettext_lazy("detail", "The provider’s answer does not hold")
# What an identity provider has to do with.
_OPENID = {
    "cancelled at the provider": pgettext_lazy("detail", "Cancelled"),
    "no ID token came": pgettext_lazy("detail", "The provider’s answer lacks the ID token"),
    "no code came": pgettext_lazy("detail", "The provider’s answer lacks the code"),
    "no identity number came": pgettext_lazy("detail", "The provider’s answer lacks the identity number"),
    "our own key cannot be read": pgettext_lazy("detail", "Our own key cannot be read"),
    "our own key is of a kind that is not used": pgettext_lazy("detail", "Our own key is of a kind that is not used"),
    "the answer is another issuer's": pgettext_lazy("detail", "The answer is another provider’s"),
    "the key is unknown": pgettext_lazy("detail", "The provider’s key is unknown"),
    "the level of assurance is not one that was asked for": pgettext_lazy("detail", "Signed in at another level"),
    "the nonce is another sign-in's": pgettext_lazy("detail", "The answer is to another sign-in"),
    "the provider answered with an error": _PROVIDERS_ERROR,
    "the provider did not answer": pgettext_lazy("detail", "The provider did not answer"),
    "the token does not hold": _DOES_NOT_HOLD,
    "the token is an old one": pgettext_lazy("detail", "The provider’s answer is too old"),
    "the token is meant for others too": pgettext_lazy("detail", "The answer is meant for others too"),
    "the token is signed in a way that is not accepted": pgettext_lazy("detail", "Signed in a way not accepted"),
    "unknown state": pgettext_lazy("detail", "The sign-in was begun elsewhere, or long ago"),
}
# As these were written before what is technical about them had a place of its own.
_FORMERLY = {f"the token endpoint answered {status}": _PROVIDERS_ERROR for status in range(300, 600)} | {
    f"the token does not hold ({fault})": _DOES_NOT_HOLD
    for fault in (
        *("DecodeError", "ExpiredSignatureError", "ImmatureSignatureError", "InvalidAlgorithmError"),
        *("InvalidAudienceError", "InvalidIssuedAtError", "InvalidIssuerError", "InvalidJTIError", "InvalidKeyError"),
        *("InvalidSignatureError", "InvalidSubjectError", "InvalidTokenError", "MissingRequiredClaimError"),
        *("PyJWKError", "PyJWTError"),
    )
}
WHYS = {
    "accepted": pgettext_lazy("detail", "Used already"),
    "customer service must look": pgettext_lazy("detail", "Customer service must look at it first"),
    "disabled": pgettext_lazy("detail", "Access closed"),
    "expired": pgettext_lazy("detail", "Too late"),
    "expired or used": pgettext_lazy("detail", "Too late, or used already"),
    "no customer": pgettext_lazy("detail", "No customer found"),
    "too many tries": pgettext_lazy("detail", "Too many tries"),
    "unknown": WAYS["unknown"],
    "used or unknown": pgettext_lazy("detail", "Used already, or unknown"),
    "withdrawn": pgettext_lazy("detail", "Withdrawn"),
    **_OPENID,
    **_FORMERLY,
}
VALUES = {
    "accounts.language_changed": dict(settings.LANGUAGES),
    "accounts.sign_in_refused": WAYS | WHYS,
    "accounts.signed_in": WAYS,
    "accounts.staff_role_given": dict(StaffRole.choices),
}
