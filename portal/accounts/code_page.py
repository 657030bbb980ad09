"""The page where one types the code that was sent: what becomes of it, what is said of a wrong one, and asking for
another.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal.accounts.forms import SixDigitsField, wrong_code
from portal.accounts.one_time_codes import OneTimeCode, Pending
from portal.accounts.trouble import trouble_of


class CodeForm(forms.Form):
    """Valid is the right code, which is used up by that. The third wrong one ends it too; see `is_over`."""

    code = SixDigitsField()

    def __init__(self, sent: OneTimeCode) -> None:
        request = sent.request
        super().__init__(request.POST if request.method == "POST" else None)
        self.sent = sent

    def clean_code(self) -> str:
        typed = str(self.cleaned_data["code"])
        if not self.sent.check(typed):
            raise forms.ValidationError(wrong_code(self.sent.tries_left))
        self.sent.forget()
        return typed

    @property
    def is_over(self) -> bool:
        """Whether a wrong code was one too many, so that another must be asked for."""
        return not self.is_valid() and self.sent.pending is None


def ask_for_another(request: HttpRequest, page: str, *args: object) -> HttpResponse:
    """Lead to where another code is asked for, in place of one that was tried too often."""
    messages.error(request, _("The code was wrong three times and no longer works. Ask for a new one."))
    return redirect(page, *args)


def waiting_for(pending: Pending) -> dict[str, Any]:
    """Return what the page shows while it waits for the code."""
    return {
        "pending": pending,
        "can_resend": pending.can_resend,
        "seconds_to_wait": pending.seconds_to_wait,
        "trouble": trouble_of(pending.sent),
    }


def resend(code: OneTimeCode, *, count: Callable[[Pending], None]) -> None:
    """Send another code to the same place, and say so, or why not. `count` raises ValidationError when there have been
    too many.
    """
    pending = code.pending
    if pending is None or pending.seconds_to_wait or not pending.can_resend:
        messages.warning(code.request, _("Wait a little before you ask for another code."))
        return
    try:
        count(pending)
    except forms.ValidationError as error:
        messages.error(code.request, error.messages[0])
        return
    code.send(email=pending.email, phone=pending.phone, resends=pending.resends + 1)
    messages.success(code.request, _("We have sent you a new code."))
