"""What people can take along of their sign-ins, and what goes with the account."""

from django.test import Client

from portal import registry
from portal.accounts.models import Device, User
from portal.tenancy.models import Tenant
from tests import factories
from tests.accounts.conftest import PASSWORD


def entry(name: str) -> registry.PersonalData:
    return next(entry for entry in registry.personal_data() if entry.name == name)


def test_devices_are_exported_and_forgotten(visitor: Client, kari: User) -> None:
    visitor.defaults["HTTP_USER_AGENT"] = "Mozilla/5.0 (X11; Linux) Firefox/140.0"
    visitor.post("/account/login/password/", {"login": kari.email, "password": PASSWORD})
    visitor.post("/account/pin/", {"pin": "4827", "again": "4827"})
    account = entry("account")
    assert account.export(kari)["devices"][0]["name"].endswith("Firefox/140.0")
    assert "scrypt" not in str(account.export(kari))
    assert account.forget
    account.forget(kari)
    assert not Device.objects.exists()


def test_the_user_s_own_sign_ins_are_exported(visitor: Client, kari: User) -> None:
    visitor.post("/account/login/password/", {"login": kari.email, "password": PASSWORD})
    kari.refresh_from_db()
    found = entry("account").export(kari)
    assert (found["email"], found["phone"]) == (kari.email, kari.phone)
    assert found["last_sign_in"]


def test_staff_who_act_for_nobody_see_no_customers_menu(tenant: Tenant) -> None:
    person = factories.staff()
    client = factories.client_for(person, tenant=tenant)
    assert "mainnav" not in client.get("/account/details/").content.decode()
    factories.membership(person, factories.customer())
    assert "mainnav" in client.get("/account/details/").content.decode()
