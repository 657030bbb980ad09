"""`make demo`: the whole portal with made-up tenants on this machine, until Ctrl-C."""

import contextlib
import errno
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from portal.documents import pango
from portal.runtime import locks, services
from portal.runtime.place import CHECKOUT, place
from portal.runtime.processes import run_together, say

HOST = "127.0.0.1"
PORT = "8000"
# How long what a killed demo started may take to let go of the port.
CRASHED_SECONDS = 10


class Refused(Exception):
    """The demo cannot run; the message says why and what to do."""


class AlreadyRunning(Exception):
    """This checkout's demo runs; the message says where."""


def run() -> None:
    """Run the demo until it is interrupted. Raises Refused, AlreadyRunning, CannotStart or KeyboardInterrupt."""
    port = chosen_port(os.environ.get("PORT") or PORT)
    where = place()
    where.prepare()
    if problem := pango.problem():
        say(f"{problem}\n")
    with only_demo(where.data / "demo.lock", port) as crashed:
        wait_for_port(port, CRASHED_SECONDS if crashed else 0)
        with step("Starting PostgreSQL and Valkey"):
            found = services.ensure()
        environment = environment_of(found, port)
        with step("Migrating the database"):
            manage("migrate", "--verbosity", "0", environment=environment)
        with step("Compiling the translations"):
            manage("compile_catalogues", environment=environment)
        say("Loading the made-up companies …\n")
        manage("load_demo", "--if-needed", environment=environment, show=True)
        accounts = json.loads(manage("demo_accounts", "--json", environment=environment))
        table = account_table(accounts, shutil.get_terminal_size().columns)
        say("Starting web, worker and beat …\n")
        del environment["DATABASE_OWNER_URL"]  # the program has no business with the owner's rights
        ended = run_together(commands(port, where.data), environment, when_up(port, table))
    raise Refused(f"The demo stopped because its {ended} process ended; its last lines above say why.")


def chosen_port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise Refused(f"PORT must be a number from 1 to 65535, not {text!r}. Try: make demo PORT=8010")
    return int(text)


@contextlib.contextmanager
def only_demo(path: Path, port: int) -> Iterator[bool]:
    """Be this checkout's only demo, and say whether the last one was killed. Raises AlreadyRunning."""
    try:
        descriptor = locks.take(path, wait=False)
    except BlockingIOError:
        address = f"http://localhost:{path.read_text(encoding='ascii')}/"
        raise AlreadyRunning(f"The demo is already running: {address} (Ctrl-C in its own window stops it).") from None
    try:
        crashed = bool(path.read_text(encoding="ascii"))
        path.write_text(str(port), encoding="ascii")
        yield crashed
    finally:
        path.write_text("", encoding="ascii")
        os.close(descriptor)


def running_at(data: Path) -> str:
    """Return the port of the demo that runs on this data; empty when none does."""
    path = data / "demo.lock"
    port = path.read_text(encoding="ascii") if path.exists() else ""
    return port if port and locks.is_taken(path) else ""


def wait_for_port(port: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while problem := problem_with(port):
        if time.monotonic() >= deadline:
            raise Refused(problem)
        time.sleep(0.2)


def problem_with(port: int) -> str:
    """Return why the web server could not listen there; empty when it can."""
    try:
        # Also finds a listener on every address, and one on IPv6, where a browser would look first.
        for family, host in ((socket.AF_INET, HOST), (socket.AF_INET6, "::1")):
            with socket.socket(family) as listener:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                listener.bind((host, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return f"Port {port} is taken by another program. Try another one: make demo PORT={port + 10}"
        if error.errno == errno.EACCES:
            return f"Port {port} is for the administrator only. Try another one: make demo PORT=8010"
        # No IPv6 here: then nobody listens on it either.
    return ""


def environment_of(found: services.Services, port: int) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": found.database_url,
        "DATABASE_OWNER_URL": found.owner_url,
        "REDIS_URL": found.redis_url,
        "SKRANKE_MODE": "development",
        "SKRANKE_DEMO": "1",
        "PORT": str(port),
        "PUBLIC_ORIGIN": f"http://{{host}}:{port}",
        "PYTHONUNBUFFERED": "1",
    }


@contextlib.contextmanager
def step(what: str) -> Iterator[None]:
    say(f"{what} … ")
    begun = time.monotonic()
    try:
        yield
    except BaseException:
        say("\n")
        raise
    say(f"done ({time.monotonic() - begun:.1f} s)\n")


def manage(*arguments: str, environment: Mapping[str, str], show: bool = False) -> str:
    """Run one of manage.py's commands and return what it printed, or show it as it comes.

    Raises Refused with its last lines if it fails.
    """
    command = [sys.executable, str(CHECKOUT / "manage.py"), *arguments]
    output = []
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True) as process:
            for line in process.stdout or []:
                output.append(line)
                if show:
                    say(f"  {line}")
        if process.returncode:
            errors.seek(0)
            last = "".join([*output, *errors][-15:]).rstrip()
            raise Refused(f"manage.py {arguments[0]} failed:\n{last}")
    return "".join(output)


def commands(port: int, data: Path) -> dict[str, Sequence[str]]:
    # Root runs this in containers; the warning is about pickled messages, which are not accepted.
    python = [sys.executable, *(["-W", "ignore:You're running the worker"] if os.geteuid() == 0 else [])]
    celery = [*python, "-m", "celery", "--quiet", "--app", "portal"]
    return {
        "web": [
            *(*python, "-m", "gunicorn", "portal.wsgi", "--bind", f"{HOST}:{port}", "--worker-class", "gthread"),
            *(
                "--workers",
                "2",
                "--threads",
                "4",
                "--graceful-timeout",
                "3",
                "--log-level",
                "warning",
                "--no-control-socket",
            ),
        ],
        "worker": [
            *(*celery, "worker", "--queues", "messages,imports,documents,drawings,webhooks", "--concurrency", "2"),
            *("--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"),
        ],
        "beat": [*celery, "beat", "--schedule", str(data / "beat-schedule"), "--pidfile=", "--loglevel", "WARNING"],
    }


def when_up(port: int, table: str) -> Callable[[], None]:
    """Return a function that says once, as soon as the web server answers, where to go."""
    said = False

    def look() -> None:
        nonlocal said
        if not said and answers(port):
            said = True
            say(f"\n{table}\n\nSkranke is running. Ctrl-C stops it.\n\n")

    return look


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def account_table(rows: Sequence[Mapping[str, str]], columns: int) -> str:
    """Lay out `demo_accounts --json` (objects with address, shows and sign_in_as), one under the other if wide."""
    heads = {"address": "Address", "shows": "What it shows", "sign_in_as": "Sign in as"}
    lines = [heads, *rows]
    widths = [max(len(line[key]) for line in lines) for key in heads]
    if sum(widths) + 4 > columns:
        blocks = (
            f"{row['address']}\n    {row['shows']}\n    {heads['sign_in_as']}: {row['sign_in_as']}" for row in rows
        )
        return "\n".join(blocks)
    return "\n".join(
        "  ".join(f"{line[key]:<{width}}" for key, width in zip(heads, widths, strict=True)).rstrip() for line in lines
    )
