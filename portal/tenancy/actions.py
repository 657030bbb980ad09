"""Making tenants. Only the owner of the database may: the running program can read tenants and change its own."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction

from portal import registry
from portal.tenancy.models import Tenant, TenantHost
from portal.tenancy.scope import tenant_transaction


@transaction.atomic
def create_tenant(
    *,
    slug: str,
    name: str,
    hosts: Sequence[str],
    modules: Sequence[str],
    legal_name: str = "",
    **fields: Any,
) -> Tenant:
    """Create a tenant that answers at `hosts` (the first is used in links), and what each module gives a new one.

    `fields` are theme, time_zone, language, phone, email, and the texts by language, claim and phone_hours.
    Raises ValidationError with a message for each field that is wrong or taken.
    """
    refuse_unknown_modules(modules)
    refuse_unknown_time_zone(fields.get("time_zone", "Europe/Oslo"))
    tenant = Tenant(slug=slug, name=name, legal_name=legal_name or name, modules=list(modules), **fields)
    tenant.full_clean()
    tenant.save()
    for position, hostname in enumerate(hosts):
        add_host(tenant=tenant, hostname=hostname, is_primary=position == 0)
    with tenant_transaction(tenant):
        for module in registry.modules_of(tenant):
            if module.on_tenant_created:
                module.on_tenant_created(tenant)
    return tenant


@transaction.atomic
def add_host(*, tenant: Tenant, hostname: str, is_primary: bool = False) -> TenantHost:
    """Let a tenant answer at a host. Raises ValidationError when the name is malformed or taken."""
    host = TenantHost(tenant=tenant, hostname=hostname.lower().rstrip("."), is_primary=is_primary)
    host.full_clean()
    host.save()
    return host


def refuse_unknown_modules(modules: Sequence[str]) -> None:
    known = registry.module_names()
    if unknown := [name for name in modules if name not in known]:
        raise ValidationError({"modules": f"There is no module {', '.join(unknown)}. Modules: {', '.join(known)}."})


def refuse_unknown_time_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ValueError, KeyError, OSError) as error:
        raise ValidationError({"time_zone": f"There is no time zone {name}."}) from error
