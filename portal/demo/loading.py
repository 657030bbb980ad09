"""Loads a made-up company: the tenant, its customers and people, and what each of its modules brings."""

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from portal import registry
from portal.accounts.actions import create_user
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.audit.models import Entry
from portal.customers.models import Authorization, Customer, Membership, Role
from portal.demo.people import APP_KEY, PASSWORD, Company, Firm
from portal.demo.tenants import PHONE_HOURS
from portal.demo.wiping import wipe_current_tenant
from portal.notifications.actions import record_receipt, writing_history
from portal.notifications.models import Channel, Message
from portal.tenancy.actions import create_tenant
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_transaction

LOADED = "demo.loaded"
# After that "the coming days" are past, and the newest readings are old.
STAYS_FRESH = timedelta(days=7)

# As a company's gateway may put it.
NOT_REACHED = {
    "nb": "Mottakeren kunne ikke nås: telefonen har vært avslått i 48 timer",
    "nn": "Mottakaren var ikkje å nå: telefonen har vore avslått i 48 timar",
}

Say = Callable[[str], Any]


class NotOurs(Exception):
    """There is a tenant of that name with data that the demo has not made."""


def is_fresh(company: Company, now: datetime) -> bool:
    """Whether the company is loaded, not long ago, with the modules there are now."""
    tenant = Tenant.objects.filter(slug=company.slug).first()
    if tenant is None:
        return False
    with tenant_transaction(tenant):
        entry = Entry.objects.filter(verb=LOADED, at__gt=now - STAYS_FRESH).order_by("-at").first()
    return entry is not None and entry.data == _contents(company, tenant)


def _contents(company: Company, tenant: Tenant) -> dict[str, Any]:
    return {
        "staff": "with an app",
        "people": [person.email for person in company.people],
        "apps": [module.app for module in registry.modules_of(tenant) if module.demo],
    }


def load(company: Company, say: Say) -> None:
    """Make the company as new, in one transaction. Raises NotOurs when it would overwrite somebody's data.

    The random numbers depend only on the company and the app, so every installation shows the same.
    """
    tenant = _tenant_for(company)
    with tenant_transaction(tenant), writing_history():
        if Customer.objects.exists() and not Entry.objects.filter(verb=LOADED).exists():
            raise NotOurs(f"{company.slug} has customers that the demo did not make; it is left alone.")
        wipe_current_tenant()
        today = timezone.now().astimezone(tenant.zone).date()
        _load_people(company, today)
        for module in registry.modules_of(tenant):
            if module.on_tenant_created:
                module.on_tenant_created(tenant)
            if module.demo:
                began = time.monotonic()
                module.demo(tenant, rng=Random(f"{company.slug}:{module.app}"), today=today)  # noqa: S311
                say(f"  {module.app}: {time.monotonic() - began:.1f} s")
        _lose_an_sms(tenant)
        audit.record(verb=LOADED, by=None, data=_contents(company, tenant))


def _lose_an_sms(tenant: Tenant) -> None:
    """Let the newest SMS to a customer not have come through: staff have something to send again."""
    sent = Message.objects.filter(channel=Channel.SMS, is_sensitive=False).exclude(customer=None)
    if message := sent.newest_first().first():
        record_receipt(message=message, delivered=False, error=NOT_REACHED[tenant.language])


def _tenant_for(company: Company) -> Tenant:
    fields: dict[str, Any] = {
        "name": company.name,
        "legal_name": company.legal_name,
        "modules": company.modules,
        "theme": company.slug,
        "phone": company.phone,
        "phone_hours": PHONE_HOURS,
        "email": company.email,
        "claim": company.claim,
        "language": company.language,
        "is_active": True,
    }
    tenant = Tenant.objects.filter(slug=company.slug).first()
    if tenant is None:
        return create_tenant(slug=company.slug, hosts=[company.host], **fields)
    for name, value in fields.items():
        setattr(tenant, name, value)
    tenant.save()
    return tenant


def _load_people(company: Company, today: date) -> None:
    users = {
        person.email: create_user(
            email=person.email,
            name=person.name,
            phone=person.phone,
            language=person.language,
            staff_role=person.staff_role,
            by=None,
        )
        for person in company.people
    }
    for user in users.values():
        if user.is_staff:
            TOTP.activate(user, APP_KEY)
    # Slow by design, so once for all of them: it is no secret.
    User.objects.update(password=make_password(PASSWORD))
    for firm in company.customers:
        _load_customer(firm, users, today)


def _load_customer(firm: Firm, users: dict[str, User], today: date) -> None:
    customer = Customer.objects.create(
        number=firm.number,
        kind=firm.kind,
        name=firm.name,
        org_no=firm.org_no,
        email=firm.email,
        phone=firm.phone,
        address=firm.address,
        postal_code=firm.postal_code,
        city=firm.city,
    )
    for email, role in firm.members.items():
        Membership.objects.create(user=users[email], customer=customer, role=role)
    for email, role in firm.authorized.items():
        _authorize(users[email], customer, role, today)


def _authorize(user: User, customer: Customer, role: Role, today: date) -> None:
    Authorization.objects.create(
        user=user,
        customer=customer,
        role=role,
        valid_from=date(today.year - 1, 1, 1),
        valid_to=date(today.year + 1, 12, 31),
    )
