"""A production process that could get past the tenants' protection does not start."""

import subprocess
import sys

import pytest

from portal.runtime.place import CHECKOUT
from tests import factories
from tests.production.test_settings import COMPLETE

WEB = "import portal.wsgi; print('serving')"
WORKER = "from portal.celery import app; from celery import signals; signals.worker_init.send(app); print('working')"


@pytest.mark.parametrize("program", [WEB, WORKER])
def test_neither_web_nor_worker_starts_as_the_owner(db: None, program: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=CHECKOUT,
        env=COMPLETE | {"DATABASE_URL": factories.owner_dsn(), "DATABASE_POOL": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "Migrate as the owner and run the program as the restricted role." in done.stderr
