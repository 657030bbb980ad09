"""Advisory file locks (flock). The kernel lets go of them when their holder dies, however it dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def take(path: Path, *, shared: bool = False, wait: bool = True) -> int:
    """Lock the file, making it if need be, and return its descriptor; closing that lets go.

    Raises BlockingIOError when `wait` is false and another process holds it.
    """
    # Read-only is enough for flock, and works on a file that root made in somebody's checkout.
    descriptor = os.open(path, os.O_RDONLY | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock alone for the length of the block, waiting for it first."""
    descriptor = take(path)
    try:
        yield
    finally:
        os.close(descriptor)


def is_taken(path: Path) -> bool:
    try:
        os.close(take(path, wait=False))
    except BlockingIOError:
        return True
    return False


def is_sole_holder(descriptor: int) -> bool:
    """Whether nobody else holds the lock that `descriptor` holds shared. If so, it is exclusive from here on."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
