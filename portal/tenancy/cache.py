"""Keeps what different tenants put in the cache apart."""

from portal.tenancy.scope import open_scope


def key_in_tenant(key: str, prefix: str, version: int) -> str:
    """Return the cache's own name for a key: another one in each tenant's scope, and one outside all scopes."""
    tenant = open_scope()
    return f"{prefix}:{version}:{tenant.pk if tenant else '-'}:{key}"
