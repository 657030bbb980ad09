"""Devices and sessions: what is open, and ending it."""

from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.accounts import actions
from portal.accounts.devices import agent_of
from portal.accounts.models import User
from portal.tenancy.models import Tenant
from tests import factories
from tests.accounts.conftest import is_signed_in

PAGE = "/account/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 "
    "Safari/537.36 Edg/140.0.0.0"
)


def device(user: User, tenant: Tenant, user_agent: str = FIREFOX) -> Client:
    client = factories.client_for(user, tenant=tenant, HTTP_USER_AGENT=user_agent)
    assert is_signed_in(client)
    return client


def session_of(client: Client) -> UserSession:
    return UserSession.objects.get(session_key=client.session.session_key)


@pytest.mark.parametrize(
    ("user_agent", "browser", "system"),
    [(FIREFOX, "Firefox", "Linux"), (IPHONE, "Safari", "iPhone"), (EDGE, "Edge", "Windows"), ("curl/8", "", "")],
)
def test_devices_are_named_by_what_they_say(user_agent: str, browser: str, system: str) -> None:
    found = agent_of(user_agent)
    assert (found.browser, found.system) == (browser, system)


def test_the_page_lists_my_devices_and_nobody_elses(tenant: Tenant, kari: User) -> None:
    here = device(kari, tenant)
    device(kari, tenant, IPHONE)
    device(factories.user(), tenant, EDGE)
    answer = here.get(PAGE)
    page = answer.content.decode()
    assert [session.is_current for session in answer.context["sessions"]] == [True, False]
    assert "Firefox" in page
    assert "iPhone" in page
    assert "Edge" not in page


def test_the_list_costs_the_same_for_many_devices(tenant: Tenant, kari: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            here.get(PAGE)
        return len(captured)

    here = device(kari, tenant)
    few = queries()
    for _ in range(3):
        device(kari, tenant)
    assert queries() == few


def test_one_device_can_be_signed_out(tenant: Tenant, kari: User) -> None:
    here, there = device(kari, tenant), device(kari, tenant, IPHONE)
    here.post(f"{PAGE}{session_of(there).pk}/end/")
    assert not is_signed_in(there)
    assert is_signed_in(here)


def test_all_others_can_be_signed_out_at_once(tenant: Tenant, kari: User) -> None:
    here, *others = [device(kari, tenant) for _ in range(3)]
    stranger = device(factories.user(), tenant)
    here.post(f"{PAGE}end-others/")
    assert [is_signed_in(client) for client in [here, stranger, *others]] == [True, True, False, False]


def test_someone_elses_session_is_not_found(tenant: Tenant, kari: User) -> None:
    here, stranger = device(kari, tenant), device(factories.user(), tenant)
    assert here.post(f"{PAGE}{session_of(stranger).pk}/end/").status_code == 404
    assert is_signed_in(stranger)


def test_ending_takes_a_post(tenant: Tenant, kari: User) -> None:
    here, there = device(kari, tenant), device(kari, tenant)
    assert here.get(f"{PAGE}{session_of(there).pk}/end/").status_code == 405
    assert is_signed_in(there)


def test_a_disabled_user_loses_every_session_at_once_and_for_good(tenant: Tenant, kari: User) -> None:
    clients = [device(kari, tenant), device(kari, tenant, IPHONE)]
    actions.disable_user(user=kari, by=None)
    assert [is_signed_in(client) for client in clients] == [False, False]
    actions.enable_user(user=kari, by=None)
    assert [is_signed_in(client) for client in clients] == [False, False]


def test_a_user_made_inactive_in_any_other_way_is_out_at_once_too(tenant: Tenant, kari: User) -> None:
    client = device(kari, tenant)
    User.objects.update(is_active=False)
    assert not is_signed_in(client)


def test_when_a_session_was_used_is_written_every_five_minutes_at_most(tenant: Tenant, kari: User) -> None:
    begun = timezone.now()
    client = device(kari, tenant)
    first = session_of(client).last_seen_at
    with time_machine.travel(begun + timedelta(minutes=4)):
        is_signed_in(client)
    assert session_of(client).last_seen_at == first
    with time_machine.travel(begun + timedelta(minutes=6)):
        is_signed_in(client)
    assert session_of(client).last_seen_at > first


def test_a_session_that_is_not_used_ends_and_the_person_is_told(tenant: Tenant, kari: User) -> None:
    begun = timezone.now()
    client = device(kari, tenant)
    with time_machine.travel(begun + timedelta(hours=7)):
        assert is_signed_in(client)
    with time_machine.travel(begun + timedelta(hours=14)):
        assert is_signed_in(client)
    with time_machine.travel(begun + timedelta(hours=23)):
        answer = client.get("/account/details/", follow=True)
    assert answer.redirect_chain == [("/account/login/?next=/account/details/", 302)]
    assert "Du er logget ut" in answer.content.decode()
    assert "Clear-Site-Data" not in answer.headers


def test_a_session_ends_after_a_week_however_much_it_is_used(tenant: Tenant, kari: User) -> None:
    begun = timezone.now()
    client = device(kari, tenant)
    for hours in range(6, 7 * 24, 6):
        with time_machine.travel(begun + timedelta(hours=hours)):
            assert is_signed_in(client)
    with time_machine.travel(begun + timedelta(hours=7 * 24 + 1)):
        answer = client.get("/account/details/")
        assert answer.headers["Location"].startswith("/account/login/")
        assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_how_long_sessions_last_is_the_tenants(tenant: Tenant, kari: User) -> None:
    Tenant.objects.filter(pk=tenant.pk).update(idle_minutes=10, session_hours=1)
    begun = timezone.now()
    client = device(kari, tenant)
    with time_machine.travel(begun + timedelta(minutes=9)):
        assert is_signed_in(client)
    with time_machine.travel(begun + timedelta(minutes=20)):
        assert not is_signed_in(client)


def test_a_session_that_ran_out_is_off_the_list(tenant: Tenant, kari: User) -> None:
    client = device(kari, tenant)
    with time_machine.travel(timezone.now() + timedelta(hours=9)):
        assert not is_signed_in(client)
    assert not UserSession.objects.exists()
