"""Making users, and keeping their address in step in both tables."""

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, connection, transaction

from portal.accounts import actions
from portal.accounts.models import StaffRole, User
from portal.audit.models import Entry
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories


def addresses(user_id: int) -> list[tuple[str, bool, bool]]:
    return list(EmailAddress.objects.filter(user_id=user_id).values_list("email", "verified", "primary"))


def test_a_user_is_made_with_the_address_to_sign_in_with(tenant: Tenant) -> None:
    staff = factories.staff()
    user = actions.create_user(email=" Kari@Example.com", name="Kari", by=staff)
    assert user.email == "kari@example.com"
    assert addresses(user.pk) == [("kari@example.com", True, True)]
    assert not user.has_usable_password()
    entry = Entry.objects.get(verb="accounts.user_created", object_id=user.pk)
    assert entry.by == staff


def test_a_staff_role_makes_staff(tenant: Tenant) -> None:
    user = actions.create_user(email="s@example.com", name="S", staff_role=StaffRole.AGENT, by=None)
    assert (user.is_staff, user.staff_role) == (True, StaffRole.AGENT)


def test_the_address_is_taken_within_the_tenant_only(tenant: Tenant, other_tenant: Tenant) -> None:
    actions.create_user(email="kari@example.com", name="Kari", by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.create_user(email="KARI@example.com", name="Kari", by=None)
    with tenant_scope(other_tenant):
        actions.create_user(email="kari@example.com", name="Kari", by=None)


def test_the_address_row_belongs_to_the_tenant(tenant: Tenant) -> None:
    factories.user()
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tenant_id FROM account_emailaddress")
        assert cursor.fetchall() == [(tenant.pk,)]


def test_a_changed_address_is_changed_in_both_tables(tenant: Tenant) -> None:
    user = factories.user(email="old@example.com")
    actions.change_email(user=user, email="New@example.com", by=user)
    user.refresh_from_db()
    assert user.email == "new@example.com"
    assert addresses(user.pk) == [("new@example.com", True, True)]


def test_an_address_is_found_by_an_index_under_row_level_security(tenant: Tenant) -> None:
    """Sign-in asks for it, and anyone may ask sign-in. Which plan a small table gets is up to its statistics."""
    query, _ = User.objects.filter(email="kari@example.com").query.sql_with_params()
    assert '"email" = %s' in query
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'user_by_email'")
        assert cursor.fetchone()[0].endswith("USING btree (tenant_id, email)")
