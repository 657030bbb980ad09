"""The servers and programs of a load-and-fault run, each of which can be stopped and started by itself."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg

from portal.runtime import demo, locks, services
from portal.runtime.place import CHECKOUT, place
from portal.runtime.postgres import APP_ROLE, DATABASE, OWNER_ROLE, Postgres
from portal.runtime.processes import end_with_parent
from portal.runtime.testing import free_port, on_database
from portal.runtime.valkey import Valkey
from tests.notifications.gateway import FakeGateway, running_gateway

TENANT = "rush"
LATE_ENOUGH = 60


class Program:
    """A program of ours that can be killed and started again; its log goes on."""

    def __init__(self, command: Sequence[str], environment: dict[str, str], log: Path) -> None:
        self.command, self.environment, self.log = command, environment, log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603  (our own program)
                self.command,
                env=self.environment,
                cwd=CHECKOUT,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with_parent,  # noqa: PLW1509  (nothing is locked that it needs)
            )

    def kill(self) -> None:
        """At once and with everything it started, as when the machine's memory is full."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None


class Site:
    def __init__(self, data: Path, logs: Path) -> None:
        self.place = place(data)
        self.services = services.ensure(data)
        self.postgres, self.valkey = Postgres(self.place), Valkey(self.place)
        self.port = free_port()
        self.host = f"{TENANT}.localhost"
        self.environment = {
            **os.environ,
            "DATABASE_URL": self.services.database_url,
            "REDIS_URL": self.services.redis_url,
            "DATABASE_POOL": "1",
            "SKRANKE_MODE": "development",
            "MEDIA_ROOT": str(logs / "media"),
            "LOG_LEVEL": "WARNING",
            "PYTHONUNBUFFERED": "1",
        }
        commands = demo.commands(self.port, logs)
        alone = {**self.environment, "DATABASE_POOL": "0"}
        self.logs = logs
        self.gateway = FakeGateway()
        self.web = Program(commands["web"], self.environment, logs / "web.log")
        self.worker = Program(commands["worker"], alone, logs / "worker.log")
        self.beat = Program(commands["beat"], alone, logs / "beat.log")

    def manage(self, *arguments: str, as_owner: bool = False) -> subprocess.CompletedProcess[str]:
        url = self.services.owner_url if as_owner else self.services.database_url
        return subprocess.run(  # noqa: S603  (our own program)
            [sys.executable, str(CHECKOUT / "manage.py"), *arguments],
            env={**self.environment, "DATABASE_URL": url, "DATABASE_OWNER_URL": url, "DATABASE_POOL": "0"},
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            check=False,
        )

    def start_programs(self, stack: ExitStack) -> None:
        for program in (self.web, self.worker, self.beat):
            program.start()
            stack.callback(program.kill)
        deadline = time.monotonic() + LATE_ENOUGH
        while not demo.answers(self.port):
            if time.monotonic() > deadline or not self.web.is_alive:
                raise RuntimeError(f"The web server did not start: {self.web.log.read_text()[-2000:]}")
            time.sleep(0.1)

    def gateway_took(self) -> list[str]:
        """What the gateway was given, by the message's reference, as often as it came."""
        return [str(request["headers"]["Idempotency-Key"]) for request in self.gateway.requests]

    def stop_postgres(self) -> None:
        """Without a word to anybody, as when it crashes: it recovers from its log when it is started."""
        pid = int((self.postgres.folder / "postmaster.pid").read_text(encoding="ascii").split()[0])
        os.kill(pid, signal.SIGQUIT)
        while self.postgres.is_alive():
            time.sleep(0.02)

    def start_postgres(self) -> None:
        with locks.held(self.place.data / "start.lock"):
            self.postgres.start()

    def stop_valkey(self) -> None:
        with locks.held(self.place.data / "start.lock"):
            self.valkey.stop()

    def start_valkey(self) -> None:
        with locks.held(self.place.data / "start.lock"):
            self.valkey.start()


@contextmanager
def site(folder: Path) -> Iterator[Site]:
    """Start servers of our own with migrated tables; what was acknowledged must survive a crash of PostgreSQL."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    logs = folder / "logs"
    logs.mkdir(exist_ok=True)
    found = Site(folder / "data", logs)
    try:
        with psycopg.connect(found.services.superuser_url, autocommit=True) as server:
            # The demo's server may lose its last half second; this one may not.
            server.execute(f"ALTER ROLE {APP_ROLE} SET synchronous_commit = on")
        _start_from_migrated(found)
        with running_gateway() as found.gateway:
            yield found
    finally:
        services.leave(found.place, os.getpid())


def _start_from_migrated(site: Site) -> None:
    """Begin with empty tables: migrated, or copied from those of an earlier run in the same folder."""
    superuser = on_database(site.services.superuser_url, "postgres")
    with psycopg.connect(superuser, autocommit=True) as server:
        if server.execute("SELECT 1 FROM pg_database WHERE datname = 'migrated'").fetchone():
            server.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
            server.execute(f"CREATE DATABASE {DATABASE} TEMPLATE migrated OWNER {OWNER_ROLE}")
    done = site.manage("migrate", "--verbosity", "0", as_owner=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    with psycopg.connect(superuser, autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS migrated")
        server.execute(f"CREATE DATABASE migrated TEMPLATE {DATABASE}")
        server.execute(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")
        server.execute(f"GRANT CONNECT, TEMPORARY ON DATABASE {DATABASE} TO {APP_ROLE}")
