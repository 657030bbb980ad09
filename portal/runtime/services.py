"""PostgreSQL and Valkey for a process that has none given: started by the first to need them, stopped by the last.

`DATABASE_URL` and `REDIS_URL` in the environment win, and the server in question is then not started.
"""

import atexit
import contextlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from portal.runtime import locks
from portal.runtime.place import NOTE, CannotStart, Place, place
from portal.runtime.postgres import APP_ROLE, OWNER_ROLE, SUPERUSER, Postgres
from portal.runtime.server import Server
from portal.runtime.valkey import Valkey


@dataclass(frozen=True)
class Services:
    """Addresses of the database and the broker. `superuser_url` is empty when the database is not ours."""

    database_url: str
    owner_url: str
    superuser_url: str
    redis_url: str
    data_dir: Path


OURS = ("postgres", "postgres.new", "valkey", "*.alive", "*.lock", "beat-schedule*")
# The users' lock of each set of servers that this process uses.
_in_use: dict[Place, int] = {}


def ensure(data: Path | None = None) -> Services:
    """Start what is neither given nor running, and keep it running until this process ends.

    `data` is the folder for data (default: SKRANKE_DATA, else `.data` in the checkout). Raises
    portal.runtime.place.CannotStart with a message for a person.
    """
    where = place(data)
    if servers := _servers_needed(where):
        where.prepare()
        with locks.held(where.data / "start.lock"):
            _use(where)
            for server in servers:
                if not server.answers():
                    server.start()
    return addresses(data)


def addresses(data: Path | None = None) -> Services:
    """Return where the services are, or would be, without starting anything."""
    where = place(data)
    redis_url = given("REDIS_URL") or Valkey(where).url
    if database_url := _given_database(where):
        return Services(database_url, given("DATABASE_OWNER_URL") or database_url, "", redis_url, where.data)
    database = Postgres(where)
    return Services(database.url(APP_ROLE), database.url(OWNER_ROLE), database.url(SUPERUSER), redis_url, where.data)


def given(name: str) -> str:
    """Return the environment's value, or that of the file `<name>_FILE` names; empty when there is none.

    Raises CannotStart when the file cannot be read.
    """
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise CannotStart(f"{name}_FILE: cannot read {path} ({error.strerror}).") from error
    return os.environ.get(name, "")


def _given_database(where: Place) -> str:
    """Return DATABASE_URL, unless it is the address of our own server, inherited from a process that put it there."""
    url = given("DATABASE_URL")
    return "" if url in {Postgres(where).url(role) for role in (APP_ROLE, OWNER_ROLE)} else url


def _broker_is_given(where: Place) -> bool:
    """Whether REDIS_URL names another server than ours; tests use our own with another number."""
    url = given("REDIS_URL")
    return bool(url) and url.partition("?")[0] != Valkey(where).url.partition("?")[0]


def _servers_needed(where: Place) -> list[Server]:
    servers: list[Server] = []
    if not _given_database(where):
        servers.append(Postgres(where))
    if not _broker_is_given(where):
        servers.append(Valkey(where))
    return servers


def _use(where: Place) -> None:
    if where not in _in_use:
        _in_use[where] = locks.take(where.data / "users.lock", shared=True)
        atexit.register(leave, where, os.getpid())


def leave(where: Place, process: int) -> None:
    """Stop using the servers; the last user stops them. A forked child does not speak for its parent."""
    if process != os.getpid() or where not in _in_use:
        return
    users = _in_use.pop(where)
    if where.data.exists():
        with locks.held(where.data / "start.lock"):
            if locks.is_sole_holder(users):
                Valkey(where).stop()
                Postgres(where).stop()
    os.close(users)


class InUse(Exception):
    """The data cannot be removed now; the message says why and what to do."""


def remove_data(where: Place) -> None:
    """Remove what we made in the data folder, and nothing else. Raises InUse while somebody uses it."""
    if where.data.exists():
        with locks.held(where.data / "start.lock"):
            if locks.is_taken(where.data / "users.lock"):
                raise InUse("The demo, a test run or a command is using the data: stop it first.")
            for server in (Valkey(where), Postgres(where)):
                server.stop()
            for path in (path for name in OURS for path in where.data.glob(name)):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.rmtree(where.sockets, ignore_errors=True)
    (where.wanted / NOTE).unlink(missing_ok=True)
    for folder in (where.data, where.wanted):
        with contextlib.suppress(OSError):  # not ours alone, or gone already
            folder.rmdir()
