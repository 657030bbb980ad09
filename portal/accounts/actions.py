"""What changes users, their addresses and their ways in, and what signs them out. That a session is in use, locked or
over is written down by the pages and the middleware that keep it.
"""

import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.sessions.models import Session
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from portal import registry
from portal.accounts import registers
from portal.accounts.keys import hash_of
from portal.accounts.models import PIN_TRIES, AccessLink, Device, User
from portal.accounts.sms_limit import take_sms
from portal.audit import actions as audit
from portal.notifications.actions import notify
from portal.notifications.models import Channel
from portal.notifications.phones import usable_mobile
from portal.tenancy.models import current_tenant

ACCESS_LINK_LASTS = timedelta(days=7)


@transaction.atomic
def create_user(
    *,
    email: str,
    name: str,
    by: User | None,
    phone: str = "",
    language: str = "",
    staff_role: str = "",
    password: str | None = None,
) -> User:
    """Create a user of the current tenant, with the e-mail address to sign in with; a `staff_role` makes them staff.

    `phone` is E.164. Without a password, codes lead in. The address counts as proved: the caller vouches for it.
    Raises IntegrityError when the tenant has a user with the address or the number already.
    """
    fields = {"name": name, "phone": phone, "language": language, "staff_role": staff_role}
    user = User.objects.create_user(email, password, is_staff=bool(staff_role), **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    audit.record(verb="accounts.user_created", by=by, obj=user)
    return user


@transaction.atomic
def change_email(*, user: User, email: str, by: User | None) -> None:
    """Give a user another address to sign in with, and tell the old one. Raises IntegrityError when it is taken.

    The user's row and allauth's change together; nothing else may write either.
    """
    old, user.email = user.email, email.strip().lower()
    user.save(update_fields=["email"])
    EmailAddress.objects.filter(user_id=user.pk).delete()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    _delete_open_links(user)
    audit.record(verb="accounts.email_changed", by=by, obj=user)
    _tell_of_change("accounts.email_changed", user, email=old)


@transaction.atomic
def change_phone(*, user: User, phone: str, by: User | None) -> None:
    """Give a user another mobile number (E.164; "" takes it away), and tell the old one, or else the e-mail address.

    Raises IntegrityError when the number is taken.
    """
    old, user.phone = user.phone, phone
    user.save(update_fields=["phone"])
    _delete_open_links(user)
    audit.record(verb="accounts.phone_changed", by=by, obj=user)
    _tell_of_change("accounts.phone_changed", user, email=user.email, phone=old)


def _tell_of_change(event: str, user: User, *, email: str, phone: str = "") -> None:
    notify(
        event=event,
        key=f"{event}:{user.pk}:{secrets.token_hex(8)}",
        context={},
        email=email,
        phone=phone,
        language=user.language,
        channels=[Channel.SMS if phone else Channel.EMAIL],
    )


@transaction.atomic
def open_access(*, user: User, by: User | None) -> None:
    """Send a user the way in: a link that works once, for a week, by SMS, or by e-mail where there is no mobile or
    the day has had its share of SMS.

    Where the company has passwords, whoever comes in must choose one. An earlier link stops working.
    """
    tenant, now = current_tenant(), timezone.now()
    _delete_open_links(user)
    key = secrets.token_urlsafe(24)
    AccessLink.objects.create(user=user, key_hash=hash_of(key), expires_at=now + ACCESS_LINK_LASTS)
    if tenant.password_sign_in:
        user.must_set_password = True
        user.save(update_fields=["must_set_password"])
    by_sms = bool(usable_mobile(user.phone)) and take_sms()
    notify(
        event="accounts.access_opened",
        key=f"accounts.access_opened:{user.pk}:{secrets.token_hex(8)}",
        context={"url": tenant.absolute_url(reverse("accounts:open_link", args=[key]))},
        user=user,
        channels=[Channel.SMS if by_sms else Channel.EMAIL],
        sensitive=True,
        valid_for=ACCESS_LINK_LASTS,
    )
    audit.record(verb="accounts.access_opened", by=by, obj=user)


def _delete_open_links(user: User) -> None:
    """A link that nobody has used lies where it was sent, which may no longer be the user's."""
    AccessLink.objects.filter(user=user, used_at=None).delete()


@transaction.atomic
def use_access_link(*, key: str) -> User | None:
    """Use a link up. Returns whom it lets in, or None: it is unknown, too old or used, or the user is disabled."""
    links = AccessLink.objects.select_for_update().filter(key_hash=hash_of(key))
    link = links.filter(used_at=None, expires_at__gt=timezone.now(), user__is_active=True).first()
    if link is None:
        return None
    link.used_at = timezone.now()
    link.save(update_fields=["used_at"])
    return link.user


@transaction.atomic
def change_details(*, user: User, name: str, language: str, by: User) -> None:
    user.name, user.language = name, language
    user.save(update_fields=["name", "language"])
    audit.record(verb="accounts.details_changed", by=by, obj=user)


@transaction.atomic
def change_language(*, user: User, language: str, by: User) -> None:
    user.language = language
    user.save(update_fields=["language"])
    audit.record(verb="accounts.language_changed", by=by, obj=user, data={"language": language})


@transaction.atomic
def disable_user(*, user: User, by: User | None) -> None:
    """Shut a user out, on every device at once, and end what they have offered to others as an owner."""
    # Customers are locked before users, as in closing an account.
    registers.shut_out(user, by=by)
    user.is_active = False
    user.save(update_fields=["is_active"])
    _delete_sessions(list(UserSession.objects.filter(user_id=user.pk)))
    _delete_open_links(user)
    audit.record(verb="accounts.user_disabled", by=by, obj=user)


@transaction.atomic
def enable_user(*, user: User, by: User | None) -> None:
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record(verb="accounts.user_enabled", by=by, obj=user)


@transaction.atomic
def close_account(*, user: User, by: User) -> None:
    """Close an account for good: every app forgets the person, and what accounting keeps no longer names them.

    The row stays, as orders point at it; its address and number are free for a new account. Tells the address.
    Raises AccountHindered, with the reasons, when something must be settled first.
    """
    for entry in registry.personal_data():
        if entry.lock:
            entry.lock(user)
    user = User.objects.select_for_update().get(pk=user.pk)
    if reasons := hindrances(user):
        raise AccountHindered(reasons)
    email, language, tenant = user.email, user.language, current_tenant()
    _delete_sessions(list(UserSession.objects.filter(user_id=user.pk)))
    for entry in registry.personal_data():
        if entry.forget:
            entry.forget(user)
    with override(tenant.language):
        user.name = gettext("Closed account")
    user.email, user.phone, user.language = f"closed-{user.pk}@closed.invalid", "", ""
    user.is_active, user.must_set_password, user.last_login = False, False, None
    user.set_unusable_password()
    user.save()
    audit.record(verb="accounts.closed", by=by, obj=user)
    key = f"accounts.closed:{user.pk}"
    notify(event="accounts.closed", key=key, context={}, email=email, language=language, channels=[Channel.EMAIL])


class AccountHindered(Exception):
    """The account cannot be closed yet. `reasons` are words for its holder."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(*reasons)
        self.reasons = reasons


def hindrances(user: User) -> list[str]:
    """Return what must be settled before the account can be closed."""
    return [reason for entry in registry.personal_data() if entry.hinders for reason in entry.hinders(user)]


@transaction.atomic
def end_session(*, session: UserSession, by: User) -> None:
    """Sign one device out."""
    _delete_sessions([session])
    audit.record(verb="accounts.session_ended", by=by, obj=by)


@transaction.atomic
def end_sessions(*, user: User, by: User | None, keep: str | None = None) -> int:
    """Sign a user's devices out, all but the session with the key `keep`. Returns how many it were."""
    sessions = list(UserSession.objects.filter(user_id=user.pk).exclude(session_key=keep or ""))
    _delete_sessions(sessions)
    if sessions:
        audit.record(verb="accounts.sessions_ended", by=by, obj=user, data={"count": len(sessions)})
    return len(sessions)


@transaction.atomic
def password_was_changed(*, user: User, by: User | None, keep: str | None = None) -> None:
    """Sign the other devices out, and take every PIN and open link away: whoever knew the old password may know them
    too.
    """
    end_sessions(user=user, keep=keep, by=by)
    _delete_open_links(user)
    Device.objects.filter(user=user).delete()
    if user.must_set_password:
        user.must_set_password = False
        user.save(update_fields=["must_set_password"])


@transaction.atomic
def became_staff(*, user: User, by: User | None) -> None:
    """Sign somebody out everywhere who has just been given a staff role, and take their PINs away: staff sign in with
    a second factor, and none of what was open has been.
    """
    end_sessions(user=user, by=by)
    Device.objects.filter(user=user).delete()
    audit.record(verb="accounts.staff_role_given", by=by, obj=user, data={"role": user.staff_role})


@transaction.atomic
def set_pin(*, user: User, token: str, user_agent: str, pin: str) -> Device:
    """Give the browser that holds `token` a PIN, in place of an earlier one. Returns the device."""
    fields = {
        "user_agent": user_agent[:300],
        "pin": make_password(pin),
        "failed_tries": 0,
        "was_asked": True,
        "last_used_at": timezone.now(),
    }
    device, _created = Device.objects.update_or_create(user=user, token_hash=token, defaults=fields)
    audit.record(verb="accounts.pin_set", by=user, obj=user)
    return device


@transaction.atomic
def decline_pin(*, user: User, token: str, user_agent: str) -> None:
    """Remember that the browser is not to be asked again."""
    fields = {"user_agent": user_agent[:300], "was_asked": True}
    Device.objects.update_or_create(user=user, token_hash=token, defaults=fields)


@transaction.atomic
def remove_device(*, device: Device, by: User, keep: str | None = None) -> None:
    """Take a device's PIN away and sign it out, unless its session is `keep`, the one that asks."""
    if device.session_key and device.session_key != keep:
        _delete_sessions(list(UserSession.objects.filter(user_id=device.user_id, session_key=device.session_key)))
    device.delete()
    audit.record(verb="accounts.pin_removed", by=by, obj=by)


@transaction.atomic
def try_pin(*, device: Device, pin: str, where: dict[str, str]) -> int:
    """Check a PIN. Returns -1 when it is right, else how many tries are left; at 0 the device is forgotten.

    The row is locked meanwhile: guesses in parallel count one by one. `where` goes to the log with a wrong one.
    """
    locked = Device.objects.select_for_update().filter(pk=device.pk).first()
    if locked is None or not locked.opens_by_pin(timezone.now()):
        return 0
    device = locked
    if check_password(pin, device.pin):
        audit.record(verb="accounts.unlocked", by=device.user, obj=device.user)
        return -1
    device.failed_tries += 1
    left = max(0, PIN_TRIES - device.failed_tries)
    audit.record(verb="accounts.pin_refused", by=None, obj=device.user, data={"tries_left": left} | where)
    if left:
        device.save(update_fields=["failed_tries"])
    else:
        device.delete()
    return left


def move_session(*, before: str | None, after: str | None) -> None:
    """Let the device that is listed under one session key stand under another: the session has a new id."""
    UserSession.objects.filter(session_key=before).update(session_key=after)


def _delete_sessions(sessions: list[UserSession]) -> None:
    Session.objects.filter(session_key__in=[session.session_key for session in sessions]).delete()
    UserSession.objects.filter(pk__in=[session.pk for session in sessions]).delete()
