"""Why a file is not taken: in words for the person who chose it, with the file's name."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from portal.ui import formatting


class Problem(Exception):
    """Raised by the rules. `code` is for programs, the message for people, in the active language."""

    def __init__(self, code: str, name: str, more: dict[str, Any] | None = None) -> None:
        super().__init__(code, name)
        self.code, self.name, self.more = code, name, more or {}

    @property
    def message(self) -> str:
        return MESSAGES[self.code](self)

    def __str__(self) -> str:
        return self.message


def _too_large(problem: Problem) -> str:
    return _("“%(name)s” is too large: %(size)s. The limit is %(limit)s.") % {
        "name": problem.name,
        "size": formatting.file_size(problem.more["size"]),
        "limit": formatting.file_size(problem.more["limit"]),
    }


def _wrong_type(problem: Problem) -> str:
    said = {"name": problem.name, "types": problem.more["types"]}
    return _("“%(name)s” is of a type we do not take. We take %(types)s.") % said


MESSAGES: dict[str, Callable[[Problem], str]] = {
    "too_large": _too_large,
    "type": _wrong_type,
    "empty": lambda p: _("“%(name)s” is empty.") % {"name": p.name},
    "mismatch": lambda p: (
        _("“%(name)s” is not what its name says it is. Save it anew in its own type.") % {"name": p.name}
    ),
    "broken": lambda p: _("“%(name)s” cannot be read. The file may be damaged.") % {"name": p.name},
    "macros": lambda p: _("“%(name)s” holds macros. Save it without them.") % {"name": p.name},
    "pixels": lambda p: (
        _("“%(name)s” is a picture of more than %(limit)s megapixels. Save it smaller.")
        % {"name": p.name, "limit": p.more["limit"]}
    ),
    "unpacked": lambda p: _("“%(name)s” is too large when unpacked.") % {"name": p.name},
}
