"""The link of an invitation: whoever opens it has proved the address it went to.

Looking at it changes nothing: mail systems open links before people do.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth import logout
from django.db import IntegrityError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts import sign_in_log
from portal.accounts.code_page import CodeForm, ask_for_another, waiting_for
from portal.accounts.models import User
from portal.accounts.one_time_codes import OneTimeCode
from portal.accounts.ways import limited
from portal.customers import actions, first_sign_in, limits, queries, scopes
from portal.customers.forms import FirstSignInForm
from portal.customers.models import Invitation
from portal.customers.rules import masked
from portal.customers.tokens import possible_hashes
from portal.notifications.models import Channel
from portal.tenancy.access import TenantRequest, public
from portal.ui import formatting

# In the session: the name that was given with the address that waits for its code.
WHO = "proves_address"


def with_invitation(
    view: Callable[[TenantRequest, Invitation, str], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Turn the link's secret into its invitation, and give the view both; one that no longer leads in is told kindly,
    and why.
    """

    @wraps(view)
    def guarded(request: TenantRequest, token: str) -> HttpResponseBase:
        if not limits.is_within(request, "invitation"):
            sign_in_log.refused(request, method="invitation", why="too many tries")
            return render(request, "429.html", status=429)
        rows = Invitation.objects.select_related("customer", "authorization", "invited_by")
        invitation = rows.filter(token_hash__in=possible_hashes(token)).first()
        if invitation is None:
            return closed(request, None)
        state = actions.state_of(invitation)
        if state != Invitation.State.OPEN:
            return closed(request, state, invitation)
        return view(request, invitation, token)

    return guarded


def closed(
    request: TenantRequest, state: Invitation.State | None, invitation: Invitation | None = None
) -> HttpResponse:
    """Say what has become of the link, and what to do. Nobody learns whose it was."""
    context = {
        "state": state.value if state else "",
        "is_mine": bool(invitation and request.user.is_authenticated and invitation.accepted_by_id == request.user.pk),
    }
    if not context["is_mine"]:
        contact, why = invitation.address if invitation else "", state.value if state else "unknown"
        sign_in_log.refused(request, contact=contact, method="invitation", why=why)
    return render(request, "customers/invitation_closed.html", context, status=410 if state else 404)


@public
@limited
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@with_invitation
def invitation(request: TenantRequest, invitation: Invitation, token: str) -> HttpResponseBase:
    """What the invitation gives, and the way in that fits: make an account, sign in, or accept as who one is."""
    if isinstance(request.user, User):
        context = {"is_for_me": _is_for(invitation, request.user), "account": request.user}
        return render(request, "customers/invitation.html", _shown(invitation, token) | context)
    if account := first_sign_in.account_of(invitation):
        has_account = {"has_account": True, "name": account.name.partition(" ")[0]}
        return render(request, "customers/invitation.html", _shown(invitation, token) | has_account)
    return _new_account(request, invitation, token)


def _is_for(invitation: Invitation, user: User) -> bool:
    if invitation.channel == Channel.SMS:
        return user.phone == invitation.phone
    return user.email.lower() == invitation.email.lower()


def _shown(invitation: Invitation, token: str) -> dict[str, object]:
    authorization = invitation.authorization
    return {
        "invitation": invitation,
        "token": token,
        "address": masked(invitation.address),
        "authorization": authorization,
        "scope": scopes.Labels().of(invitation.customer, authorization.scope) if authorization else [],
    }


def _new_account(request: TenantRequest, invitation: Invitation, token: str) -> HttpResponseBase:
    is_sms = invitation.channel == Channel.SMS
    initial = {"name": invitation.name, "email": invitation.email}
    form = FirstSignInForm(request.POST or None, initial=initial, asks_for_email=is_sms)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        if not is_sms:
            return _begin(request, invitation, token, name=name, email=invitation.email)
        email = form.cleaned_data["email"]
        if limits.is_within(request, "code", key=email):
            _code_for(request, invitation).send(email=email)
            request.session[f"{WHO}_{invitation.pk}"] = name
            return redirect("customers:invitation_code", token)
        sign_in_log.refused(request, contact=email, method="code", why="too many tries")
        return render(request, "429.html", status=429)
    context = _shown(invitation, token) | {"form": form}
    return render(request, "customers/invitation.html", context, status=422 if form.errors else 200)


def _begin(request: TenantRequest, invitation: Invitation, token: str, *, name: str, email: str) -> HttpResponseBase:
    language = get_language() or invitation.language
    try:
        response = first_sign_in.begin(request, invitation=invitation, name=name, email=email, language=language)
    except (actions.InvitationClosed, IntegrityError):
        # A second click, or the account was made elsewhere: the page says what there is to do now.
        return redirect("customers:invitation", token)
    authorization = invitation.authorization
    is_coming = authorization and authorization.valid_from > queries.today()
    welcome = _("Welcome. You now act for %(name)s.") % {"name": invitation.customer.name}
    messages.success(request, _given(invitation) if is_coming else welcome)
    return response


@public
@limited
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@with_invitation
def invitation_code(request: TenantRequest, invitation: Invitation, token: str) -> HttpResponseBase:
    """The code that shows that the e-mail address somebody gave after an SMS is theirs."""
    code = _code_for(request, invitation)
    pending = code.pending
    if pending is None or request.user.is_authenticated:
        return redirect("customers:invitation", token)
    form = CodeForm(code)
    if form.is_valid():
        return _with_proved_email(request, invitation, token, pending.email)
    if form.is_over:
        return ask_for_another(request, "customers:invitation", token)
    context = {"form": form, "token": token, **waiting_for(pending)}
    return render(request, "customers/invitation_code.html", context, status=422 if form.errors else 200)


def _code_for(request: TenantRequest, invitation: Invitation) -> OneTimeCode:
    return OneTimeCode(request, f"invitation_{invitation.pk}", "customers.address_code")


def _with_proved_email(request: TenantRequest, invitation: Invitation, token: str, email: str) -> HttpResponseBase:
    """Only now may it be told that the address has an account already."""
    if User.objects.filter(email__iexact=email).exists():
        context = _shown(invitation, token) | {"has_account": True, "has_other_account": True}
        return render(request, "customers/invitation.html", context)
    return _begin(request, invitation, token, name=request.session.get(f"{WHO}_{invitation.pk}", ""), email=email)


@public
@limited
@require_POST
@with_invitation
def accept_invitation(request: TenantRequest, invitation: Invitation, token: str) -> HttpResponseBase:
    """Accept as the one who is signed in, whoever the link went to: they hold it."""
    if not isinstance(request.user, User):
        return redirect("customers:invitation", token)
    try:
        actions.accept(invitation=invitation, user=request.user)
    except actions.InvitationClosed as error:
        return closed(request, error.state, invitation)
    except actions.MemberAlready:
        text = _("You act for %(name)s already, as one of its own users. The authorization is for somebody else.")
        messages.warning(request, text % {"name": invitation.customer.name})
        return redirect("home")
    messages.success(request, _given(invitation))
    return redirect("home")


def _given(invitation: Invitation) -> str:
    """Say from when it holds, where that is not at once."""
    authorization, name = invitation.authorization, invitation.customer.name
    if authorization and authorization.valid_from > queries.today():
        values = {"name": name, "day": formatting.day(authorization.valid_from)}
        return _("You have access to %(name)s from %(day)s.") % values
    return _("You have access to %(name)s.") % {"name": name}


@public
@limited
@require_POST
@with_invitation
def sign_out_for_invitation(request: TenantRequest, _invitation: Invitation, token: str) -> HttpResponseBase:
    """Sign out and come back to the invitation, to accept it as somebody else."""
    logout(request)
    return redirect("customers:invitation", token)
