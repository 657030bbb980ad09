"""What upper floors know of a person by the hashes of their identity number: a customer register adds itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from portal.accounts.models import User


@dataclass(frozen=True)
class Known:
    """Somebody a register has; the e-mail address is a suggestion, nobody has proved it."""

    name: str
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class Register:
    """`find` tells whom the hashes belong to, None for nobody; `give` lets a user act for what is theirs."""

    find: Callable[[Sequence[str]], Known | None]
    give: Callable[[User, Sequence[str]], object]


_registers: list[Register] = []


def add(register: Register) -> None:
    """Called in AppConfig.ready()."""
    _registers.append(register)


def find(hashes: Sequence[str]) -> Known | None:
    return next((known for register in _registers if (known := register.find(hashes))), None)


def give(user: User, hashes: Sequence[str]) -> None:
    for register in _registers:
        register.give(user, hashes)
