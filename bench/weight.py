"""How much a browser fetches for its first page and for the next, compressed as the proxy and whitenoise send it."""

import gzip
import re
from collections.abc import Iterator
from typing import Any

import brotli

from bench.table import Row

FIRST, SECOND = "/account/login/", "/orders/"
LIMIT_BYTES = 100_000
# Compressed already.
PACKED = (".woff2", ".png", ".jpg", ".webp")
LINKED = re.compile(r"""(?:href|src)=["'](/static/[^"'?#]+)""")
IN_STYLES = re.compile(r"""url\(["']?([^"')?#]+)""")
NOT_FETCHED = re.compile(r"""<link[^>]+rel=["'](?:manifest|alternate|apple-touch-icon)["'][^>]*>""")


def rows(client: Any) -> list[Row]:
    """Measure the sign-in page with an empty cache, and a signed-in page after it. `client` is signed in."""
    from django.test import Client

    visitor = Client(headers={"host": client.defaults.get("HTTP_HOST") or client.headers["host"]})
    first, known = _view(visitor.get(FIRST).content.decode(), set())
    second, _ = _view(client.get(SECOND).content.decode(), known)
    return [
        Row("weight", "first page view (sign-in)", first / LIMIT_BYTES, "100 kB compressed", "≤ 1", f"{first:,} bytes"),
        Row("weight", "second page view (orders)", second / first, "the first page view", "", f"{second:,} bytes"),
    ]


def _view(page: str, known: set[str]) -> tuple[int, set[str]]:
    """Return how many bytes are fetched for a page, and what the browser has afterwards."""
    fetched = set(_all_of(set(LINKED.findall(NOT_FETCHED.sub("", page))))) - known
    return len(gzip.compress(page.encode(), 6)) + sum(map(_size, fetched)), known | fetched


def _all_of(paths: set[str]) -> Iterator[str]:
    """The files a page names, and the fonts that its styles name."""
    yield from paths
    for path in paths:
        if path.endswith(".css"):
            base = path.rsplit("/", 1)[0]
            for found in IN_STYLES.findall(_content(path).decode()):
                if found.endswith(".woff2"):
                    yield found if found.startswith("/") else _joined(base, found)


def _joined(base: str, relative: str) -> str:
    from posixpath import normpath

    return normpath(f"{base}/{relative}")


def _size(path: str) -> int:
    content = _content(path)
    return len(content if path.endswith(PACKED) else brotli.compress(content))


def _content(path: str) -> bytes:
    from pathlib import Path

    from django.contrib.staticfiles import finders

    found = finders.find(path.removeprefix("/static/"))
    if not found:
        raise RuntimeError(f"{path} is named by a page and is not there")
    return Path(str(found)).read_bytes()
