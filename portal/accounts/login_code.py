"""The one-time code of sign-in: allauth's process, but whoever asks gets a code; who has no access is told after it."""

import math
import time
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from django.http import HttpRequest, HttpResponse

from portal.accounts import first_steps, one_time_codes, registers, sign_in_log, strangers
from portal.accounts.models import User
from portal.accounts.next_page import next_page
from portal.accounts.one_time_codes import RESEND_AFTER
from portal.accounts.registers import Proved
from portal.notifications.models import Message


def send_code(*, code: str, email: str = "", phone: str = "") -> Message:
    return one_time_codes.send_code(event="accounts.sign_in_code", code=code, email=email, phone=phone)


def _has(user: User, proved: Proved) -> bool:
    return user.phone == proved.phone if proved.phone else user.email.lower() == proved.email.lower()


class LoginCode(LoginCodeVerificationProcess):  # type: ignore[misc]
    """`state` lies in the session: the contact, the code, the tries, and the message the code went out in."""

    @classmethod
    def begin(cls, request: HttpRequest, *, user: User | None, email: str = "", phone: str = "") -> "LoginCode":
        """Send a code and wait for it; `user` is None for a stranger, who gets one all the same."""
        login = Login(user=user, email=email or None)
        login.state["stages"] = {"current": LoginByCodeStage.key}
        stage = LoginByCodeStage(LoginStageController(request, login), request, login)
        stage.state.update(cls.initial_state(user=user, email=email, phone=phone), initiated_by_user=True)
        process = cls(stage=stage)
        process.send()
        process.persist()
        return process

    @classmethod
    def resume(cls, stage: Any) -> "LoginCode | None":
        """Return the process that waits for its code, or None when the code has expired: a late try is logged."""
        process = cls(stage=stage)
        found: LoginCode | None = process.abort_if_invalid()
        if found is None and stage.request.method == "POST":
            contact, user = str(process.proved), stage.login.user
            sign_in_log.refused(stage.request, user=user, contact=contact, method="code", why="expired")
        return found

    @property
    def proved(self) -> Proved:
        return Proved(email=self.state.get("email", ""), phone=self.state.get("phone", ""))

    @property
    def message(self) -> Message | None:
        return Message.objects.filter(pk=self.state.get("message")).first()

    @property
    def seconds_to_wait(self) -> int:
        """Until another code may be asked for."""
        sent_at: float = self.state["at"]
        return max(0, math.ceil(sent_at + RESEND_AFTER - time.time()))

    def generate_code(self) -> str:
        self.state["code"] = get_adapter().generate_login_code()
        return str(self.state["code"])

    def send(self, skip_enumeration_mails: bool = False) -> None:  # noqa: FBT001, FBT002  (allauth's signature)
        contact = self.proved
        message = send_code(code=self.generate_code(), email=contact.email, phone=contact.phone)
        self.state.update(at=time.time(), message=message.pk)

    def resend(self) -> None:
        self.send()
        self.record_resend()
        self.persist()

    def record_invalid_attempt(self) -> bool:
        if self.user is None:
            sign_in_log.refused(self.request, contact=str(self.proved), method="code")
        return bool(super().record_invalid_attempt())

    def finish(self, redirect_url: str | None) -> HttpResponse:
        """Let the person in; who has no account is told what there is for them, now that it is their own address."""
        user: User | None = self.user
        if user is None or not _has(user, self.proved):
            # Unknown when the code was asked for, or the address or number has been given away since.
            user = strangers.user_of(self.proved)
        if user is None:
            clear_login(self.request)
            following = redirect_url or next_page(self.request)
            return first_steps.begin(self.request, self.proved, method="code", following=following)
        if user.is_active:
            registers.give(user, self.proved)
        self._user = user
        response: HttpResponse = super().finish(redirect_url)
        return response
