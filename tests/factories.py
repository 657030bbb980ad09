"""Makers of test data. Each saves and returns one row; the scope of its tenant must be open (tenants excepted)."""

import itertools
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import psycopg
from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import caches
from django.db import connection
from django.test import Client

from portal.accounts.actions import create_user
from portal.accounts.models import StaffRole, User
from portal.accounts.session_limits import ACTIVE_AT
from portal.customers.models import Customer, Membership, Role
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope

APP_KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

_counter = itertools.count(1)
# Makes tenants whose rows other connections see: the fixture `committed_as`.
CommittedAs = Callable[..., AbstractContextManager[Tenant]]
ALL_MODULES = ["orders", "callouts", "grid"]


def tenant(slug: str, **fields: Any) -> Tenant:
    """Only the owner may add tenants, so they are made over a connection of the owner's and kept for the session."""
    defaults: dict[str, Any] = {"name": slug.title(), "legal_name": f"{slug.title()} AS", "modules": ALL_MODULES}
    with psycopg.connect(owner_dsn(), autocommit=True) as owner:
        insert_tenant(owner, slug, defaults | fields)
    return Tenant.objects.get(slug=slug)


def insert_tenant(owner: psycopg.Connection[Any], slug: str, fields: dict[str, Any]) -> None:
    owner.execute(
        """INSERT INTO tenancy_tenant (slug, name, legal_name, modules, theme, time_zone, language, claim, phone,
               phone_hours, email, is_active)
           VALUES (%(slug)s, %(name)s, %(legal_name)s, %(modules)s, 'skranke', 'Europe/Oslo', 'nb', '{}', '21 23 45 67',
               '{}', %(email)s, true)
           ON CONFLICT (slug) DO UPDATE SET name = excluded.name, modules = excluded.modules, is_active = true""",
        {"slug": slug, "email": f"post@{slug}.example", **fields},
    )
    owner.execute(
        """INSERT INTO tenancy_tenanthost (hostname, tenant_id, is_primary)
           SELECT slug || '.localhost', id, true FROM tenancy_tenant WHERE slug = %s ON CONFLICT DO NOTHING""",
        [slug],
    )


def owner_dsn() -> str:
    """Return the owner's address of the database the tests are connected to."""
    from tests.conftest import _services

    return _services.owner_url.replace("/skranke?", f"/{connection.settings_dict['NAME']}?")


def user(**fields: Any) -> User:
    number = next(_counter)
    defaults: dict[str, Any] = {"email": f"person{number}@example.com", "name": f"Person {number}", "by": None}
    return create_user(**(defaults | fields))


def staff(role: StaffRole = StaffRole.ADMINISTRATOR, **fields: Any) -> User:
    """Return one who has set up an authenticator app with the key APP_KEY; without one the admin is closed."""
    person = user(staff_role=role, **fields)
    TOTP.activate(person, APP_KEY)
    return person


def customer(**fields: Any) -> Customer:
    number = next(_counter)
    defaults = {"number": f"{10000 + number}", "name": f"Customer {number}", "kind": Customer.Kind.BUSINESS}
    return Customer.objects.create(**(defaults | fields))


def membership(user: User, customer: Customer, role: Role = Role.OWNER) -> Membership:
    return Membership.objects.create(user=user, customer=customer, role=role)


def member(role: Role = Role.OWNER, **fields: Any) -> tuple[User, Customer]:
    """Return a user and the customer they act for."""
    person, firm = user(), customer(**fields)
    membership(person, firm, role)
    return person, firm


def client_for(user: User | None = None, *, tenant: Tenant, **defaults: Any) -> Client:
    """Return a client that speaks to the tenant's host, signed in as `user`; staff have just shown who they are."""
    client = Client(headers={"host": tenant.primary_host}, **defaults)
    if user:
        with tenant_scope(tenant):
            client.force_login(user, backend="portal.accounts.backends.TenantAuthenticationBackend")
            if user.is_staff:
                prove(client, user)
    return client


def at_rest(client: Client) -> Client:
    """Let nothing come due in the client's next page that is written or counted only now and then: its queries alone.

    A page notes that a session is used each half minute, and the badge counts anew each minute.
    """
    # Nothing is cleared: other processes may share the server.
    caches["default"].key_prefix += "-at-rest"
    session = client.session
    session[ACTIVE_AT] = time.time()
    session.save()
    client.get("/account/")
    return client


def prove(client: Client, user: User, ago: float = 0) -> Client:
    """Let the client's session be one that was signed in so many seconds ago; `force_login` leaves no trace of it."""
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "code", "at": time.time() - ago}]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(user)
    session.save()
    return client


def act_for(client: Client, customer: Customer) -> Client:
    """Let the client's session, of somebody on the staff, be one that acts for a customer."""
    session = client.session
    session["acts_for"] = {"customer": customer.pk, "until": time.time() + 3600}
    session.save()
    return client


def long_text(length: int) -> str:
    """Return a text of some lines, of so many characters as they are kept; browsers send two for each line break."""
    text = ("x" * 99 + "\n") * (length // 100) + "x" * 99
    return f"{text[: length - 1]}."
