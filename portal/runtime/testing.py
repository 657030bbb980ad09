"""A database for each test worker, copied from a template that is migrated once per set of migrations.

Everything goes through SQL, so it works the same on the embedded server and on one given by DATABASE_URL
(then DATABASE_OWNER_URL must name a role that may create databases).
"""

import hashlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import LiteralString
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from portal.runtime.place import CHECKOUT
from portal.runtime.services import Services, ensure

TEMPLATE = "skranke_template_"
TEST = "skranke_test_"
# Any number: it is ours alone in our own database.
BUILDING = 7_250_018
WHAT_MAKES_THE_SCHEMA = (
    "*/migrations/*.py",
    "portal/*/migrations/*.py",
    "portal/tenancy/**/*.py",
    "portal/settings.py",
)


@dataclass(frozen=True)
class TestDatabase:
    """A migrated, empty database. Whoever holds this object has claimed it until drop_test_database."""

    __test__ = False  # pytest: this is no test class

    name: str
    app_url: str
    owner_url: str
    # An open session whose application name is the database's: the mark that somebody uses it.
    claim: psycopg.Connection[tuple[object, ...]] = field(repr=False, compare=False)


def create_test_database(worker_id: str) -> TestDatabase:
    """Return a fresh database for the worker (pytest-xdist's id, such as "gw0" or "master").

    The first worker of a set of migrations builds the template; the others wait for it. Databases that a killed
    run left behind, and templates of other migrations, are dropped on the way.
    """
    services = ensure()
    name = f"{TEST}{worker_id}_{os.getpid()}"
    claim = psycopg.connect(services.owner_url, autocommit=True, application_name=name)
    try:
        with alone(claim):
            template = template_for(claim, services)
            drop_leftovers(claim, template)
            execute(claim, "CREATE DATABASE {} TEMPLATE {}", name, template)
    except BaseException:
        claim.close()
        raise
    return TestDatabase(name, on_database(services.database_url, name), on_database(services.owner_url, name), claim)


def drop_test_database(database: TestDatabase) -> None:
    """Drop it. The server waits for sessions that are just ending; FORCE may only end the owner's own."""
    try:
        execute(database.claim, "DROP DATABASE IF EXISTS {}", database.name)
    except psycopg.errors.ObjectInUse:
        execute(database.claim, "DROP DATABASE IF EXISTS {} WITH (FORCE)", database.name)
    database.claim.close()


def free_port() -> int:
    """Return a port of this machine that nothing listens at just now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def on_database(url: str, name: str) -> str:
    """Return the same server's URL for another database."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


@contextmanager
def alone(connection: psycopg.Connection[tuple[object, ...]]) -> Iterator[None]:
    """One worker at a time, on whichever machine: the lock is the server's."""
    connection.execute("SELECT pg_advisory_lock(%s)", [BUILDING])
    try:
        yield
    finally:
        connection.execute("SELECT pg_advisory_unlock(%s)", [BUILDING])


def template_for(connection: psycopg.Connection[tuple[object, ...]], services: Services) -> str:
    """Return the name of the migrated template, building it if it is not there."""
    name = f"{TEMPLATE}{schema_digest()}"
    if name in databases_like(connection, name):
        return name
    # Named last: a template that was interrupted half-way is never copied.
    unfinished = f"{TEMPLATE}unfinished"
    execute(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", unfinished)
    execute(connection, "CREATE DATABASE {}", unfinished)
    migrate(services, unfinished)
    execute(connection, "ALTER DATABASE {} RENAME TO {}", unfinished, name)
    return name


def schema_digest() -> str:
    """Name the schema by everything it is made from: our migrations and settings, and the libraries' versions."""
    paths = {path for pattern in WHAT_MAKES_THE_SCHEMA for path in CHECKOUT.glob(pattern)}
    digest = hashlib.sha256((CHECKOUT / "requirements.txt").read_bytes())
    for path in sorted(paths):
        digest.update(f"{path.relative_to(CHECKOUT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def migrate(services: Services, database: str) -> None:
    owner_url = on_database(services.owner_url, database)
    environment = {
        **os.environ,
        "DATABASE_URL": owner_url,
        "DATABASE_OWNER_URL": owner_url,
        "REDIS_URL": services.redis_url,
        "SKRANKE_MODE": "development",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    command = [sys.executable, str(CHECKOUT / "manage.py"), "migrate", "--verbosity", "0"]
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"The migrations failed:\n{done.stdout}")


def drop_leftovers(connection: psycopg.Connection[tuple[object, ...]], template: str) -> None:
    """Drop other templates, and test databases that no living session claims."""
    claimed = {row[0] for row in connection.execute("SELECT application_name FROM pg_stat_activity")}
    found = {*databases_like(connection, TEMPLATE), *databases_like(connection, TEST)}
    for name in sorted(found - claimed - {template}):
        execute(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def databases_like(connection: psycopg.Connection[tuple[object, ...]], prefix: str) -> set[str]:
    rows = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
    return {str(name) for (name,) in rows}


def execute(connection: psycopg.Connection[tuple[object, ...]], statement: LiteralString, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
