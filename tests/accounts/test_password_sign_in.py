"""Signing in with e-mail and password."""

from django.test import Client

from portal.accounts import actions
from portal.accounts.models import User
from portal.accounts.sign_in_log import hash_of
from portal.audit.models import Entry
from portal.tenancy.models import Tenant
from tests import factories
from tests.accounts.conftest import PASSWORD, is_signed_in

SIGN_IN = "/account/login/password/"


def test_the_password_signs_in(visitor: Client, kari: User) -> None:
    response = visitor.post(SIGN_IN, {"login": "Kari@example.com ", "password": PASSWORD})
    assert response.headers["Location"] == "/"
    assert is_signed_in(visitor)


def test_the_page_that_was_asked_for_is_reached(visitor: Client, kari: User) -> None:
    wanted = visitor.get("/account/details/").headers["Location"]
    assert wanted == "/account/login/?next=/account/details/"
    assert "/account/login/password/?next=%2Faccount%2Fdetails%2F" in visitor.get(wanted).content.decode()
    response = visitor.post(f"{SIGN_IN}?next=/account/details/", {"login": kari.email, "password": PASSWORD})
    assert response.headers["Location"] == "/account/details/"


def test_a_wrong_password_is_refused_with_422_and_logged(visitor: Client, kari: User) -> None:
    response = visitor.post(SIGN_IN, {"login": kari.email, "password": "wrong"})
    assert response.status_code == 422
    # The summary leads to where one goes on typing.
    assert 'href="#id_password"' in response.content.decode()
    assert not is_signed_in(visitor)
    entry = Entry.objects.get(verb="accounts.sign_in_refused")
    assert (entry.by, entry.object_id, entry.data) == (None, kari.pk, {"method": "password", "ip": "127.0.0.1"})


def test_what_was_typed_for_an_unknown_user_is_not_kept(visitor: Client, kari: User) -> None:
    visitor.post(SIGN_IN, {"login": "my-secret@example.com", "password": "wrong"})
    entry = Entry.objects.get(verb="accounts.sign_in_refused")
    kept = {"method": "password", "ip": "127.0.0.1", "contact": hash_of("my-secret@example.com")}
    assert (entry.object_id, entry.data) == (None, kept)


def test_guessing_is_stopped_and_then_the_right_password_is_refused_too(visitor: Client, kari: User) -> None:
    for _ in range(5):
        visitor.post(SIGN_IN, {"login": kari.email, "password": "wrong"})
    assert visitor.post(SIGN_IN, {"login": kari.email, "password": PASSWORD}).status_code == 422
    assert not is_signed_in(visitor)
    assert Entry.objects.filter(data__why="too many tries").count() == 1


def test_many_tries_from_one_place_are_refused_whoever_they_are_for(visitor: Client, kari: User) -> None:
    answers = [visitor.post(SIGN_IN, {"login": f"{n}@example.com", "password": "x"}).status_code for n in range(31)]
    assert answers[-1] == 429


def test_a_user_without_a_password_cannot_use_this_way(visitor: Client, tenant: Tenant) -> None:
    user = factories.user()
    assert visitor.post(SIGN_IN, {"login": user.email, "password": ""}).status_code == 422
    assert visitor.post(SIGN_IN, {"login": user.email, "password": user.password}).status_code == 422


def test_the_session_id_is_new_after_sign_in(visitor: Client, kari: User) -> None:
    visitor.post("/account/login/code/", {"email": "someone@example.com"})
    before = visitor.cookies["session"].value
    visitor.post(SIGN_IN, {"login": kari.email, "password": PASSWORD})
    assert visitor.cookies["session"].value != before


def test_a_disabled_user_is_told_so_only_after_the_right_password(visitor: Client, kari: User) -> None:
    actions.disable_user(user=kari, by=None)
    assert visitor.post(SIGN_IN, {"login": kari.email, "password": "wrong"}).status_code == 422
    response = visitor.post(SIGN_IN, {"login": kari.email, "password": PASSWORD}, follow=True)
    assert response.redirect_chain == [("/account/login/", 302)]
    assert len(list(response.context["messages"])) == 1
    assert not is_signed_in(visitor)


def test_signing_out_takes_a_post(visitor: Client, kari: User) -> None:
    visitor.force_login(kari, backend="portal.accounts.backends.TenantAuthenticationBackend")
    assert visitor.get("/account/logout/").status_code == 405
    assert is_signed_in(visitor)
    assert visitor.post("/account/logout/").headers["Location"] == "/account/login/"
    assert not is_signed_in(visitor)


def test_forms_without_a_token_are_refused(tenant: Tenant, kari: User) -> None:
    strict = factories.client_for(tenant=tenant, enforce_csrf_checks=True)
    assert strict.post(SIGN_IN, {"login": kari.email, "password": PASSWORD}).status_code == 403
