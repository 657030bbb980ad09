"""The form of an order reference, as a company asks for it. Pure.

A company writes its forms as masks that anyone can read, not as regular expressions: "#" stands for a digit, "@" for a
letter, "*" for any text, and all else for itself. "PO-######" takes "PO-418207".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from orders.problems import Problem, ReferenceMissing, ReferenceWrong

PARTS = {"#": r"[0-9]", "@": r"[^\W\d_]", "*": r".+"}


@dataclass(frozen=True)
class ReferenceRule:
    """Whether a reference must be given, and the forms it may have (none: any). `help` is the company's own words."""

    is_required: bool = False
    masks: Sequence[str] = ()
    help: str = ""

    def problem_with(self, reference: str) -> Problem | None:
        """Return why the reference will not do, or None."""
        if not reference:
            return ReferenceMissing(tuple(self.masks)) if self.is_required else None
        if self.masks and not any(matches(mask, reference) for mask in self.masks):
            return ReferenceWrong(tuple(self.masks))
        return None


def matches(mask: str, text: str) -> bool:
    """Tell whether a text has the form of a mask; capital and small letters are alike."""
    pattern = "".join(PARTS.get(sign) or re.escape(sign) for sign in mask)
    return re.fullmatch(pattern, text, re.IGNORECASE) is not None
