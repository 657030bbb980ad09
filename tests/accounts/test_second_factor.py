"""Authenticator apps and recovery codes, for anyone; a second factor for all staff."""

import time
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client
from django.utils import timezone

from portal.accounts.models import User
from portal.audit.models import Entry
from portal.notifications.models import Message
from portal.tenancy.models import Tenant
from tests import factories
from tests.accounts.conftest import PASSWORD, ask_for_code, is_signed_in, newest_code

SIGN_IN, SECOND = "/account/login/password/", "/account/login/second/"
SECURITY, APP, CODES = "/account/security/", "/account/security/app/", "/account/security/codes/"


def app_code(key: str = factories.APP_KEY, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(key, int(time.time()) // 30 + steps))


def by_password(client: Client, email: str = "kari@example.com") -> str:
    return str(client.post(SIGN_IN, {"login": email, "password": PASSWORD}).headers["Location"])


@pytest.fixture
def with_app(kari: User) -> User:
    TOTP.activate(kari, factories.APP_KEY)
    return kari


# Setting one up --------------------------------------------------------------------------------------


def test_an_app_is_set_up_with_a_code_from_it_and_gives_recovery_codes(visitor: Client, kari: User) -> None:
    by_password(visitor)
    page = visitor.get(APP)
    key = page.context["form"].secret
    assert f'data-copy="{key}"' in page.content.decode()
    assert " ".join(key[at : at + 4] for at in range(0, 32, 4)) in page.content.decode()
    assert f"otpauth://totp/kari%40example.com?secret={key}&amp;issuer=Fjord" in page.content.decode()
    assert visitor.post(APP, {"code": "000000"}).status_code == 422
    assert visitor.post(APP, {"code": app_code(key)}).headers["Location"] == CODES
    codes = visitor.get(CODES)
    assert len(codes.context["unused_codes"]) == 10
    assert [str(message) for message in codes.context["messages"]] == [
        "Appen er slått på. Ta vare på disse kodene: De slipper deg inn hvis du mister den."
    ]
    assert Message.objects.get(event="accounts.security_changed").recipient == kari.email
    assert Entry.objects.filter(verb="accounts.app_added", by=kari).exists()


def test_the_key_lies_encrypted(with_app: User) -> None:
    assert factories.APP_KEY not in str(Authenticator.objects.get().data)


def test_other_devices_are_signed_out_when_an_app_is_set_up(visitor: Client, tenant: Tenant, kari: User) -> None:
    other = factories.client_for(kari, tenant=tenant)
    assert is_signed_in(other)
    by_password(visitor)
    visitor.post(APP, {"code": app_code(visitor.get(APP).context["form"].secret)})
    assert not is_signed_in(other)
    assert is_signed_in(visitor)


@pytest.mark.parametrize("path", [APP, "/account/security/passkeys/add/"])
def test_factors_are_changed_with_a_fresh_proof_only(tenant: Tenant, kari: User, path: str) -> None:
    client = factories.client_for(kari, tenant=tenant)
    assert client.get(path).headers["Location"].startswith("/account/prove/")
    assert client.post(path, {}).headers["Location"].startswith("/account/prove/")


@pytest.mark.parametrize("path", [CODES, f"{CODES}new/", f"{CODES}download/", f"{APP}remove/"])
def test_who_has_none_has_no_page_of_it(tenant: Tenant, kari: User, path: str) -> None:
    assert factories.client_for(kari, tenant=tenant).get(path).status_code == 404


# Signing in ------------------------------------------------------------------------------------------


def test_the_app_is_asked_for_after_the_password(visitor: Client, with_app: User) -> None:
    assert by_password(visitor) == SECOND
    assert not is_signed_in(visitor)
    assert visitor.post(SECOND, {"code": "000000"}).status_code == 422
    assert not is_signed_in(visitor)
    assert visitor.post(SECOND, {"code": app_code()}).headers["Location"] == "/"
    assert is_signed_in(visitor)
    assert Entry.objects.get(verb="accounts.signed_in").data["method"] == "password+app"
    assert Entry.objects.get(verb="accounts.sign_in_refused").data["method"] == "second_factor"


def test_the_app_is_asked_for_after_a_one_time_code(visitor: Client, with_app: User) -> None:
    ask_for_code(visitor)
    assert visitor.post("/account/login/code/confirm/", {"code": newest_code()}).headers["Location"] == SECOND
    visitor.post(SECOND, {"code": app_code()})
    assert is_signed_in(visitor)


@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (3, False)])
def test_clocks_may_differ_by_half_a_minute(visitor: Client, with_app: User, steps: int, is_taken: bool) -> None:
    by_password(visitor)
    visitor.post(SECOND, {"code": app_code(steps=steps)})
    assert is_signed_in(visitor) is is_taken


@pytest.mark.parametrize("seconds", [0, 31])
def test_a_code_works_once(visitor: Client, tenant: Tenant, with_app: User, seconds: int) -> None:
    by_password(visitor)
    code = app_code()
    visitor.post(SECOND, {"code": code})
    again = factories.client_for(tenant=tenant)
    with time_machine.travel(timezone.now() + timedelta(seconds=seconds)):
        by_password(again)
        assert again.post(SECOND, {"code": code}).status_code == 422
        assert not is_signed_in(again)


def test_many_tries_are_refused(visitor: Client, with_app: User) -> None:
    by_password(visitor)
    for _ in range(5):
        visitor.post(SECOND, {"code": "000000"})
    visitor.post(SECOND, {"code": app_code()})
    assert not is_signed_in(visitor)


def test_the_second_step_cannot_be_had_without_the_first(visitor: Client, with_app: User) -> None:
    assert visitor.get(SECOND).headers["Location"] == "/account/login/"
    visitor.post(SECOND, {"code": app_code()})
    assert not is_signed_in(visitor)


def test_a_recovery_code_works_in_its_place_once(visitor: Client, tenant: Tenant, kari: User) -> None:
    by_password(visitor)
    visitor.post(APP, {"code": app_code(visitor.get(APP).context["form"].secret)})
    code = visitor.get(CODES).context["unused_codes"][0]
    for expected in (True, False):
        client = factories.client_for(tenant=tenant)
        by_password(client)
        client.post(SECOND, {"code": code})
        assert is_signed_in(client) is expected
    told = Message.objects.newest_first()[0]
    assert (told.event, told.recipient) == ("accounts.security_changed", kari.email)
    assert "en av reservekodene dine" in told.body


def test_how_many_recovery_codes_are_left_is_told(visitor: Client, tenant: Tenant, kari: User) -> None:
    by_password(visitor)
    visitor.post(APP, {"code": app_code(visitor.get(APP).context["form"].secret)})
    code = visitor.get(CODES).context["unused_codes"][0]
    client = factories.client_for(tenant=tenant)
    by_password(client)
    client.post(SECOND, {"code": code})
    assert "9 er igjen" in client.get("/account/details/").content.decode()


def test_new_recovery_codes_make_the_old_ones_useless(visitor: Client, kari: User) -> None:
    by_password(visitor)
    visitor.post(APP, {"code": app_code(visitor.get(APP).context["form"].secret)})
    old = visitor.get(CODES).context["unused_codes"]
    assert visitor.post(f"{CODES}new/").headers["Location"] == CODES
    assert not set(old) & set(visitor.get(CODES).context["unused_codes"])
    download = visitor.get(f"{CODES}download/")
    assert download.headers["Content-Disposition"].startswith("attachment")
    assert len(download.content.decode().split()) == 10
    assert Message.objects.filter(event="accounts.security_changed").count() == 2


def test_an_app_can_be_removed_by_its_owner(visitor: Client, with_app: User) -> None:
    by_password(visitor)
    visitor.post(SECOND, {"code": app_code()})
    assert visitor.get(f"{APP}remove/").status_code == 200
    assert visitor.post(f"{APP}remove/").headers["Location"] == SECURITY
    assert not Authenticator.objects.exists()


def test_an_app_counts_at_its_own_tenant_only(visitor: Client, other_tenant: Tenant, with_app: User) -> None:
    from portal.tenancy.scope import tenant_scope

    with tenant_scope(other_tenant):
        factories.user(email=with_app.email, password=PASSWORD)
    elsewhere = factories.client_for(tenant=other_tenant)
    assert by_password(elsewhere) == "/"


# Fresh proof -----------------------------------------------------------------------------------------


def test_who_has_an_app_proves_with_it_or_the_password_not_with_a_message(tenant: Tenant, with_app: User) -> None:
    client = factories.client_for(with_app, tenant=tenant)
    address = "/account/prove/?way=email&next=/account/pin/"
    client.post(address, {"action": "send"})
    assert Message.objects.count() == 0
    assert client.post("/account/prove/", {"code": "000000"}).status_code == 422
    assert client.post("/account/prove/", {"code": app_code()}).headers["Location"] == "/account/details/"
    assert client.get("/account/pin/").status_code == 200


# Passkeys (the ceremony itself is in the browser tests) ----------------------------------------------


@pytest.mark.parametrize(
    "credential", ["", "null", "[]", "{}", '"x"', "{", '{"id": 1, "response": 2}', "\0", "[" * 2000]
)
def test_what_is_no_passkey_is_refused(visitor: Client, kari: User, credential: str) -> None:
    answer = visitor.post("/account/login/passkey/", {"credential": credential})
    assert answer.headers["Location"] == "/account/login/"
    assert "Vi kjenner ikke denne passnøkkelen" in visitor.get("/account/login/").content.decode()
    assert Entry.objects.get(verb="accounts.sign_in_refused").data["method"] == "passkey"


def test_the_browser_gets_a_new_challenge_each_time(visitor: Client, tenant: Tenant) -> None:
    def options() -> dict[str, str]:
        answer = visitor.get("/account/login/passkey/", headers={"accept": "application/json"})
        found: dict[str, str] = answer.json()["request_options"]["publicKey"]
        return found

    first, second = options(), options()
    assert first["rpId"] == tenant.primary_host
    assert first["userVerification"] == "required"
    assert first["challenge"] != second["challenge"]


def test_a_tenant_may_do_without_passkeys(visitor: Client, tenant: Tenant) -> None:
    Tenant.objects.filter(pk=tenant.pk).update(passkey_sign_in=False)
    assert visitor.get("/account/login/passkey/").status_code == 404
    assert "data-passkey-sign-in" not in visitor.get("/account/login/").content.decode()


def test_another_user_s_passkey_is_not_found(tenant: Tenant, kari: User) -> None:
    other = Authenticator.objects.create(user=factories.user(), type="webauthn", data={"name": "x", "credential": {}})
    client = factories.client_for(kari, tenant=tenant)
    for path in ("", "remove/"):
        assert client.get(f"/account/security/passkeys/{other.pk}/{path}").status_code == 404


# Staff -----------------------------------------------------------------------------------------------


@pytest.fixture
def newcomer(tenant: Tenant) -> User:
    person = factories.staff(email="ali@example.com", password=PASSWORD)
    Authenticator.objects.all().delete()
    return person


def test_staff_without_a_second_factor_set_one_up_before_anything(visitor: Client, newcomer: User) -> None:
    assert by_password(visitor, newcomer.email) == "/admin/"
    for path in ("/admin/", "/admin/customers/customer/", "/admin/accounts/user/add/"):
        assert visitor.get(path).headers["Location"] == SECURITY
        assert visitor.post(path).headers["Location"] == SECURITY
    visitor.post(APP, {"code": app_code(visitor.get(APP).context["form"].secret)})
    assert visitor.get("/admin/").status_code == 200
    assert "/admin/" in visitor.get(CODES).content.decode()


def test_staff_are_asked_for_it_at_each_sign_in(visitor: Client, tenant: Tenant) -> None:
    person = factories.staff(password=PASSWORD)
    assert by_password(visitor, person.email) == SECOND
    assert visitor.get("/admin/").headers["Location"].startswith("/account/login/")
    assert visitor.post(SECOND, {"code": app_code()}).headers["Location"] == "/admin/"
    assert visitor.get("/admin/").status_code == 200


def test_staff_cannot_remove_their_last_factor(visitor: Client, tenant: Tenant) -> None:
    person = factories.staff(password=PASSWORD)
    by_password(visitor, person.email)
    visitor.post(SECOND, {"code": app_code()})
    assert "Ansatte trenger" in visitor.get(f"{APP}remove/").content.decode()
    visitor.post(f"{APP}remove/")
    assert Authenticator.objects.filter(user=person, type="totp").exists()


def test_whoever_becomes_staff_meets_it_too(tenant: Tenant, kari: User) -> None:
    client = factories.client_for(kari, tenant=tenant)
    assert client.get("/admin/").status_code == 403
    User.objects.filter(pk=kari.pk).update(is_staff=True, staff_role="agent")
    assert client.get("/admin/").headers["Location"] == SECURITY
