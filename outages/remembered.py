"""Answers kept for some seconds in the cache, worked out by one process at a time.

When the lights go out everybody asks at once. A fresh answer is given as it is; when it has grown old, one process
works out the next while the others give the old one. Without the cache each works it out by itself.
"""

import time
from collections.abc import Callable
from typing import TypeVar, cast

from django.core.cache import cache
from redis.exceptions import RedisError

T = TypeVar("T")

# How long one process may take before another tries.
BUILDING_SECONDS = 10
STEP_SECONDS = 0.05


def remembered(key: str, build: Callable[[], T], *, fresh: int, kept: int) -> T:
    """Return what `build` gave within the last `fresh` seconds, an older one (`kept` seconds at most) while another
    process works out the next, else what it gives now. The value must pickle.
    """
    try:
        return _remembered(key, build, fresh, kept)
    except RedisError:
        return build()


def outdate(key: str) -> None:
    """Let the next who asks work it out anew; the others are given the old answer meanwhile."""
    try:
        entry = cache.get(key)
        if entry is not None:
            cache.set(key, (0.0, entry[1]), BUILDING_SECONDS)
    except RedisError:
        pass  # It grows old by itself.


Entry = tuple[float, object] | None


def _remembered(key: str, build: Callable[[], T], fresh: int, kept: int) -> T:
    entry: Entry = cache.get(key)
    while not _is_fresh(entry):
        if cache.add(f"{key}:building", 1, BUILDING_SECONDS):
            return _build(key, build, fresh, kept)
        if entry is not None:
            break
        # The very first answer is being worked out: were everybody to do so, none would come to an end under load.
        time.sleep(STEP_SECONDS)
        entry = cache.get(key)
    return cast(T, entry[1] if entry else None)


def _is_fresh(entry: Entry) -> bool:
    return entry is not None and time.time() < entry[0]


def _build(key: str, build: Callable[[], T], fresh: int, kept: int) -> T:
    try:
        entry: Entry = cache.get(key)
        if entry is not None and _is_fresh(entry):
            # Another was done between the look at it and the lock.
            return cast(T, entry[1])
        value = build()
        cache.set(key, (time.time() + fresh, value), kept)
    finally:
        cache.delete(f"{key}:building")
    return value
