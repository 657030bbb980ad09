"""Calls within a request, however deep, take no memory from the system and give none back."""

from collections.abc import Callable
from resource import RUSAGE_THREAD, getrusage

from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory

from portal.frames import frames_middleware

# Frames of a hundred bytes or so: twice what a piece of 16 kB holds.
DEEP = 300
TIMES = 200


def taken(work: Callable[[], None]) -> int:
    """Return how often memory was taken from the system meanwhile."""
    before = getrusage(RUSAGE_THREAD).ru_minflt
    work()
    return getrusage(RUSAGE_THREAD).ru_minflt - before


def call_from_every_depth(left: int = DEEP) -> None:
    for _ in range(TIMES):
        nothing()
    if left:
        call_from_every_depth(left - 1)


def nothing() -> None:
    """A call, and no more."""


def test_calls_at_no_depth_take_memory() -> None:
    found: list[int] = []

    def view(_request: object) -> HttpResponse:
        call_from_every_depth()
        found.append(taken(call_from_every_depth))
        return HttpResponse()

    frames_middleware(view)(RequestFactory().get("/"))

    # Without, some depth takes it each time.
    assert found[0] < TIMES / 2


def test_every_request_has_the_room() -> None:
    assert settings.MIDDLEWARE[0] == "portal.frames.frames_middleware"
