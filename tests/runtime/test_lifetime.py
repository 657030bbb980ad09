"""The servers run as long as somebody uses them, and nothing that dies hard keeps them from starting again."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from portal.runtime import locks
from portal.runtime.place import place

from .conftest import User, wait_until


def postmaster(data: Path) -> int:
    return int((data / "postgres" / "postmaster.pid").read_text().split()[0])


def are_running(data: Path) -> bool:
    return locks.is_taken(data / "postgres.alive") or locks.is_taken(data / "valkey.alive")


@pytest.fixture
def bystander(data: Path) -> Iterator[int]:
    """The number of a process that is no server, but runs as the servers' user."""
    process = subprocess.Popen(["sleep", "60"], **place(data).account.process_options())
    yield process.pid
    process.kill()
    process.wait()


@pytest.mark.usefixtures("started_before")
def test_the_last_to_leave_stops_the_servers(data: Path, new_user: Callable[[], User]) -> None:
    first, second = new_user(), new_user()
    url = first.database_url()
    assert second.database_url() == url
    server = postmaster(data)

    first.leave()
    psycopg.connect(url).close()
    assert postmaster(data) == server

    second.leave()
    assert not are_running(data)


def test_many_that_start_at_once_share_one_server(data: Path, new_user: Callable[[], User]) -> None:
    users = [new_user() for _ in range(4)]
    urls = {user.database_url() for user in users}
    assert len(urls) == 1
    psycopg.connect(urls.pop()).close()
    assert [user.leave() for user in users] == ["", "", "", ""]
    assert not are_running(data)


@pytest.mark.usefixtures("started_before")
def test_a_killed_user_leaves_servers_that_the_next_one_uses_and_stops(
    data: Path, new_user: Callable[[], User]
) -> None:
    killed = new_user()
    killed.database_url()
    server = postmaster(data)
    killed.kill()

    heir = new_user()
    psycopg.connect(heir.database_url()).close()
    assert postmaster(data) == server
    heir.leave()
    assert not are_running(data)


@pytest.mark.usefixtures("started_before")
def test_killed_servers_start_again_though_their_number_is_somebody_elses_by_now(
    data: Path, new_user: Callable[[], User], bystander: int
) -> None:
    user = new_user()
    with psycopg.connect(user.database_url().replace("skranke_app", "skranke_owner")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        connection.execute("SET LOCAL synchronous_commit = on")
    os.kill(postmaster(data), signal.SIGKILL)
    pid_file = data / "postgres" / "postmaster.pid"
    wait_until(lambda: not locks.is_taken(data / "postgres.alive"))
    lines = [str(bystander), *pid_file.read_text().split("\n")[1:]]
    pid_file.write_text("\n".join(lines))
    (data / "sockets" / ".s.PGSQL.5432.lock").write_text("\n".join(lines))

    with psycopg.connect(new_user().database_url().replace("skranke_app", "skranke_owner")) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_an_interrupted_first_start_is_begun_afresh(data: Path, new_user: Callable[[], User]) -> None:
    (data / "postgres.new").mkdir()
    (data / "postgres.new" / "PG_VERSION").write_text("18\n")
    psycopg.connect(new_user().database_url()).close()


def test_data_of_another_version_is_refused_with_what_to_do(data: Path, new_user: Callable[[], User]) -> None:
    (data / "postgres").mkdir()
    (data / "postgres" / "PG_VERSION").write_text("12\n")
    assert "was made by PostgreSQL 12, this is 18. Run make clean." in new_user().leave()


@pytest.mark.usefixtures("started_before")
def test_a_command_that_is_told_to_stop_stops_its_servers(data: Path, run: Callable[..., object]) -> None:
    kill_itself = "import os, signal; os.kill(os.getpid(), signal.SIGTERM)"
    run("manage.py", "shell", "--no-imports", "-c", kill_itself)
    assert (data / "postgres").exists()
    assert not are_running(data)
