"""The PIN: set on a device, asked for after a spell away, and what takes it away."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from portal.accounts import actions, pins
from portal.accounts.models import Device, User
from portal.audit.models import Entry
from portal.tenancy.models import Tenant
from tests import factories
from tests.accounts.conftest import PASSWORD, is_signed_in

SET = "/account/pin/"
UNLOCK = "/account/unlock/"
SESSIONS = "/account/sessions/"
DETAILS = "/account/details/"
PIN = "4827"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile/15E148 Safari/604"


def later(**span: int) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(**span))


def sign_in(client: Client, **more: str) -> str:
    data = {"login": "kari@example.com", "password": PASSWORD, **more}
    return str(client.post("/account/login/password/", data).headers["Location"])


def set_pin(client: Client, pin: str = PIN) -> int:
    return client.post(SET, {"pin": pin, "again": pin}).status_code


@pytest.fixture
def phone(visitor: Client, kari: User) -> Client:
    """Kari's, signed in and with a PIN."""
    visitor.defaults["HTTP_USER_AGENT"] = IPHONE
    sign_in(visitor)
    assert set_pin(visitor) == 302
    return visitor


# Setting one -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("pin", ["0000", "1234", "4321", "9012", "1212", "1984", "2007", "4567"])
def test_a_pin_that_thieves_try_first_is_refused(visitor: Client, kari: User, pin: str) -> None:
    sign_in(visitor)
    response = visitor.post(SET, {"pin": pin, "again": pin})
    assert response.status_code == 422
    assert "noe av det første en tyv ville prøve" in response.content.decode()
    assert not Device.objects.exists()


@pytest.mark.parametrize("pin", ["482", "48271", "abcd", "", "٤٨٢٧"])
def test_a_pin_has_four_digits(visitor: Client, kari: User, pin: str) -> None:
    sign_in(visitor)
    assert set_pin(visitor, pin) == 422


def test_it_is_typed_twice(visitor: Client, kari: User) -> None:
    sign_in(visitor)
    assert visitor.post(SET, {"pin": PIN, "again": "4828"}).status_code == 422


def test_only_slow_hashes_are_kept(phone: Client) -> None:
    device = Device.objects.get()
    assert device.pin.startswith("scrypt$")
    assert phone.cookies["device"].value not in {device.token_hash, device.pin}
    assert phone.cookies["device"]["httponly"]


def test_a_phone_is_offered_a_pin_after_sign_in_once(visitor: Client, kari: User) -> None:
    visitor.defaults["HTTP_USER_AGENT"] = IPHONE
    assert sign_in(visitor, next="/customers/choose/") == "/account/pin/?offer=&next=%2Fcustomers%2Fchoose%2F"
    assert "Åpne med PIN neste gang?" in visitor.get("/account/pin/?offer=&next=%2F").content.decode()
    declined = visitor.post("/account/pin/?offer=", {"action": "decline", "next": "/customers/choose/"})
    assert declined.headers["Location"] == "/customers/choose/"
    visitor.post("/account/logout/")
    assert sign_in(visitor) == "/"


def test_a_desk_is_not_offered_one_but_may_have_it(visitor: Client, kari: User) -> None:
    assert sign_in(visitor) == "/"
    assert SET in visitor.get(SESSIONS).content.decode()


def test_a_tenant_may_do_without_and_staff_must(visitor: Client, tenant: Tenant, kari: User) -> None:
    agent = factories.client_for(factories.staff(password=PASSWORD), tenant=tenant)
    assert SET not in agent.get(SESSIONS).content.decode()
    sign_in(visitor)
    Tenant.objects.filter(pk=tenant.pk).update(pin_unlock=False)
    assert visitor.get(SET).status_code == 404


def test_setting_one_takes_a_fresh_proof(visitor: Client, kari: User) -> None:
    sign_in(visitor)
    with later(minutes=16):
        assert visitor.get(SET).headers["Location"].startswith("/account/prove/")
        assert visitor.post(SET, {"pin": PIN, "again": PIN}).headers["Location"].startswith("/account/prove/")
    assert not Device.objects.exists()


# Locked ----------------------------------------------------------------------------------------------


def test_after_a_spell_away_only_the_pin_opens_it_and_leads_back(phone: Client) -> None:
    with later(minutes=14):
        assert is_signed_in(phone)
    with later(minutes=30):
        locked = phone.get(DETAILS)
        assert locked.headers["Location"] == "/account/unlock/?next=%2Faccount%2Fdetails%2F"
        opened = phone.post(UNLOCK, {"pin": PIN, "next": DETAILS})
        assert opened.headers["Location"] == DETAILS
        assert is_signed_in(phone)


def test_nothing_of_the_account_is_shown_while_it_is_locked(phone: Client) -> None:
    with later(minutes=16):
        first = phone.get("/")
        assert first.headers["Clear-Site-Data"] == '"cache", "storage"'
        for path in ["/", DETAILS, SESSIONS, "/customers/choose/", "/no/such/page/", "/account/login/code/"]:
            answer = phone.get(path)
            assert answer.headers["Location"].startswith(UNLOCK), path
            assert answer.headers["Cache-Control"] == "private, no-store"
            assert not answer.content
        page = phone.get(UNLOCK)
        assert page.headers["Cache-Control"] == "private, no-store"
        for secret in ["Kari", "Nordmann", "kari@example.com", "912\N{NO-BREAK SPACE}34", "91234567"]:
            assert secret not in page.content.decode()


def test_a_message_that_waited_is_not_shown_on_the_lock(visitor: Client, kari: User) -> None:
    sign_in(visitor)
    set_pin(visitor)
    visitor.post(DETAILS, {"name": "Kari N", "language": "nb"})
    with later(minutes=16):
        visitor.get("/")
        assert "lagret" not in visitor.get(UNLOCK).content.decode()


def test_a_fragment_is_answered_with_the_way_to_the_lock(phone: Client) -> None:
    with later(minutes=16):
        answer = phone.get(
            DETAILS, headers={"HX-Request": "true", "HX-Current-URL": "http://fjord.localhost/account/sessions/"}
        )
    assert answer.headers["HX-Redirect"] == "/account/unlock/?next=%2Faccount%2Fsessions%2F"
    assert not answer.content


def test_what_is_posted_to_a_locked_session_is_not_done(phone: Client, kari: User) -> None:
    with later(minutes=16):
        answer = phone.post(
            DETAILS,
            {"name": "Someone", "language": "nb"},
            headers={"Referer": "http://fjord.localhost/account/details/"},
        )
    assert answer.headers["Location"] == "/account/unlock/?next=%2Faccount%2Fdetails%2F"
    kari.refresh_from_db()
    assert kari.name == "Kari Nordmann"


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_lock_leads_on_only_to_our_own_pages(phone: Client, wanted: str) -> None:
    with later(minutes=16):
        phone.get("/")
        assert phone.post(UNLOCK, {"pin": PIN, "next": wanted}).headers["Location"] == "/"


def test_the_session_has_a_new_id_after_the_pin_and_stays_on_the_list(phone: Client) -> None:
    before = phone.session.session_key
    with later(minutes=16):
        phone.get("/")
        phone.post(UNLOCK, {"pin": PIN})
        assert phone.session.session_key != before
        assert "Denne enheten" in phone.get(SESSIONS).content.decode()


def test_the_pin_is_no_fresh_proof(phone: Client) -> None:
    with later(minutes=16):
        phone.get("/")
        phone.post(UNLOCK, {"pin": PIN})
        assert phone.get(SET).headers["Location"].startswith("/account/prove/")


def test_the_wait_is_the_tenants(phone: Client, tenant: Tenant) -> None:
    Tenant.objects.filter(pk=tenant.pk).update(lock_after_minutes=60)
    with later(minutes=50):
        assert is_signed_in(phone)
    with later(minutes=120):
        assert not is_signed_in(phone)


def test_a_page_in_use_keeps_it_open(phone: Client) -> None:
    for minutes in (10, 20, 30):
        with later(minutes=minutes):
            assert phone.get("/account/alive/").status_code == 204
    with later(minutes=50):
        assert not is_signed_in(phone)


def test_one_may_sign_in_in_full_instead(phone: Client) -> None:
    with later(minutes=16):
        phone.get("/")
        assert phone.post("/account/logout/").headers["Location"] == "/account/login/"
        assert phone.get(DETAILS).headers["Location"].startswith("/account/login/")


# What ends in a full sign-in -------------------------------------------------------------------------


def test_five_wrong_tries(phone: Client, kari: User) -> None:
    with later(minutes=16):
        phone.get("/")
        answers = [phone.post(UNLOCK, {"pin": "4828"}) for _ in range(5)]
        assert [answer.status_code for answer in answers] == [422] * 4 + [302]
        assert "Du har 4 forsøk igjen" in answers[0].content.decode()
        assert answers[-1].headers["Location"] == "/account/login/"
        phone.post(UNLOCK, {"pin": PIN})
        assert phone.get(DETAILS).headers["Location"].startswith("/account/login/")
    assert Entry.objects.filter(verb="accounts.pin_refused", object_id=kari.pk).count() == 5


def test_a_right_pin_forgives_the_wrong_ones(phone: Client) -> None:
    with later(minutes=16):
        phone.get("/")
        for _ in range(2):
            for _ in range(3):
                phone.post(UNLOCK, {"pin": "4828"})
            assert phone.post(UNLOCK, {"pin": PIN}).status_code == 302
            phone.session.save()
            session = phone.session
            session["locked"] = True
            session.save()


def test_a_removed_device_is_out_at_once(phone: Client, tenant: Tenant, kari: User) -> None:
    desk = factories.client_for(tenant=tenant)
    sign_in(desk)
    assert "Safari" in desk.get(SESSIONS).content.decode()
    desk.post(f"/account/devices/{Device.objects.get().pk}/remove/")
    assert phone.get(DETAILS).headers["Location"].startswith("/account/login/")
    assert is_signed_in(desk)


def test_without_its_pin_this_device_stays_signed_in(phone: Client) -> None:
    phone.post(f"/account/devices/{Device.objects.get().pk}/remove/")
    assert is_signed_in(phone)
    with later(minutes=16):
        assert is_signed_in(phone)


def test_someone_elses_device_is_not_found(phone: Client, tenant: Tenant) -> None:
    stranger = factories.client_for(tenant=tenant)
    factories.user(email="ola@example.com", password=PASSWORD)
    stranger.post("/account/login/password/", {"login": "ola@example.com", "password": PASSWORD})
    assert stranger.post(f"/account/devices/{Device.objects.get().pk}/remove/").status_code == 404


def test_a_changed_password(phone: Client, kari: User, tenant: Tenant) -> None:
    desk = factories.client_for(tenant=tenant)
    sign_in(desk)
    desk.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": "tolv rare elger"})
    assert phone.get(DETAILS).headers["Location"].startswith("/account/login/")
    assert is_signed_in(desk)
    assert not Device.objects.exists()


def test_a_password_changed_on_the_device_itself_leaves_it_signed_in(phone: Client) -> None:
    phone.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": "tolv rare elger"})
    assert is_signed_in(phone)


def test_an_idle_month(phone: Client) -> None:
    with later(days=29):
        phone.get("/")
        assert phone.post(UNLOCK, {"pin": PIN}).headers["Location"] == "/"
    with later(days=60):
        assert phone.get(DETAILS).headers["Location"].startswith("/account/login/")


def test_a_session_copied_to_another_browser(phone: Client, tenant: Tenant) -> None:
    thief = factories.client_for(tenant=tenant)
    thief.cookies["session"] = phone.cookies["session"].value
    assert not is_signed_in(thief)
    assert Entry.objects.filter(verb="accounts.session_ran_out").exists()


def test_a_pin_that_the_tenant_gives_up(phone: Client, tenant: Tenant) -> None:
    Tenant.objects.filter(pk=tenant.pk).update(pin_unlock=False)
    assert phone.get(DETAILS).headers["Location"].startswith("/account/login/")


def test_a_disabled_user(phone: Client, kari: User) -> None:
    actions.disable_user(user=kari, by=None)
    assert phone.get(DETAILS).headers["Location"].startswith("/account/login/")


# Rules -----------------------------------------------------------------------------------------------


def test_most_pins_are_good() -> None:
    good = [pin for pin in (f"{number:04}" for number in range(10_000)) if not pins.is_weak(pin)]
    assert len(good) > 9_700
    assert PIN in good


def test_a_pin_of_a_device_that_was_removed_meanwhile_opens_nothing(phone: Client) -> None:
    device = Device.objects.get()
    Device.objects.all().delete()
    assert actions.try_pin(device=device, pin=PIN, where={}) == 0
