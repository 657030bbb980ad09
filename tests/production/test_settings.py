"""A production start is safe as it comes, and says in one line what it lacks."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from portal.runtime.place import CHECKOUT

COMPLETE = {
    "SKRANKE_MODE": "production",
    "SECRET_KEY": secrets.token_urlsafe(60),
    "DATABASE_URL": "postgresql://skranke_app@localhost/skranke",
    "REDIS_URL": "redis://localhost/0",
}


def run(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py with nothing in the environment but these; an empty value takes one away."""
    given = {name: value for name, value in (COMPLETE | changes).items() if value}
    return subprocess.run(
        [sys.executable, str(CHECKOUT / "manage.py"), *arguments],
        env={"PATH": os.environ["PATH"], **given},
        capture_output=True,
        text=True,
        check=False,
    )


def setting(expression: str, **changes: str) -> str:
    done = run("shell", "--no-imports", "-c", f"from django.conf import settings; print({expression})", **changes)
    return done.stdout.strip() or done.stderr


def test_djangos_own_deployment_check_has_nothing_to_say() -> None:
    done = run("check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (1 silenced).\n"), done.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "REDIS_URL"])
def test_what_is_missing_is_said_in_one_line(name: str) -> None:
    done = run("check", **{name: ""})
    assert (done.returncode, done.stderr) == (2, f"Set {name} (or {name}_FILE) in the environment.\n")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SKRANKE_MODE", "prod", "SKRANKE_MODE must be one of production, development, not 'prod'."),
        ("DATABASE_URL", "mysql://localhost/x", "DATABASE_URL must begin with postgresql://."),
        ("DATABASE_URL", "postgresql://app:se/cret@host/x", "DATABASE_URL has no valid port"),
        ("DATABASE_POOL_SIZE", "many", "DATABASE_POOL_SIZE must be a whole number, not 'many'."),
        ("DATABASE_POOL_SIZE", "--8", "DATABASE_POOL_SIZE must be a whole number, not '--8'."),
        ("SECURE_SSL_REDIRECT", "maybe", "SECURE_SSL_REDIRECT must be 1 or 0, not 'maybe'."),
        ("SECRET_KEY_FILE", "/no/such/file", "SECRET_KEY_FILE: cannot read /no/such/file"),
    ],
)
def test_what_is_malformed_is_said_in_one_line(name: str, value: str, words: str) -> None:
    done = run("check", **{name: value})
    assert (done.returncode, words in done.stderr, done.stderr.count("\n")) == (2, True, 1), done.stderr


def test_secrets_may_come_as_files(tmp_path: Path) -> None:
    for name, text in {"key": "from a file\n", "password": "p@ss/word\n"}.items():
        (tmp_path / name).write_text(text)
    files = {"SECRET_KEY_FILE": str(tmp_path / "key"), "DATABASE_PASSWORD_FILE": str(tmp_path / "password")}
    shown = setting("settings.SECRET_KEY, settings.DATABASES['default']['PASSWORD']", **files)
    assert shown == "from a file p@ss/word"


def test_neither_debugging_nor_the_demo_can_be_switched_on() -> None:
    asked = {"SKRANKE_DEBUG": "1", "SKRANKE_DEMO": "1"}
    shown = setting("settings.DEBUG, settings.DEMO, 'portal.demo' in settings.INSTALLED_APPS", **asked)
    assert shown == "False False False"


def test_what_is_on_by_itself_is_switched_off_by_none() -> None:
    """An empty value counts as not set, so it could not."""
    asked = "[settings.ADDRESS_REGISTER_URL, settings.SPOT_PRICE_SOURCE]"
    default = setting(asked)
    assert ("https://" in default, "hvakosterstrommen" in default) == (True, True)
    assert setting(asked, ADDRESS_REGISTER_URL="none", SPOT_PRICE_SOURCE="none") == "['', '']"


def test_a_message_is_not_given_to_a_second_worker_before_the_first_is_killed() -> None:
    asked = "settings.CELERY_BROKER_TRANSPORT_OPTIONS['visibility_timeout'] - settings.CELERY_TASK_TIME_LIMIT"
    assert int(setting(asked)) >= 60


def test_cookies_are_for_this_host_and_https_only() -> None:
    values = [f"settings.{cookie}_COOKIE_{what}" for cookie in ["SESSION", "CSRF"] for what in ["NAME", "SECURE"]]
    assert setting(", ".join(values)) == "__Host-session True __Host-csrf True"


def test_the_owners_address_may_lie_in_a_file_and_wins_over_the_programs(tmp_path: Path) -> None:
    for name, text in [("owner", "postgresql://skranke_owner@nowhere.invalid/x"), ("app", COMPLETE["DATABASE_URL"])]:
        (tmp_path / name).write_text(f"{text}\n")
    files = {"DATABASE_OWNER_URL_FILE": str(tmp_path / "owner"), "DATABASE_URL_FILE": str(tmp_path / "app")}
    done = run("migrate", "--check", DATABASE_URL="", **files)
    assert "nowhere.invalid" in done.stderr, done.stderr


def test_an_empty_owners_address_counts_as_none() -> None:
    environment = {**COMPLETE, "PATH": os.environ["PATH"], "DATABASE_OWNER_URL": ""}
    ask = [sys.executable, str(CHECKOUT / "manage.py"), "migrate", "--help"]
    done = subprocess.run(ask, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_file_of_an_address_that_cannot_be_read_is_said_in_one_line() -> None:
    done = run("migrate", DATABASE_OWNER_URL_FILE="/none/owner")
    assert (done.returncode, done.stderr) == (
        2,
        "DATABASE_OWNER_URL_FILE: cannot read /none/owner (No such file or directory).\n",
    )


def test_an_e_mail_services_key_comes_from_the_environment_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret\n")
    given = {"ANYMAIL_MAILJET_API_KEY": "key", "ANYMAIL_MAILJET_SECRET_KEY_FILE": str(tmp_path / "secret")}
    backend = "anymail.backends.mailjet.EmailBackend"
    show = "from django.core.mail import get_connection as c; print(c().api_key, c().secret_key)"
    done = run("shell", "--no-imports", "-c", show, EMAIL_BACKEND=backend, **given)
    assert done.stdout == "key s3cret\n", done.stderr
