"""Which servers a command uses: those in the environment if any, the embedded ones if not, none if none is needed."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.runtime import place as places
from portal.runtime.demo import only_demo
from portal.runtime.place import LONGEST_SOCKET, Account, CannotStart, own_folder, place, runnable_by, sockets_of

from .conftest import Run, remove

SHOW = "from portal.runtime.services import ensure; s = ensure(); print(s.database_url, s.owner_url, s.redis_url)"


def test_addresses_in_the_environment_win_and_nothing_is_started(data: Path, run: Run) -> None:
    given = {"DATABASE_URL": "postgresql://app@db/x", "DATABASE_OWNER_URL": "postgresql://owner@db/x"}
    shown = run("-c", SHOW, given={**given, "REDIS_URL": "redis://broker/0"})
    assert shown.stdout.split() == ["postgresql://app@db/x", "postgresql://owner@db/x", "redis://broker/0"]
    assert list(data.iterdir()) == []


def test_an_address_may_be_given_in_a_file(data: Path, run: Run) -> None:
    secret = data / "secret"
    secret.write_text("postgresql://app:pass@db/x\n")
    shown = run("-c", SHOW, given={"DATABASE_URL_FILE": str(secret), "REDIS_URL": "redis://broker/0"})
    assert shown.stdout.split()[0] == "postgresql://app:pass@db/x"


def test_a_broker_alone_is_started_when_only_the_database_is_given(data: Path, run: Run) -> None:
    shown = run("-c", SHOW, given={"DATABASE_URL": "postgresql://app@db/x"})
    assert shown.stdout.split()[2] == f"unix://{data}/sockets/valkey?db=0"
    assert not (data / "postgres").exists()


@pytest.mark.usefixtures("started_before")
def test_our_own_address_inherited_from_a_parent_is_not_a_given_one(data: Path, run: Run) -> None:
    own = f"postgresql://skranke_app@/skranke?host={data}/sockets&port=5432"
    broker = f"unix://{data}/sockets/valkey?db=3"
    shown = run(
        "-c",
        f"{SHOW}; import redis; print(redis.Redis.from_url(s.redis_url).ping())",
        given={"DATABASE_URL": own, "REDIS_URL": broker},
    )
    assert shown.stdout.split() == [own, own.replace("skranke_app", "skranke_owner"), broker, "True"]


def test_a_production_command_never_starts_a_server(data: Path, run: Run) -> None:
    refused = run("manage.py", "check", given={"SKRANKE_MODE": "production", "SECRET_KEY": "x" * 50})
    assert refused.returncode != 0
    assert "Set DATABASE_URL (or DATABASE_URL_FILE) in the environment." in refused.stderr
    assert list(data.iterdir()) == []


def test_help_starts_nothing(data: Path, run: Run) -> None:
    assert run("manage.py", "help").returncode == 0
    assert run("manage.py", "migrate", "--help").returncode == 0
    assert list(data.iterdir()) == []


@pytest.fixture
def awkward() -> Iterator[Path]:
    """A data folder whose sockets would have too long a path, and one that needs quoting."""
    top = Path(tempfile.mkdtemp(prefix="skr-", dir="/tmp"))
    top.chmod(0o755)
    folder = top / ("deep " * 25) / "data"
    yield folder
    remove(folder)
    shutil.rmtree(top)


def test_a_checkout_too_deep_for_a_socket_keeps_its_sockets_elsewhere(awkward: Path, run: Run) -> None:
    shown = run("-c", SHOW, given={"SKRANKE_DATA": str(awkward)})
    sockets = sockets_of(awkward)
    assert shown.stdout.split()[0] == f"postgresql://skranke_app@/skranke?host={sockets}&port=5432", shown.stderr
    assert len(str(sockets / ".s.PGSQL.5432")) <= LONGEST_SOCKET
    assert sockets.stat().st_mode & 0o777 == 0o700
    assert (awkward / "postgres" / "PG_VERSION").exists()


def test_a_folder_that_another_user_laid_out_for_us_is_refused(tmp_path: Path) -> None:
    (tmp_path / "trap").symlink_to(tmp_path)
    with pytest.raises(CannotStart, match="belongs to another user"):
        own_folder(tmp_path / "trap", Account(os.geteuid(), os.getegid()), 0o700)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root must hand the servers to another user")
class TestAsRoot:
    def test_a_closed_checkout_keeps_its_data_where_the_servers_can_reach_it(self, data: Path, run: Run) -> None:
        data.chmod(0o700)
        url = run("-c", SHOW).stdout.split()[0]
        assert url.startswith("postgresql://skranke_app@/skranke?host=/var/tmp/skranke-")
        assert (place(data).data / "postgres").stat().st_uid != 0
        assert str(place(data).data) in (data / "README").read_text()
        assert data.stat().st_mode & 0o777 == 0o700

    def test_programs_in_a_closed_home_are_copied_to_where_they_can_run(self, tmp_path: Path) -> None:
        package = tmp_path / "closed" / "package"
        for folder in (package, package.with_name("package.libs")):
            folder.mkdir(parents=True)
            (folder / "program").write_text("#!/bin/sh\n")
            (folder / "program").chmod(0o700)
        copy = runnable_by(Account(65534, 65534), package, "program")
        try:
            assert copy.stat().st_mode & 0o777 == 0o755
            assert places.is_open_to_all(copy.parent)
            assert (copy.parents[1] / "package.libs" / "program").exists()
            assert runnable_by(Account(65534, 65534), package, "program") == copy
        finally:
            shutil.rmtree(copy.parents[1])


def test_links_lead_to_the_running_demo_at_its_port(data: Path, run: Run) -> None:
    def origin() -> str:
        return next(line for line in run("manage.py", "diffsettings").stdout.splitlines() if "PUBLIC_ORIGIN" in line)

    lock = data / "demo.lock"
    with only_demo(lock, 8123):
        assert "'http://{host}:8123'" in origin()
    assert "'http://{host}:8000'" in origin()
    # Killed: it left its port behind.
    lock.write_text("8123")
    assert "'http://{host}:8000'" in origin()
