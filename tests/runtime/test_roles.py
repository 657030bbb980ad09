"""The program's role is bound by row-level security and owns nothing; the owner's role is no superuser either."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from portal.runtime.place import place
from portal.runtime.postgres import APP_ROLE, OWNER_ROLE, ROLES_SQL, SUPERUSER, Postgres

from .conftest import User, copy_cluster, data_folder, run_python

Connect = Callable[[str], psycopg.Connection]


@pytest.fixture(scope="module")
def server(cluster: Path) -> Iterator[Postgres]:
    """A server with migrations run by manage.py: the first app's, for all of them take a minute."""
    with data_folder() as data:
        copy_cluster(cluster, data)
        user = User(data)
        user.database_url()
        migrated = run_python(data, "manage.py", "migrate", "tenancy", "--verbosity", "0")
        assert migrated.returncode == 0, migrated.stderr
        yield Postgres(place(data))
        user.leave()


@pytest.fixture
def connect(server: Postgres) -> Iterator[Connect]:
    opened: list[psycopg.Connection] = []

    def connect(role: str) -> psycopg.Connection:
        opened.append(psycopg.connect(server.url(role)))
        return opened[-1]

    yield connect
    for connection in opened:
        connection.close()


def test_neither_role_can_get_past_row_level_security(connect: Connect) -> None:
    rows = connect(SUPERUSER).execute(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolreplication, rolcreatedb FROM pg_roles"
        " WHERE rolname LIKE 'skranke%' ORDER BY rolname"
    )
    assert rows.fetchall() == [
        (APP_ROLE, False, False, False, False, False),
        (OWNER_ROLE, False, False, False, False, True),
    ]


def test_the_programs_role_is_member_of_nothing(connect: Connect) -> None:
    rows = connect(APP_ROLE).execute("SELECT rolname FROM pg_roles WHERE pg_has_role(rolname, 'MEMBER')")
    assert rows.fetchall() == [(APP_ROLE,)]


def test_manage_py_migrates_as_the_owner_and_the_programs_role_owns_nothing(connect: Connect) -> None:
    rows = connect(SUPERUSER).execute(
        "SELECT DISTINCT relowner::regrole::text FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    )
    assert rows.fetchall() == [(OWNER_ROLE,)]
    owned = connect(SUPERUSER).execute(
        "SELECT count(*) FROM pg_shdepend WHERE refobjid = %s::regrole AND deptype = 'o'", [APP_ROLE]
    )
    assert owned.fetchone() == (0,)


def test_a_process_that_hangs_holds_no_transaction_for_ever(connect: Connect) -> None:
    for name, most in [("idle_in_transaction_session_timeout", "30min"), ("statement_timeout", "1h")]:
        assert connect(APP_ROLE).execute("SELECT current_setting(%s)", [name]).fetchone() == (most,)


@pytest.mark.parametrize("statement", ["CREATE TABLE mine ()", "CREATE SCHEMA mine", "CREATE ROLE mine"])
def test_the_programs_role_can_make_nothing(connect: Connect, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connect(APP_ROLE).execute(statement)


def test_the_roles_script_can_be_run_again(connect: Connect) -> None:
    connect(SUPERUSER).execute(ROLES_SQL.read_bytes())


@pytest.mark.parametrize(
    "mistake",
    ["ALTER ROLE skranke_app BYPASSRLS", "ALTER ROLE skranke_app SUPERUSER", "GRANT skranke_owner TO skranke_app"],
)
def test_the_roles_script_refuses_a_role_that_could_get_past(connect: Connect, mistake: str) -> None:
    connection = connect(SUPERUSER)
    connection.execute(mistake)
    with pytest.raises(psycopg.errors.RaiseException, match="must"):
        connection.execute(ROLES_SQL.read_bytes())
