"""A fresh database of the program's own tables, for a bench. Nothing here touches the demo's or the tests' data."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from portal.runtime import services, testing

SLUG = "bench"


@contextmanager
def fresh() -> Iterator[testing.TestDatabase]:
    """Set Django up on a database that is dropped afterwards, with one tenant; its scope is the caller's to open."""
    found = services.ensure()
    database = testing.create_test_database("bench")
    os.environ.update(
        DATABASE_URL=database.app_url,
        REDIS_URL=found.redis_url,
        SKRANKE_MODE="development",
        DJANGO_SETTINGS_MODULE="portal.settings",
    )
    try:
        import django

        django.setup()
        with psycopg.connect(database.owner_url, autocommit=True) as owner:
            _make_tenant(owner)
        yield database
    finally:
        from django.db import connections

        connections.close_all()
        testing.drop_test_database(database)


def _make_tenant(owner: psycopg.Connection[Any]) -> None:
    owner.execute(
        """INSERT INTO tenancy_tenant (slug, name, legal_name, modules, theme, time_zone, language, claim, phone,
               phone_hours, email, is_active)
           VALUES (%s, 'Bench', 'Bench AS', '{grid}', 'skranke', 'Europe/Oslo', 'nb', '{}', '', '{}', '', true)""",
        [SLUG],
    )
    owner.execute(
        "INSERT INTO tenancy_tenanthost (hostname, tenant_id, is_primary) SELECT %s, id, true FROM tenancy_tenant",
        [f"{SLUG}.localhost"],
    )
