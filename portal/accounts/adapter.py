"""allauth's adapter: no open sign-up, messages through our outbox, and our own words."""

import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.accounts import device_cookie, sign_in_log
from portal.accounts.devices import agent_of
from portal.accounts.fields import MobileField
from portal.accounts.login_code import send_code
from portal.accounts.models import User
from portal.accounts.one_time_codes import CODE_LIFETIME
from portal.accounts.ways import may_have_pin
from portal.notifications.actions import notify
from portal.notifications.models import Channel
from portal.tenancy.models import current_tenant

LINK_LIFETIME = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)

# What the message of a changed factor says.
SECURITY_CHANGES = {
    "totp_activated": _("An authenticator app has been set up."),
    "totp_deactivated": _("The authenticator app has been removed."),
    "webauthn_added": _("A passkey has been added."),
    "webauthn_removed": _("A passkey has been removed."),
    "recovery_code_used": _("Somebody signed in with one of your recovery codes. It does not work any more."),
    "recovery_codes_generated": _("New recovery codes have been made. The old ones no longer work."),
}
# allauth's e-mails → our event, and how long the message is worth sending.
EVENTS = {
    "account/email/login_code": ("accounts.sign_in_code", CODE_LIFETIME),
    "account/email/unknown_account": ("accounts.unknown_address", CODE_LIFETIME),
    "account/email/password_reset_key": ("accounts.password_reset", LINK_LIFETIME),
    "account/email/password_reset": ("accounts.password_changed", None),
    "account/email/password_changed": ("accounts.password_changed", None),
    **{f"mfa/email/{name}": ("accounts.security_changed", None) for name in SECURITY_CHANGES},
}
SENSITIVE = {"accounts.sign_in_code", "accounts.password_reset"}
# allauth's messages that we show; it has more, which our pages say themselves.
SHOWN = {"account/messages/password_changed.txt": _("Your password has been changed.")}

WRONG_PASSWORD = _("The mobile number, the e-mail address or the password is wrong.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": WRONG_PASSWORD,
        "phone_password_mismatch": WRONG_PASSWORD,
        "enter_current_password": _("This is not your current password."),
        "incorrect_code": _("The code is wrong. Check the newest message from us."),
        "invalid_password_reset": _("The link is no longer valid."),
        "too_many_login_attempts": _("Too many tries. Wait a few minutes and try again."),
    }

    link_lifetime = LINK_LIFETIME

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **_: Any) -> bool:
        """Our own guard asks for a fresh proof (portal.accounts.proof); allauth's lets pass who has only codes."""
        return False

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "portal.accounts.second_factor.SecondFactorStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def get_login_redirect_url(self, request: Any) -> str:
        """Staff come to work."""
        return reverse("admin:index") if request.user.is_staff else str(super().get_login_redirect_url(request))

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the link at the tenant's own address. The Host header is whoever asked's: a port or a dot in it would
        lead the reader, and the key, elsewhere.
        """
        return current_tenant().absolute_url(urlsplit(super().get_reset_password_from_key_url(key)).path)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the message to the outbox, in the language of the page. Raises KeyError for an unknown one."""
        event, lifetime = EVENTS[template_prefix]
        notify(
            event=event,
            key=f"{event}:{secrets.token_hex(12)}",
            context={
                "code": context.get("code"),
                "url": context.get("password_reset_url"),
                "what": SECURITY_CHANGES.get(template_prefix.rpartition("/")[2]),
            },
            email=email,
            language=get_language() or "",
            channels=[Channel.EMAIL],
            sensitive=event in SENSITIVE,
            valid_for=lifetime,
        )

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        if text := message or SHOWN.get(message_template or ""):
            messages.add_message(request, level, str(text), extra_tags)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            contact = credentials.get("email") or credentials.get("phone") or ""
            sign_in_log.refused(request, contact=contact, method="password", why="too many tries")
            raise

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """By what was typed; allauth would count all numbers as one. The cache keeps tenants apart."""
        return str(credentials.get("email") or credentials.get("phone") or "").lower()

    def post_login(self, request: Any, user: User, **options: Any) -> HttpResponse:
        """Go on; on a phone or tablet that has not been asked, by way of choosing a PIN."""
        response: HttpResponse = super().post_login(request, user, **options)
        browser = agent_of(request.headers.get("User-Agent", ""))
        if not (browser.is_handheld and may_have_pin(user, request.tenant)):
            return response
        device = device_cookie.device_of(request, user)
        if device and device.was_asked:
            return response
        query = urlencode({"offer": "", "next": response.headers["Location"]})
        return redirect(f"{reverse('accounts:set_pin')}?{query}")

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Only who has proved to be the user comes here, so it may be said."""
        sign_in_log.refused(request, user=user, why="disabled")
        messages.error(request, _("Your access has been closed. Contact customer service."))
        return redirect("account_login")

    # Mobile numbers. Staff vouch for the one in a user's row, and a change is proved by a code: it counts as verified.

    def phone_form_field(self, **options: Any) -> MobileField:
        return MobileField(**options)

    def clean_phone(self, phone: str) -> str:
        """Return the number as E.164. Raises ValidationError for what no SMS can reach."""
        return str(MobileField().clean(phone))

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, True) if user.phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:  # noqa: FBT001  (allauth's signature)
        """Numbers change in `actions.change_phone` only, which tells the old one."""
        if phone != user.phone:
            raise ValueError("a number is changed by actions.change_phone")

    def set_phone_verified(self, user: User, phone: str) -> None:
        """Every number counts as verified."""

    def get_user_by_phone(self, phone: str) -> User | None:
        return User.objects.filter(phone=phone).first() if phone else None

    def send_verification_code_sms(self, user: User, phone: str, code: str, **_: Any) -> None:
        send_code(code=code, phone=phone)
