"""Limits that no other page goes round, proofs that a stranger cannot use up, and sessions that end by themselves."""

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client
from django.utils import timezone

from portal.accounts import actions, first_steps, session_limits
from portal.accounts.models import SmsDay, StaffRole, User
from portal.accounts.session_limits import PASSIVE
from portal.notifications.models import Channel, Message
from portal.tenancy.models import Tenant
from tests import factories
from tests.accounts.conftest import is_signed_in, newest_code

PHONE = "+4791234567"
RESET, ASK, SMS, CONFIRM = (
    "/account/password/reset/",
    "/account/login/code/",
    "/account/login/sms/",
    "/account/login/code/confirm/",
)
PROVE = "/account/prove/?way=email"


def sms_code(number: str = PHONE) -> str:
    found = re.match(r"(\d{6})\b", Message.objects.filter(recipient=number).newest_first()[0].body)
    assert found
    return found[1]


def switch(tenant: Tenant, **fields: Any) -> None:
    Tenant.objects.filter(pk=tenant.pk).update(**fields)


@pytest.mark.parametrize("login", ["kari@example.com", "912 34 567"])
def test_ten_links_to_a_new_password_go_out_in_an_hour(tenant: Tenant, kari: User, login: str) -> None:
    now = timezone.now()
    statuses = []
    for minute in range(11):
        with time_machine.travel(now + timedelta(minutes=2 * minute)):
            statuses.append(factories.client_for(tenant=tenant).post(RESET, {"login": login}).status_code)
    assert statuses == [302] * 10 + [422]


def test_sms_to_one_number_are_bounded_whatever_they_are_asked_for(tenant: Tenant, kari: User) -> None:
    now = timezone.now()
    for minute in range(12):
        with time_machine.travel(now + timedelta(minutes=2 * minute)):
            client = factories.client_for(tenant=tenant)
            client.post(RESET, {"login": "912 34 567"})
            client.post(SMS, {"phone": "912 34 567"})
            mine = factories.client_for(kari, tenant=tenant)
            mine.post("/account/prove/?way=sms", {"action": "send"})
    assert Message.objects.filter(recipient=PHONE, channel=Channel.SMS).count() == 20


def test_a_stranger_uses_up_no_proof(tenant: Tenant, kari: User, visitor: Client) -> None:
    for _ in range(3):
        visitor.post(ASK, {"email": kari.email})
    assert visitor.post(ASK, {"email": kari.email}).status_code == 422
    mine = factories.client_for(kari, tenant=tenant)
    mine.post(PROVE, {"action": "send"})
    assert mine.post(PROVE, {"code": newest_code()}).status_code == 302
    assert mine.get("/account/email/").status_code == 200


def test_asking_for_another_proof_too_early_costs_no_sms(tenant: Tenant, kari: User) -> None:
    mine = factories.client_for(kari, tenant=tenant)
    for action in ("send", "resend", "resend"):
        mine.post("/account/prove/?way=sms", {"action": action})
    assert SmsDay.objects.get().sent == 1


def test_staff_without_a_factor_or_a_password_prove_it_by_a_code(tenant: Tenant) -> None:
    new = factories.user(email="agent@example.com", staff_role=StaffRole.AGENT)
    client = factories.prove(factories.client_for(new, tenant=tenant), new, ago=16 * 60)
    assert client.get("/account/prove/").status_code == 200
    client.post(PROVE, {"action": "send"})
    assert client.post(PROVE, {"code": newest_code(new.email)}).status_code == 302
    known = factories.staff(email="staff@example.com")
    page = factories.client_for(known, tenant=tenant).get("/account/prove/")
    assert (page.context["way"], page.context["others"]) == ("app", [])


# What lies where it was sent --------------------------------------------------------------------------


def test_a_link_to_the_old_number_is_worth_nothing_after_a_change(visitor: Client, kari: User) -> None:
    visitor.post(RESET, {"login": "912 34 567"})
    found = re.search(r"http://[^/]+(/\S+)", Message.objects.filter(recipient=PHONE).newest_first()[0].body)
    assert found
    page = visitor.get(found[1], follow=True)
    assert "password1" in page.content.decode()
    actions.change_phone(user=kari, phone="+4799887766", by=kari)
    page = visitor.get(found[1], follow=True)
    assert "password1" not in page.content.decode()


def test_nor_is_a_code_that_was_on_its_way(visitor: Client, kari: User) -> None:
    visitor.post(SMS, {"phone": "912 34 567"})
    code = sms_code()
    actions.change_phone(user=kari, phone="+4799887766", by=kari)
    visitor.post(CONFIRM, {"code": code})
    assert not is_signed_in(visitor)


def test_nor_one_to_the_old_address(visitor: Client, kari: User) -> None:
    visitor.post(ASK, {"email": "kari@example.com"})
    code = newest_code()
    actions.change_email(user=kari, email="ny@example.com", by=kari)
    visitor.post(CONFIRM, {"code": code})
    assert not is_signed_in(visitor)


# Sessions ---------------------------------------------------------------------------------------------


def test_a_page_that_asks_by_itself_keeps_no_session_open(tenant: Tenant, kari: User) -> None:
    client = factories.client_for(kari, tenant=tenant)
    client.get("/account/")
    before = client.session[session_limits.ACTIVE_AT]
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        client.get("/account/", headers={PASSIVE: "1"})
        assert client.session[session_limits.ACTIVE_AT] == before
        client.get("/account/")
        assert client.session[session_limits.ACTIVE_AT] > before


def test_every_page_that_asks_by_itself_says_so() -> None:
    pages = list((settings.BASE_DIR / "templates").rglob("*.html"))
    polls = re.compile(r"<[a-z]+\b(?:[^<>]|<(?=[^a-z/]))*hx-trigger=[\"'](?:{%[^%]*%})?every [^\n]*")
    # The page that waits for a code is shown to nobody who is signed in.
    asking = {path.name: polls.findall(path.read_text()) for path in pages if path.name != "confirm_login_code.html"}
    found = {name: tags for name, tags in asking.items() if tags}
    assert len(found) >= 5
    assert all(PASSIVE in tag for tags in found.values() for tag in tags), found


def test_the_session_is_listed_after_the_first_password(tenant: Tenant, kari: User) -> None:
    User.objects.filter(pk=kari.pk).update(must_set_password=True)
    client = factories.prove(factories.client_for(kari, tenant=tenant), kari)
    assert client.post("/account/password/first/", {"password1": "tolv rare elger"}).status_code == 302
    assert UserSession.objects.get(user=kari).session_key == client.session.session_key
    assert len(client.get("/account/sessions/").context["sessions"]) == 1


# First steps ------------------------------------------------------------------------------------------


@pytest.fixture
def without_email_codes(tenant: Tenant) -> Iterator[None]:
    switch(tenant, email_code_sign_in=False)
    yield
    switch(tenant, email_code_sign_in=True)


def proved(client: Client, **more: Any) -> None:
    session = client.session
    kept = {"phone": "+4799887766", "hashes": [], "by": "", "name": "Kari", "email": "", "method": "code", "next": "/"}
    session[first_steps.IN_SESSION] = kept | {"at": time.time()} | more
    session.save()


@pytest.mark.usefixtures("without_email_codes")
def test_a_code_by_e_mail_opens_no_account_where_the_company_has_none(visitor: Client, kari: User) -> None:
    proved(visitor)
    visitor.post("/account/login/first/", {"name": "Kari", "email": kari.email})
    answer = visitor.post("/account/login/first/", {"code": newest_code()})
    assert answer.headers["Location"].startswith("/account/login/")
    assert not is_signed_in(visitor)
    kari.refresh_from_db()
    assert kari.phone == PHONE


@pytest.mark.usefixtures("without_email_codes")
@pytest.mark.parametrize("who", ["a passkey", "staff"])
def test_nor_one_for_which_no_second_factor_would_be_asked(
    tenant: Tenant, visitor: Client, kari: User, who: str
) -> None:
    user = kari
    if who == "staff":
        user = factories.staff()
        Authenticator.objects.filter(user=user).delete()
    else:
        Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "x"})
    proved(visitor)
    visitor.post("/account/login/first/", {"name": "Kari", "email": user.email})
    answer = visitor.post("/account/login/first/", {"code": newest_code(user.email)})
    assert answer.headers["Location"].startswith("/account/login/")
    assert not is_signed_in(visitor)


def test_a_second_number_is_not_said_to_lead_in(tenant: Tenant, kari: User) -> None:
    client = factories.prove(factories.client_for(kari, tenant=tenant), kari)
    proved(client, user=kari.pk, next="/account/")
    with_other = client.post("/account/login/tie/", follow=True).content.decode()
    User.objects.filter(pk=kari.pk).update(phone="")
    proved(client, user=kari.pk, next="/account/")
    with_none = client.post("/account/login/tie/", follow=True).content.decode()
    assert ("Fra nå av" in with_other, "Fra nå av" in with_none) == (False, True)
    kari.refresh_from_db()
    assert kari.phone == "+4799887766"


# What staff send --------------------------------------------------------------------------------------


def test_the_way_in_that_staff_send_by_sms_is_counted(tenant: Tenant, kari: User) -> None:
    switch(tenant, sms_daily_limit=1)
    admin = factories.client_for(factories.staff(), tenant=tenant)
    for _ in range(2):
        chosen = {"action": "send_access", "_selected_action": [kari.pk], "confirmed": "yes"}
        admin.post("/admin/accounts/user/", chosen)
    assert (SmsDay.objects.get().sent, SmsDay.objects.get().refused) == (1, 1)
    sent = Message.objects.filter(event="accounts.access_opened").order_by("pk")
    assert list(sent.values_list("channel", flat=True)) == [Channel.SMS, Channel.EMAIL]
