"""Strict readers for environment variables: a missing or malformed value stops the start with one clear line.

Every variable may instead be given as `<NAME>_FILE`, the path of a file holding the value (container secrets).
"""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """Return the variable's value; without a default it must be set. An empty value counts as not set."""
    path = os.environ.get(f"{name}_FILE")
    value = _contents(name, path) if path else os.environ.get(name, "")
    if not value and default is None:
        raise ImproperlyConfigured(f"Set {name} (or {name}_FILE) in the environment.")
    return value or default or ""


def _contents(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}_FILE: cannot read {path} ({error}).") from error


def flag(name: str, *, default: bool = False) -> bool:
    """Read 1/0, true/false, yes/no; anything else is refused."""
    value = text(name, "1" if default else "0").lower()
    if value not in {"1", "0", "true", "false", "yes", "no"}:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
    return value in {"1", "true", "yes"}


def integer(name: str, default: int) -> int:
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from error


def choice(name: str, options: tuple[str, ...], default: str) -> str:
    value = text(name, default)
    if value not in options:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(options)}, not {value!r}.")
    return value


def unless_none(value: str) -> str:
    """Return a value, "" for the word `none`: an empty one counts as not set, so it could switch nothing off."""
    return "" if value == "none" else value


def prefixed(prefix: str) -> dict[str, str]:
    """Read all that are set and begin with the prefix, by the rest of their names."""
    names = {name.removesuffix("_FILE") for name in os.environ if name.startswith(prefix)}
    return {name.removeprefix(prefix): value for name in sorted(names) if (value := text(name, ""))}


def words(name: str) -> list[str]:
    """Read a comma-separated list; empty when unset."""
    return [word.strip() for word in text(name, "").split(",") if word.strip()]


def database(name: str) -> dict[str, object]:
    """Read `postgresql://user:password@host:port/name?host=/socket/folder` into a Django DATABASES entry.

    The password may come by itself instead (DATABASE_PASSWORD for DATABASE_URL), as it does from a container's secrets.
    """
    url = urlsplit(text(name))
    if url.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured(f"{name} must begin with postgresql://.")
    try:
        port = url.port
    except ValueError:
        # The words of the error would show a part of a password with a slash in it.
        raise ImproperlyConfigured(f"{name} has no valid port: write / and other signs in a password as %2F.") from None
    # libpq waits for minutes for a machine that has vanished.
    options = {"connect_timeout": "5", **dict(parse_qsl(url.query))}
    return {
        "ENGINE": "portal.tenancy.backend",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or "") or text(name.replace("_URL", "_PASSWORD"), ""),
        "HOST": options.pop("host", None) or unquote(url.hostname or ""),
        "PORT": str(port or options.pop("port", "")),
        "OPTIONS": dict(options),
    }
