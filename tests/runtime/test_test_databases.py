"""Each test process gets a database of its own, copied from a template that is migrated once."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from portal.runtime.place import CHECKOUT, place
from portal.runtime.postgres import OWNER_ROLE, Postgres
from portal.runtime.testing import TEMPLATE, TEST, schema_digest

from .conftest import User, copy_cluster, data_folder, environment, run_python

# Claims a database, says its name and who may do what in it, and holds it until its input is closed. Its template takes
# a moment rather than a minute: that the migrations make one is seen by every other test, which runs in a copy of it.
WORKER = """
import sys
import time
import psycopg
from portal.runtime import testing
from portal.runtime.testing import create_test_database, drop_test_database

def migrate(services, database):
    with psycopg.connect(testing.on_database(services.owner_url, database)) as owner:
        owner.execute("CREATE TABLE django_migrations ()")
        owner.execute("GRANT SELECT ON django_migrations TO skranke_app")
    time.sleep(1)

testing.migrate = migrate
database = create_test_database(sys.argv[1])
with psycopg.connect(database.app_url) as connection:
    print(*connection.execute("SELECT current_database(), current_user").fetchone(), flush=True)
    connection.execute("SELECT count(*) FROM django_migrations")
sys.stdin.read()
drop_test_database(database)
"""


@pytest.fixture(scope="module")
def data(cluster: Path) -> Iterator[Path]:
    with data_folder() as folder:
        copy_cluster(cluster, folder)
        user = User(folder)
        user.database_url()
        yield folder
        user.leave()


@pytest.fixture
def owner(data: Path) -> Iterator[psycopg.Connection]:
    with psycopg.connect(Postgres(place(data)).url(OWNER_ROLE), autocommit=True) as connection:
        yield connection


def worker(data: Path, name: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, name],
        env=environment(data),
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def databases(owner: psycopg.Connection) -> dict[str, int]:
    """Return the test databases and templates, with their numbers."""
    return dict(owner.execute("SELECT datname, oid FROM pg_database WHERE datname LIKE 'skranke\\_%'").fetchall())


def test_workers_that_start_at_once_get_one_database_each_from_one_template(
    data: Path, owner: psycopg.Connection
) -> None:
    owner.execute(f"CREATE DATABASE {TEMPLATE}of_older_migrations")
    owner.execute(f"CREATE DATABASE {TEMPLATE}unfinished")
    owner.execute(f"CREATE DATABASE {TEST}gw0_of_a_killed_run")
    workers = [worker(data, name) for name in ("gw0", "gw1")]
    said = [process.stdout.readline().split() for process in workers]
    assert said == [[f"{TEST}gw{n}_{process.pid}", "skranke_app"] for n, process in enumerate(workers)]

    template = f"{TEMPLATE}{schema_digest()}"
    while_held = databases(owner)
    assert set(while_held) == {template, said[0][0], said[1][0]}
    for process in workers:
        process.communicate()
    assert databases(owner) == {template: while_held[template]}


def test_the_template_is_used_again_by_the_next_run(data: Path, owner: psycopg.Connection) -> None:
    worker(data, "first").communicate()
    before = databases(owner)
    worker(data, "second").communicate()
    assert databases(owner) == before
    assert list(before) == [f"{TEMPLATE}{schema_digest()}"]


def test_a_database_server_from_the_environment_serves_as_well(data: Path, owner: psycopg.Connection) -> None:
    """As on a real server: other addresses than the embedded one, for both roles."""
    with data_folder() as elsewhere:
        server = Postgres(place(data))
        given = {
            "DATABASE_URL": server.url("skranke_app"),
            "DATABASE_OWNER_URL": server.url(OWNER_ROLE),
            "REDIS_URL": "redis://nowhere/0",
        }
        done = run_python(elsewhere, "-c", WORKER.replace("sys.stdin.read()", ""), "gw0", given=given)
        assert done.stdout.split()[1:] == ["skranke_app"], done.stderr
        assert list(elsewhere.iterdir()) == []
    assert list(databases(owner)) == [f"{TEMPLATE}{schema_digest()}"]
