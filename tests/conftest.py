"""Fixtures: a database of its own for each test process, tenants with their scope open, and clients at their hosts.

Tests run as the restricted role with row-level security on; only building and emptying databases is the owner's.
"""

import itertools
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import hypothesis
import pytest
import time_machine
from xdist.scheduler import LoadGroupScheduling

from portal.runtime import services, testing
from tests import brokers, network

network.allow_only_this_machine()
# A busy machine is no fault: examples are neither timed nor kept.
hypothesis.settings.register_profile(
    "suite", deadline=None, database=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("suite")

_services = services.ensure()
os.environ["DATABASE_URL"] = _services.database_url
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
# Each test process has a broker of its own, apart from a demo that runs meanwhile: tests empty it.
os.environ["REDIS_URL"] = brokers.for_process(_services.redis_url, WORKER)
os.environ["SKRANKE_MODE"] = "development"
# What tests store is gone with them.
_media = tempfile.TemporaryDirectory(prefix="skranke-media-", ignore_cleanup_errors=True)
os.environ["MEDIA_ROOT"] = _media.name
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"

import django  # noqa: E402  (needs the environment above)

from portal.ui import catalogues  # noqa: E402

# The tests read pages as people do, in their language; Django loads the catalogues once.
catalogues.compile_stale()
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.hashers import ScryptPasswordHasher  # noqa: E402
from django.core.cache import caches  # noqa: E402
from django.test import Client  # noqa: E402

from tests import factories  # noqa: E402

# Every test client has a handler of its own, which would go through all static files: a third of the tests' time.
settings.WHITENOISE_AUTOREFRESH = True
# What is hashed is made slow to guess on purpose; here that would be a fifth of a second for each PIN and password.
ScryptPasswordHasher.work_factor, ScryptPasswordHasher.parallelism = 2**4, 1
_tests = itertools.count(1)

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Let each worker read its own settings: what it inherits of ours would load them before the lines above run."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


# What must not run in several processes: each would start its own portal, or build its own server or data.
TOGETHER = (
    "tests/browser/",
    "tests/demo/test_loading.py",
    "tests/runtime/test_roles.py",
    "tests/runtime/test_test_databases.py",
)


class InOneProcess(LoadGroupScheduling):
    """Goes by the path: with pytest 9.2, xdist 3.8 loses its own `xdist_group` marks without a word."""

    def _split_scope(self, nodeid: str) -> str:
        return next((path for path in TOGETHER if nodeid.startswith(path)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> InOneProcess | None:
    return InOneProcess(config, log) if config.getoption("dist") == "loadgroup" else None


@pytest.fixture(scope="session")
def test_database() -> Iterator[testing.TestDatabase]:
    database = testing.create_test_database(WORKER)
    yield database
    testing.drop_test_database(database)


@pytest.fixture(scope="session")
def django_db_setup(test_database: testing.TestDatabase) -> Iterator[None]:
    """Point Django at the test database, as the restricted role."""
    from django.db import connections

    for connection in connections.all():
        connection.close()
    connections.settings["default"]["NAME"] = urlsplit(test_database.app_url).path.lstrip("/")
    connections["default"].settings_dict["NAME"] = test_database.name
    yield
    for connection in connections.all():
        connection.close()


@pytest.fixture(autouse=True)
def _own_cache_keys() -> None:
    """Rate limits of one test must not reach the next, nor another process on the same server: nothing is cleared."""
    prefix = f"test-{os.getpid()}-{next(_tests)}"
    caches.settings["default"]["KEY_PREFIX"] = caches["default"].key_prefix = prefix


@pytest.fixture
def friday_noon() -> Iterator[None]:
    """The clock stands still at twelve in Norway on Friday 13 November 2026."""
    with time_machine.travel("2026-11-13 12:00:00+01:00", tick=False):
        yield


@pytest.fixture
def saturday_morning() -> Iterator[None]:
    """The clock goes on from eleven in Norway on Saturday 21 November 2026."""
    with time_machine.travel("2026-11-21 11:00:00+01:00"):
        yield


@pytest.fixture
def tenant(db: None) -> Iterator["factories.Tenant"]:
    """A tenant with all modules, its scope open for the whole test."""
    from portal.tenancy.scope import tenant_scope

    tenant = factories.tenant("fjord")
    with tenant_scope(tenant):
        yield tenant


@pytest.fixture
def other_tenant(db: None) -> "factories.Tenant":
    """Another tenant. Nothing of it may ever be seen from the first."""
    return factories.tenant("other")


@pytest.fixture
def committed_as(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> "factories.CommittedAs":
    """Make a tenant whose rows other connections see, with no scope open: `with committed_as("racing", Message) as …`.

    Afterwards the rows of the models that are named are deleted, in their order; the tenant stays.
    """
    from django.db import connection

    from portal.tenancy.scope import tenant_transaction

    @contextmanager
    def made(slug: str, *models: Any, **fields: Any) -> Iterator["factories.Tenant"]:
        with django_db_blocker.unblock():
            tenant = factories.tenant(slug, **fields)
            yield tenant
            with tenant_transaction(tenant):
                for model in models:
                    model.objects.all().delete()
            connection.close()

    return made


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tasks run as soon as they are sent, as a worker would run them: what one of them raises reaches no other."""
    from celery import Task

    from portal.tenancy.scope import tenant_scope

    def run(task: "Task[..., object]", args: Any = None, kwargs: Any = None, *, headers: Any = None, **_: Any) -> None:
        with tenant_scope(None):
            task.apply(args, kwargs, headers=headers)

    monkeypatch.setattr(Task, "apply_async", run)


@pytest.fixture
def client_for() -> Callable[..., Client]:
    """Return a client at a tenant's host, signed in as a user when one is given."""
    return factories.client_for
