"""Letting in who has opened an invitation: the link has proved one address, so the session may begin with it."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from portal.accounts.actions import create_user
from portal.accounts.letting_in import let_in
from portal.accounts.models import User
from portal.customers import actions
from portal.customers.models import Invitation
from portal.notifications.models import Channel


def account_of(invitation: Invitation) -> User | None:
    """Return the user who has the address that the link went to."""
    if invitation.channel == Channel.SMS:
        return User.objects.filter(phone=invitation.phone).first()
    return User.objects.filter(email__iexact=invitation.email).first()


def begin(request: HttpRequest, *, invitation: Invitation, name: str, email: str, language: str) -> HttpResponse:
    """Make an account and sign it in. `email` has been proved, by the link or by a code.

    A number is taken over only where the link went to it: what somebody else wrote proves nothing, and it would be a
    way in. Raises InvitationClosed, and IntegrityError when the address or the number has an account meanwhile.
    """
    phone = invitation.phone if invitation.channel == Channel.SMS else ""
    with transaction.atomic():
        user = create_user(email=email, name=name, phone=phone, language=language, by=None)
        actions.accept(invitation=invitation, user=user)
    return let_in(request, user, method="invitation", following="/", channel=invitation.channel)
