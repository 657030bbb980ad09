"""How time is told: the processor's, of this program and of its session at the database, or the best of some rounds."""

from collections.abc import Callable
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any


def spent(session: int, own: Callable[[], float] = thread_time) -> float:
    """Return the seconds that `own` tells and a session, by its process, has had of a processor; for differences only.

    Where the database is on another machine, or the system does not say: the time by the clock.
    """
    try:
        told = Path(f"/proc/{session}/schedstat").read_text(encoding="ascii")
    except OSError:
        return perf_counter()
    return own() + int(told.split()[0]) / 1e9


def spent_here() -> float:
    """Return the same of this thread and Django's own session."""
    return spent(own_session())


def own_session() -> int:
    """Return the process at the database that works for Django in this thread."""
    from django.db import connection

    connection.ensure_connection()
    return int(connection.connection.info.backend_pid)


def best_of(rounds: int, work: Callable[[], object], clock: Callable[[], float] = perf_counter) -> float:
    """Return the seconds of the fastest round."""
    return best_in_turn(rounds, {"": work}, clock)[""]


def best_in_turn(rounds: int, works: dict[str, Callable[[], Any]], clock: Callable[[], float]) -> dict[str, float]:
    """Return the seconds of the fastest round of each.

    They are done in turn, so that a machine that is busy for a while is so for all of them.
    """
    best: dict[str, float] = {}
    for _ in range(rounds):
        for name, work in works.items():
            began = clock()
            work()
            took = clock() - began
            best[name] = min(took, best.get(name, took))
    return best
