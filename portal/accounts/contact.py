"""Changing the e-mail address and the mobile number: a code to the new one proves it, the old one is told."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts import actions
from portal.accounts.access import UserRequest, signed_in
from portal.accounts.fields import EmailField, MobileField
from portal.accounts.forms import SixDigitsField, count_code, count_try, take_sms_or_refuse, wrong_code
from portal.accounts.models import User
from portal.accounts.one_time_codes import OneTimeCode
from portal.accounts.proof import typed_before, way_to_prove
from portal.accounts.trouble import trouble_of
from portal.accounts.ways import limited
from portal.ui import formatting


class EmailForm(forms.Form):
    email = EmailField(label=gettext_lazy("New e-mail address"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["email"].widget.attrs["autocomplete"] = "email"

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        if email == self.user.email:
            raise forms.ValidationError(_("This is the address you have."))
        count_try("request_login_code", email)
        return email


class PhoneForm(forms.Form):
    phone = MobileField(label=gettext_lazy("New mobile number"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"])
        if phone == self.user.phone:
            raise forms.ValidationError(_("This is the number you have."))
        count_try("request_login_code", phone)
        take_sms_or_refuse(phone)
        return phone


class CodeForm(forms.Form):
    code = SixDigitsField()


@dataclass(frozen=True)
class Change:
    """What is changed, and in which words."""

    field: str  # of the user: email or phone
    form: type[EmailForm] | type[PhoneForm]
    save: Callable[..., None]
    saved: Any
    taken: Any


EMAIL = Change(
    field="email",
    form=EmailForm,
    save=actions.change_email,
    saved=gettext_lazy("Your e-mail address has been changed."),
    taken=gettext_lazy("Another user has this e-mail address. Sign in with it, or contact customer service."),
)
PHONE = Change(
    field="phone",
    form=PhoneForm,
    save=actions.change_phone,
    saved=gettext_lazy("Your mobile number has been changed."),
    taken=gettext_lazy("Another user has this number. Sign in with it, or contact customer service."),
)


@signed_in
@limited
def change_email(request: UserRequest) -> HttpResponse:
    return way_to_prove(request, keeps=["email"]) or _change(request, EMAIL)


@signed_in
@limited
def change_phone(request: UserRequest) -> HttpResponse:
    if proof := way_to_prove(request, keeps=["phone"]):
        return proof
    if request.method == "POST" and request.POST.get("action") == "remove" and request.user.phone:
        actions.change_phone(user=request.user, phone="", by=request.user)
        messages.success(request, _("Your mobile number has been removed."))
        return redirect("accounts:profile")
    return _change(request, PHONE)


def _change(request: UserRequest, change: Change) -> HttpResponse:
    code = OneTimeCode(request, f"new_{change.field}", "accounts.contact_code")
    action = request.POST.get("action")
    if action == "again":
        code.forget()
        return redirect(request.path)
    if code.pending is None:
        return _ask(request, change, code)
    if action == "resend":
        _resend(request, code)
        return redirect(request.path)
    return _confirm(request, change, code)


def _ask(request: UserRequest, change: Change, code: OneTimeCode) -> HttpResponse:
    form = change.form(request.POST or None, user=request.user, initial=typed_before(request))
    if request.method == "POST" and form.is_valid():
        code.send(**form.cleaned_data)
        return redirect(request.path)
    context = {"form": form, "field": form[change.field], "is_phone": change is PHONE}
    return render(request, "accounts/change_contact.html", context, status=422 if form.errors else 200)


def _resend(request: UserRequest, code: OneTimeCode) -> None:
    try:
        if code.pending and not code.pending.seconds_to_wait:
            count_code(email=code.pending.email, phone=code.pending.phone)
    except forms.ValidationError as error:
        messages.error(request, error.messages[0])
        return
    if code.resend():
        messages.success(request, _("We have sent you a new code."))
    else:
        messages.warning(request, _("Wait a little before you ask for another code."))


def _confirm(request: UserRequest, change: Change, code: OneTimeCode) -> HttpResponse:
    pending = code.pending
    form = CodeForm(request.POST or None)
    if pending and request.method == "POST" and form.is_valid():
        if code.check(form.cleaned_data["code"]):
            code.forget()
            return _save(request, change, pending.contact)
        if code.pending is None:
            messages.error(request, _("The code was wrong three times and no longer works. Ask for a new one."))
            return redirect(request.path)
        form.add_error("code", wrong_code(code.tries_left))
    context: dict[str, Any] = {"form": form, "is_phone": change is PHONE, "pending": pending}
    if pending:
        context["contact"] = formatting.phone(pending.phone) if pending.phone else pending.email
        context |= {"can_resend": pending.can_resend, "seconds_to_wait": pending.seconds_to_wait}
        context["trouble"] = trouble_of(pending.sent)
    return render(request, "accounts/confirm_contact.html", context, status=422 if form.errors else 200)


def _save(request: UserRequest, change: Change, contact: str) -> HttpResponse:
    """Whether somebody else has it is only said now, to whom it belongs."""
    try:
        with transaction.atomic():
            change.save(user=request.user, by=request.user, **{change.field: contact})
    except IntegrityError:
        messages.error(request, str(change.taken))
    else:
        messages.success(request, str(change.saved))
    return redirect("accounts:profile")
