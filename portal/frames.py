"""Room for all the calls of a request in one piece of the interpreter's memory."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

GetResponse = Callable[[HttpRequest], HttpResponseBase]
# In pointers: 128 kB that nobody writes to. The piece is a power of two, so that as much again is left for the calls.
ROOM = 16_000


def frames_middleware(get_response: GetResponse) -> GetResponse:
    """Answer each request within a call that asks for much room on the interpreter's stack.

    CPython has that stack in pieces of 16 kB, and gives a piece back when the call that needed it returns (newer ones
    keep the last). A page is some pieces deep: where a template's loop happens to stand at the end of one, each of its
    thousands of calls fetches a piece from the system and gives it back, and the page costs up to half as much again,
    by nothing but what it is nested in. A piece is as large as the call that needs it asks for, so one holds them all.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    answer.__code__ = answer.__code__.replace(co_stacksize=ROOM)
    return answer
