"""Administrators make users and staff; agents only look."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from lxml import html

from portal.accounts import actions as accounts
from portal.accounts.admin import save_user
from portal.accounts.models import Device, StaffRole, User
from portal.audit.models import Entry
from portal.tenancy.models import Tenant
from tests.admin.conftest import Rows

NEW = {"name": "Ny Person", "email": "Ny@Example.com", "phone": "912 34 567", "language": "nn", "staff_role": ""}


def test_an_administrator_adds_a_user_who_can_sign_in(administrator: Client) -> None:
    assert administrator.post("/admin/accounts/user/add/", NEW).status_code == 302
    user = User.objects.get(email="ny@example.com")
    assert (user.name, user.phone, user.is_staff) == ("Ny Person", "+4791234567", False)
    assert EmailAddress.objects.filter(user=user, email="ny@example.com", verified=True).exists()
    assert Entry.objects.filter(verb="accounts.user_created", object_id=user.pk, by__name="Admin Istrator").exists()


def test_a_role_makes_somebody_staff(administrator: Client, ours: Rows) -> None:
    fields = NEW | {"is_active": "on", "staff_role": "agent"}
    administrator.post(f"/admin/accounts/user/{ours.user.pk}/change/", fields)
    ours.user.refresh_from_db()
    assert (ours.user.is_staff, ours.user.staff_role) == (True, StaffRole.AGENT)


def test_whoever_becomes_staff_signs_in_anew_with_a_second_factor(
    administrator: Client, ours: Rows, tenant: Tenant, client_for: Callable[..., Client]
) -> None:
    before, person = client_for(ours.user, tenant=tenant), ours.user
    accounts.set_pin(user=person, token="t", user_agent="", pin="4827")
    change = f"/admin/accounts/user/{person.pk}/change/"
    administrator.post(change, NEW | {"is_active": "on"})
    assert before.get("/account/details/").status_code == 200
    administrator.post(change, NEW | {"is_active": "on", "staff_role": "agent"})
    assert before.get("/account/details/").status_code == 302
    assert not Device.objects.filter(user=person).exists()
    entry = Entry.objects.get(verb="accounts.staff_role_given")
    assert (entry.object_id, entry.data) == (person.pk, {"role": "agent"})
    # Another change of somebody who is staff already signs nobody out.
    after = client_for(person, tenant=tenant)
    administrator.post(change, NEW | {"is_active": "on", "staff_role": "agent", "name": "Nytt Navn"})
    assert after.get("/account/details/").status_code == 200


def test_what_the_person_changes_meanwhile_stays(administrator: Client, ours: Rows) -> None:
    """The page was read, and is saved after the person's own."""
    read, admin = User.objects.get(pk=ours.user.pk), User.objects.get(name="Admin Istrator")
    accounts.change_details(user=ours.user, name="Eget Navn", language="nn", by=ours.user)
    ours.user.set_password("tolv rare elger")
    ours.user.must_set_password = True
    ours.user.save()
    read.phone = "+4799887766"
    save_user(read, changed=["phone"], by=admin)
    now = User.objects.get(pk=ours.user.pk)
    assert (now.name, now.language, now.phone) == ("Eget Navn", "nn", "+4799887766")
    assert (now.check_password("tolv rare elger"), now.must_set_password) == (True, True)


def on_the_page(page: Any) -> dict[str, Any]:
    """What a browser would post of the user's form as it is shown: also what has no value, as empty."""
    document: Any = html.fromstring(page.content)
    form = next(form for form in document.forms if "name" in form.fields)
    empty = form.xpath(".//input[not(@value)][@type='hidden' or @type='text' or @type='tel' or @type='email']/@name")
    return dict.fromkeys(empty, "") | dict(form.form_values())


def test_what_was_changed_while_the_page_was_open_stays(administrator: Client, ours: Rows) -> None:
    accounts.change_phone(user=ours.user, phone="+4799887766", by=ours.user)
    change = f"/admin/accounts/user/{ours.user.pk}/change/"
    shown = on_the_page(administrator.get(change))
    admin = User.objects.get(name="Admin Istrator")
    accounts.change_phone(user=ours.user, phone="+4791234567", by=ours.user)
    save_user(User(pk=ours.user.pk, staff_role="agent", is_staff=True), changed=["staff_role"], by=admin)
    accounts.disable_user(user=User.objects.get(pk=ours.user.pk), by=admin)
    assert administrator.post(change, shown | {"name": "Nytt Navn"}).status_code == 302
    now = User.objects.get(pk=ours.user.pk)
    assert (now.name, now.phone, now.is_active, now.staff_role) == ("Nytt Navn", "+4791234567", False, "agent")
    assert now.is_staff


def test_what_staff_change_wins_also_after_a_mistake_on_the_page(administrator: Client, ours: Rows) -> None:
    change = f"/admin/accounts/user/{ours.user.pk}/change/"
    shown = on_the_page(administrator.get(change))
    accounts.change_details(user=ours.user, name="Eget Navn", language="nn", by=ours.user)
    refused = administrator.post(change, shown | {"name": "Nytt Navn", "phone": "123"})
    assert refused.status_code == 200
    assert administrator.post(change, on_the_page(refused) | {"phone": "912 34 567"}).status_code == 302
    now = User.objects.get(pk=ours.user.pk)
    assert (now.name, now.language, now.phone) == ("Nytt Navn", "nn", "+4791234567")


def test_an_address_that_is_taken_is_said_at_the_field(administrator: Client, ours: Rows) -> None:
    response = administrator.post("/admin/accounts/user/add/", NEW | {"email": "OURS@example.com"})
    assert list(response.context["adminform"].form.errors) == ["email"]


def test_another_tenants_address_is_free(administrator: Client, theirs: Rows) -> None:
    assert administrator.post("/admin/accounts/user/add/", NEW | {"email": theirs.user.email}).status_code == 302


def test_a_changed_address_is_the_one_that_signs_in(administrator: Client, ours: Rows) -> None:
    administrator.post(f"/admin/accounts/user/{ours.user.pk}/change/", NEW | {"is_active": "on"})
    assert list(EmailAddress.objects.filter(user=ours.user).values_list("email", flat=True)) == ["ny@example.com"]


def test_switching_a_user_off_is_in_the_audit_log(administrator: Client, ours: Rows) -> None:
    administrator.post(f"/admin/accounts/user/{ours.user.pk}/change/", NEW)
    ours.user.refresh_from_db()
    assert not ours.user.is_active
    assert Entry.objects.filter(verb="accounts.user_disabled", object_id=ours.user.pk).exists()


@pytest.mark.parametrize("fields", [{"staff_role": "administrator"}, {"is_active": "on", "staff_role": ""}])
def test_nobody_shuts_themselves_out(administrator: Client, fields: dict[str, str]) -> None:
    myself = User.objects.get(name="Admin Istrator")
    response = administrator.post(f"/admin/accounts/user/{myself.pk}/change/", NEW | fields)
    assert response.status_code == 200
    myself.refresh_from_db()
    assert (myself.is_active, myself.staff_role) == (True, StaffRole.ADMINISTRATOR)


def test_an_agent_sees_users_and_changes_none(agent: Client, ours: Rows) -> None:
    address = f"/admin/accounts/user/{ours.user.pk}/change/"
    assert "Ours Person" in agent.get(address).content.decode()
    assert agent.post(address, NEW | {"is_active": "on", "staff_role": "administrator"}).status_code == 403
    assert agent.get("/admin/accounts/user/add/").status_code == 403
    assert agent.post("/admin/accounts/user/add/", NEW).status_code == 403
    assert User.objects.filter(name="Ny Person").count() == 0


def test_an_agent_cannot_raise_their_own_role(agent: Client, tenant: Tenant) -> None:
    myself = User.objects.get(name="Agent Person")
    fields = NEW | {"is_active": "on", "staff_role": "administrator"}
    assert agent.post(f"/admin/accounts/user/{myself.pk}/change/", fields).status_code == 403
    myself.refresh_from_db()
    assert myself.staff_role == StaffRole.AGENT


def test_an_agent_does_not_see_the_companys_settings(agent: Client, tenant: Tenant) -> None:
    addresses = ["/admin/tenancy/tenant/", f"/admin/tenancy/tenant/{tenant.pk}/change/"]
    assert [agent.get(address).status_code for address in addresses] == [403, 403]
