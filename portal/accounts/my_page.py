"""Min side: everything a person can see and settle about themselves, on one page; and what has no page elsewhere."""

import io
import json
import zipfile
from typing import Any

from allauth.core.internal import ratelimit
from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portal import registry
from portal.accounts import actions, queries
from portal.accounts.access import UserRequest, signed_in
from portal.accounts.actions import AccountHindered
from portal.accounts.proof import fresh_proof
from portal.accounts.ways import limited
from portal.audit import actions as audit
from portal.notifications import preferences
from portal.notifications.models import Channel
from portal.notifications.preferences import Choice

# Everything there is about somebody is read: it costs more than a page.
DOWNLOADS = {"download": "5/h/key"}
CHANNELS = dict(Channel.choices)


@require_safe
@signed_in
def my_page(request: UserRequest) -> HttpResponse:
    """The rows that lead to all a person can settle about themselves."""
    context = {
        "has_choices": bool(preferences.kinds()),
        "session_count": queries.open_sessions(request.user).count(),
        "last_sign_in": queries.sign_in_history(request.user).filter(verb="accounts.signed_in").first(),
    }
    return render(request, "accounts/my_page.html", context)


class NoticesForm(forms.Form):
    """One field for each kind of event, with the channels that are offered for it."""

    def __init__(self, *args: Any, choices: list[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = choices
        for choice in choices:
            kind = choice.kind
            self.fields[field_name(choice)] = forms.MultipleChoiceField(
                label=kind.label,
                help_text=kind.help,
                choices=[(channel, CHANNELS[Channel(channel)]) for channel in kind.offered],
                initial=list(choice.channels),
                required=kind.is_required,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"required": gettext_lazy("Choose at least one way: this we must tell you.")},
            )

    def changed(self) -> list[tuple[Choice, list[str]]]:
        """Return the choices that differ from what holds today, with what was chosen."""
        chosen = [(choice, self.cleaned_data[field_name(choice)]) for choice in self.choices]
        return [(choice, channels) for choice, channels in chosen if set(channels) != set(choice.channels)]


def field_name(choice: Choice) -> str:
    return choice.kind.name.replace(".", "_")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def notices(request: UserRequest) -> HttpResponse:
    """What the person wants to be told of, and how."""
    # With every box unticked there may be nothing in the POST.
    sent = request.POST if request.method == "POST" else None
    form = NoticesForm(sent, choices=preferences.choices_of(request.user))
    if request.method == "POST" and form.is_valid():
        for choice, channels in form.changed():
            preferences.choose(user=request.user, kind=choice.kind, channels=channels, by=request.user)
        messages.success(request, _("Your choices are saved."))
        return redirect("accounts:notices")
    return render(request, "accounts/notices.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_proof
@limited
def my_data(request: UserRequest) -> HttpResponse:
    """Everything the portal holds of the person, as a ZIP of JSON files."""
    if request.method != "POST":
        return render(request, "accounts/my_data.html")
    key = str(request.user.pk)
    if not ratelimit.consume(request, app="portal.accounts", action="download", key=key, config=DOWNLOADS):
        messages.error(request, _("You have downloaded your data several times just now. Try again in an hour."))
        return redirect("accounts:my_data")
    audit.record(verb="accounts.data_downloaded", by=request.user, obj=request.user)
    day = timezone.now().astimezone(request.tenant.zone).date()
    response = HttpResponse(archive_of(request.user), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{request.tenant.slug}-{day}.zip"'
    return response


def archive_of(user: Any) -> bytes:
    """Return a ZIP with one JSON file for each part of the portal that holds something of the user."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in registry.personal_data():
            text = json.dumps(entry.export(user), ensure_ascii=False, indent=2, default=str)
            archive.writestr(f"{entry.name}.json", text)
    return file.getvalue()


class CloseForm(forms.Form):
    sure = forms.BooleanField(
        label=gettext_lazy("Yes, close my account. I know that it cannot be undone."),
        error_messages={"required": gettext_lazy("Tick the box if you want to close your account.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_proof
@limited
def close_account(request: UserRequest) -> HttpResponse:
    """Say what happens, and do it when the person has ticked that they know."""
    user = request.user
    form = CloseForm(request.POST if request.method == "POST" else None)
    reasons = actions.hindrances(user)
    if request.method == "POST" and form.is_valid() and not reasons:
        try:
            actions.close_account(user=user, by=user)
        except AccountHindered:
            return redirect("accounts:close_account")
        logout(request)
        messages.success(request, _("Your account is closed. Thank you for the time you were with us."))
        return redirect("account_login")
    warnings = [text for entry in registry.personal_data() if entry.warns for text in entry.warns(user)]
    context = {"form": form, "reasons": reasons, "warnings": warnings}
    # Pressed on a page from before something came in the way: nothing was done, and it says why.
    return render(request, "accounts/close_account.html", context, status=422 if request.method == "POST" else 200)
