"""A fresh database of the program's own tables, for a bench. Nothing here touches the demo's or the tests' data."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg

from portal.runtime import services, testing
from portal.runtime.place import CHECKOUT

if TYPE_CHECKING:
    from portal.tenancy.models import Tenant

SLUG = "bench"


@contextmanager
def fresh() -> Iterator[testing.TestDatabase]:
    """Set Django up on a database that is dropped afterwards, with one tenant; its scope is the caller's to open."""
    with _set_up() as database:
        from tests.factories import insert_tenant

        with psycopg.connect(database.owner_url, autocommit=True) as owner:
            insert_tenant(owner, SLUG, {"name": "Bench", "legal_name": "Bench AS", "modules": ["grid"]})
        yield database


@contextmanager
def scope() -> Iterator["Tenant"]:
    """Open the scope of the bench's tenant, and a transaction."""
    from portal.tenancy.models import Tenant
    from portal.tenancy.scope import tenant_transaction

    tenant = Tenant.objects.get(slug=SLUG)
    with tenant_transaction(tenant):
        yield tenant


def add_floor() -> str:
    """Add an empty signed-in page to the portal's own, for all pages to be compared with; returns its address."""
    from django.conf import settings

    settings.ROOT_URLCONF = "bench.urls"
    from bench.urls import FLOOR

    return FLOOR


@contextmanager
def with_demo(company: str = "") -> Iterator[str]:
    """Set Django up on a database that is dropped afterwards, with the demo's companies (or one of them) in it.

    Yields the superuser's address, for whom foreign keys and triggers can be put aside; empty when the server was given
    by DATABASE_URL and is not ours.
    """
    superuser = services.ensure().superuser_url
    with _set_up() as database:
        environment = {**os.environ, "DATABASE_URL": database.owner_url, "DATABASE_OWNER_URL": database.owner_url}
        chosen = ["--tenant", company] if company else []
        for command in (["compile_catalogues"], ["load_demo", *chosen]):
            subprocess.run(  # noqa: S603  (our own program)
                [sys.executable, str(CHECKOUT / "manage.py"), *command],
                env=environment,
                check=True,
                stdout=subprocess.DEVNULL,
            )
        yield superuser and testing.on_database(superuser, database.name)


@contextmanager
def _set_up() -> Iterator[testing.TestDatabase]:
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
        yield database
    finally:
        from django.db import connections

        connections.close_all()
        testing.drop_test_database(database)
