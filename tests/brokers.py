"""Numbered databases of the one broker, so that test processes and a running demo keep out of each other's way."""

import re
from urllib.parse import urlsplit

# A broker has 16 databases; number 0 is the demo's.
DATABASES = 16


def numbered(url: str, number: int) -> str:
    """Return the broker's address for one of its 16 databases."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}?db={number}"
    return parts._replace(path=f"/{number}").geturl()


def for_process(url: str, worker: str) -> str:
    """Return the broker's address for a test process ("main", "gw0", "gw1"…)."""
    found = re.fullmatch(r"gw(\d+)", worker)
    return numbered(url, 1 + (int(found[1]) + 1 if found else 0) % (DATABASES - 1))
