"""What no longer lets anybody in is deleted every night."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from portal.accounts import tasks
from portal.accounts.models import AccessLink, Device, SmsDay, User
from tests.accounts.conftest import PASSWORD, is_signed_in

pytestmark = pytest.mark.usefixtures("at_once")


def sign_in(client: Client, user: User) -> str:
    client.post("/account/login/password/", {"login": user.email, "password": PASSWORD})
    assert is_signed_in(client)
    return str(client.session.session_key)


def test_sessions_that_are_over_are_deleted_and_open_ones_stay(visitor: Client, kari: User) -> None:
    key = sign_in(visitor, kari)
    over = Session.objects.create(
        session_key="over", session_data="", expire_date=timezone.now() - timedelta(seconds=1)
    )
    UserSession.objects.create(user=kari, session_key=over.session_key, ip="127.0.0.1", user_agent="")
    tasks.forget_all_tenants()
    assert not Session.objects.filter(session_key="over").exists()
    assert list(UserSession.objects.values_list("session_key", flat=True)) == [key]
    assert is_signed_in(visitor)


def test_old_links_counts_and_devices_are_deleted(kari: User) -> None:
    now = timezone.now()
    for name, used, expires in [("used", 91, 90), ("expired", None, 91), ("fresh", 89, 89), ("open", None, -1)]:
        used_at = None if used is None else now - timedelta(days=used)
        expires_at = now - timedelta(days=expires)
        AccessLink.objects.create(user=kari, key_hash=name, used_at=used_at, expires_at=expires_at)
    for days in (399, 402):
        SmsDay.objects.create(day=(now - timedelta(days=days)).date(), sent=1)
        Device.objects.create(user=kari, token_hash=str(days), last_used_at=now - timedelta(days=days))
    tasks.forget_all_tenants()
    assert set(AccessLink.objects.values_list("key_hash", flat=True)) == {"fresh", "open"}
    assert SmsDay.objects.count() == 1
    assert [device.token_hash for device in Device.objects.all()] == ["399"]
