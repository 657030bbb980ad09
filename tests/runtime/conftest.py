"""Embedded servers of their own for these tests: nothing here touches the ones that the other tests use."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import pytest

from portal.runtime.place import CHECKOUT, place
from portal.runtime.services import remove_data

Run = Callable[..., subprocess.CompletedProcess[str]]

# Uses the servers until its input is closed, and says when it has them.
USER = """
import sys
from portal.runtime.services import ensure
print(ensure().database_url, flush=True)
sys.stdin.read()
"""


def environment(data: Path, **more: str) -> dict[str, str]:
    theirs = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SKRANKE_MODE", "DJANGO_SETTINGS_MODULE"}
    kept = {name: value for name, value in os.environ.items() if name not in theirs}
    return {**kept, "SKRANKE_DATA": str(data), "PYTHONPATH": str(CHECKOUT), **more}


class User:
    """Another process that uses the servers of a data folder."""

    def __init__(self, data: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER],
            env=environment(data),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def database_url(self) -> str:
        """Wait until it has its servers."""
        return self.process.stdout.readline().strip()

    def leave(self) -> str:
        """End it, and return what it complained of."""
        return self.process.communicate(timeout=30)[1]

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def remove(data: Path) -> None:
    remove_data(place(data))
    shutil.rmtree(data, ignore_errors=True)


@contextmanager
def data_folder() -> Iterator[Path]:
    """A data folder that the servers' account can enter (pytest's own are closed to others) and with a short name."""
    folder = Path(tempfile.mkdtemp(prefix="skr-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    remove(folder)


@pytest.fixture
def data() -> Iterator[Path]:
    with data_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def cluster() -> Iterator[Path]:
    """The files of a PostgreSQL that has been started once: copying them is quicker than making them."""
    with data_folder() as folder:
        user = User(folder)
        user.database_url()
        user.leave()
        yield folder / "postgres"


def copy_cluster(cluster: Path, data: Path) -> None:
    subprocess.run(["cp", "-a", cluster, data / "postgres"], check=True)


@pytest.fixture
def started_before(cluster: Path, data: Path) -> None:
    copy_cluster(cluster, data)


@pytest.fixture
def new_user(data: Path) -> Iterator[Callable[[], User]]:
    with ExitStack() as users:

        def start() -> User:
            user = User(data)
            users.callback(user.kill)
            return user

        yield start


def run_python(data: Path, *arguments: str, given: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run Python with the servers of a data folder; `given` adds to the environment."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=CHECKOUT,
        env=environment(data, **(given or {})),
        capture_output=True,
        text=True,
        timeout=300,  # all migrations, on a machine that does much else
        check=False,
    )


@pytest.fixture
def run(data: Path) -> Run:
    return partial(run_python, data)
