"""Running manage.py: in a process of its own where the owner's rights or the exit code matter, else in this one."""

import io
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from portal.runtime.place import CHECKOUT
from tests import factories


@dataclass(frozen=True)
class Done:
    """How a command ended: its exit code, what it wrote, and the words it stopped with."""

    code: int
    out: str
    error: str = ""


@pytest.fixture
def manage(db: None) -> Callable[..., Done]:
    """Run a command as somebody would at the command line, on this test's committed data."""

    def run(*arguments: str, **environment: str) -> Done:
        owner = factories.owner_dsn()
        given = {"DATABASE_URL": owner, "DATABASE_OWNER_URL": owner, "SKRANKE_MODE": "development"}
        done = subprocess.run(
            [sys.executable, str(CHECKOUT / "manage.py"), *arguments],
            env={**os.environ, **given, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def command(db: None) -> Callable[..., Done]:
    """Run a command inside the test's transaction."""

    def run(name: str, *arguments: str) -> Done:
        out = io.StringIO()
        try:
            call_command(name, *arguments, stdout=out)
        except SystemExit as error:
            return Done(int(str(error.code)), out.getvalue())
        except CommandError as error:
            return Done(error.returncode, out.getvalue(), str(error))
        finally:
            assert not connection.needs_rollback
        return Done(0, out.getvalue())

    return run
