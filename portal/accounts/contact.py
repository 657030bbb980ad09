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
from portal.accounts.code_page import CodeForm, ask_for_another, resend, waiting_for
from portal.accounts.fields import EmailField, MobileField
from portal.accounts.forms import count_code
from portal.accounts.models import User
from portal.accounts.one_time_codes import OneTimeCode, Pending
from portal.accounts.proof import typed_before, way_to_prove
from portal.accounts.ways import limited
from portal.ui import formatting


class ContactForm(forms.Form):
    """Something new to reach the user at; a code goes there."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user


class EmailForm(ContactForm):
    email = EmailField(label=gettext_lazy("New e-mail address"), autocomplete="email")

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        if email == self.user.email:
            raise forms.ValidationError(_("This is the address you have."))
        count_code(email=email)
        return email


class PhoneForm(ContactForm):
    phone = MobileField(label=gettext_lazy("New mobile number"))

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"])
        if phone == self.user.phone:
            raise forms.ValidationError(_("This is the number you have."))
        count_code(phone=phone)
        return phone


@dataclass(frozen=True)
class Change:
    """What is changed, and in which words."""

    field: str  # of the user: email or phone
    form: type[ContactForm]
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
    pending = code.pending
    if pending is None:
        return _ask(request, change, code)
    if action == "resend":
        resend(code, count=lambda sent: count_code(email=sent.email, phone=sent.phone))
        return redirect(request.path)
    return _confirm(request, change, code, pending)


def _ask(request: UserRequest, change: Change, code: OneTimeCode) -> HttpResponse:
    form = change.form(request.POST or None, user=request.user, initial=typed_before(request))
    if request.method == "POST" and form.is_valid():
        code.send(**form.cleaned_data)
        return redirect(request.path)
    context = {"form": form, "field": form[change.field], "is_phone": change is PHONE}
    return render(request, "accounts/change_contact.html", context, status=422 if form.errors else 200)


def _confirm(request: UserRequest, change: Change, code: OneTimeCode, pending: Pending) -> HttpResponse:
    form = CodeForm(code)
    if form.is_valid():
        return _save(request, change, pending.contact)
    if form.is_over:
        return ask_for_another(request, request.path)
    contact = formatting.phone(pending.phone) if pending.phone else pending.email
    context = {"form": form, "is_phone": change is PHONE, "contact": contact, **waiting_for(pending)}
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
