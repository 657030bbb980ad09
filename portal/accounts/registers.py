"""What upper floors know of people who have shown who they are: a customer register adds itself. Asked only after the
proof, so that nobody can ask about others.

They are also told of who is shut out, and end what is theirs to end.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from portal.accounts.models import User


@dataclass(frozen=True)
class Proved:
    """What somebody has shown to be theirs: an e-mail address or a number by a code we sent there, or themselves at a
    provider, called `by`, with the hashes of their identity number. Only one of these is filled.
    """

    email: str = ""
    phone: str = ""
    hashes: tuple[str, ...] = ()
    by: str = ""

    def __str__(self) -> str:
        return self.email or self.phone


@dataclass(frozen=True)
class Known:
    """Somebody a register has; the e-mail address is a suggestion, nobody has proved it.

    `needs_staff` says that it is not plain enough whose the proof is: somebody must look at it first.
    """

    name: str
    email: str = ""
    needs_staff: bool = False


@dataclass(frozen=True, kw_only=True)
class Register:
    """`find` tells whom the proof belongs to, None for nobody; `give` lets a user act for what is theirs by it."""

    find: Callable[[Proved], Known | None]
    give: Callable[[User, Proved], object]


class ShutOut(Protocol):
    """Told of a user who is disabled, and by whom, in the same transaction."""

    def __call__(self, *, user: User, by: User | None) -> object: ...


_registers: list[Register] = []
_told_of_shut_out: list[ShutOut] = []


def add(register: Register) -> None:
    """Called in AppConfig.ready()."""
    _registers.append(register)


def when_shut_out(act: ShutOut) -> None:
    """Called in AppConfig.ready()."""
    _told_of_shut_out.append(act)


def find(proved: Proved) -> Known | None:
    return next((known for register in _registers if (known := register.find(proved))), None)


def give(user: User, proved: Proved) -> None:
    for register in _registers:
        register.give(user, proved)


def shut_out(user: User, *, by: User | None) -> None:
    for act in _told_of_shut_out:
        act(user=user, by=by)
