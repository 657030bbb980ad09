"""A code by e-mail that shows that an address is somebody's own, who holds an invitation but is not signed in."""

from dataclasses import dataclass

from django.http import HttpRequest

from portal.accounts.one_time_codes import OneTimeCode

EVENT = "customers.address_code"
WHO = "proves_address"


@dataclass(frozen=True)
class Pending:
    """An address that waits for its code, with the name the person gave."""

    email: str
    name: str


def _code(request: HttpRequest, about: int) -> OneTimeCode:
    return OneTimeCode(request, f"invitation_{about}", EVENT)


def begin(request: HttpRequest, *, about: int, email: str, name: str) -> None:
    """Send a code to the address, for the invitation `about`; an earlier one no longer counts."""
    _code(request, about).send(email=email)
    request.session[WHO] = name


def pending(request: HttpRequest, about: int) -> Pending | None:
    """Return what waits for a code in this session, None when there is nothing or its time or tries are up."""
    waiting = _code(request, about).pending
    return Pending(waiting.email, request.session.get(WHO, "")) if waiting else None


def is_right(request: HttpRequest, about: int, code: str) -> bool:
    """Try a code. The right one ends it, and so does the third wrong one."""
    one_time_code = _code(request, about)
    if not one_time_code.check(code):
        return False
    one_time_code.forget()
    return True
