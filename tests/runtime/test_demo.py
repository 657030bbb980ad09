"""The demo says kindly what is in its way, and when one of its programs ends, all of them do."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from portal.runtime import locks
from portal.runtime.demo import account_table
from portal.runtime.place import CHECKOUT

from .conftest import Run, environment, wait_until

# Runs two programs: one that ends as told, and one that would go on, and says so when it is stopped.
TOGETHER = """
import sys
from portal.runtime.processes import run_together
asked = "signal.signal(signal.SIGTERM, lambda *_: sys.exit('asked to stop'))"
patient = f"import signal, sys; {asked}; print('up'); signal.pause()"
commands = {"web": [sys.executable, "-c", sys.argv[1]], "worker": [sys.executable, "-uc", patient]}
try:
    print(run_together(commands, {}, lambda: None), "ended")
except KeyboardInterrupt:
    print("interrupted")
"""


def test_a_taken_port_is_told_with_another_to_try(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = run("-m", "portal.runtime", "demo", given={"PORT": str(port)})
    assert refused.returncode == 1
    assert refused.stderr == (f"Port {port} is taken by another program. Try another one: make demo PORT={port + 10}\n")
    assert refused.stdout == ""


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_a_port_that_is_none_is_told(run: Run, port: str) -> None:
    refused = run("-m", "portal.runtime", "demo", given={"PORT": port})
    assert refused.returncode == 1
    assert refused.stderr == f"PORT must be a number from 1 to 65535, not {port!r}. Try: make demo PORT=8010\n"


def test_a_second_demo_says_where_the_first_one_is(data: Path, run: Run) -> None:
    (data / "demo.lock").write_text("8123")
    with locks.held(data / "demo.lock"):
        second = run("-m", "portal.runtime", "demo")
    assert second.returncode == 0
    assert second.stdout == (
        "The demo is already running: http://localhost:8123/ (Ctrl-C in its own window stops it).\n"
    )


def test_data_in_use_is_not_removed(data: Path, run: Run) -> None:
    (data / "users.lock").touch()
    (data / "beat-schedule").touch()
    users = locks.take(data / "users.lock", shared=True)
    refused = run("-m", "portal.runtime", "clean")
    os.close(users)
    assert (refused.returncode, (data / "beat-schedule").exists()) == (1, True)
    assert "stop it first" in refused.stderr


def test_removing_the_data_leaves_what_is_not_ours(data: Path, run: Run) -> None:
    (data / "postgres").mkdir()
    (data / "diary.txt").touch()
    assert run("-m", "portal.runtime", "clean").returncode == 0
    assert [path.name for path in data.iterdir()] == ["diary.txt"]


def test_one_program_that_ends_stops_the_others_and_is_named(run: Run) -> None:
    ended = run("-c", TOGETHER, "import time; time.sleep(1); print('no more'); sys.exit(3)")
    lines = ended.stdout.splitlines()
    assert "worker | up" in lines
    assert "worker | asked to stop" in lines
    assert lines[-1] == "web ended"
    assert ended.stderr == ""


def test_ctrl_c_stops_every_program(data: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", TOGETHER, "import time; time.sleep(60)"],
        env=environment(data),
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell's background jobs ignore it, and so would all that they start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout.readline() == "worker | up\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert out.splitlines() == ["worker | asked to stop", "interrupted"]
    assert (process.returncode, err) == (0, "")


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's")
def test_a_killed_demo_takes_its_programs_with_it(data: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", TOGETHER, "import os, time; print(os.getpid(), flush=True); time.sleep(60)"],
        env=environment(data),
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
    )
    said = dict(process.stdout.readline().split(" | ") for _ in range(2))
    process.kill()
    process.communicate()
    web = Path("/proc") / said["web   "].strip()
    wait_until(lambda: not web.exists())


ACCOUNTS = [{"address": "http://a.localhost:8000/", "shows": "Waste", "sign_in_as": "kari@example.com"}]


def test_accounts_are_laid_out_as_a_table() -> None:
    assert account_table(ACCOUNTS, columns=80) == (
        "Address                   What it shows  Sign in as\nhttp://a.localhost:8000/  Waste          kari@example.com"
    )


def test_accounts_too_wide_for_the_terminal_stand_one_under_the_other() -> None:
    assert account_table(ACCOUNTS, columns=50) == (
        "http://a.localhost:8000/\n    Waste\n    Sign in as: kari@example.com"
    )
