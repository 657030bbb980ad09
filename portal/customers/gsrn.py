"""Metering point numbers: GS1's Global Service Relation Number, 18 digits of which the last is a check digit.

Norwegian metering points begin with 7070575, the energy sector's company prefix at GS1 Norway.
"""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

NORWEGIAN_PREFIX = "7070575"
LENGTH = 18

_DIGITS = re.compile(r"[0-9]{18}")


def check_digit(first_17: str) -> str:
    """The 18th digit by GS1's rule: weights 3 and 1 from the right, up to the next ten. Raises ValueError else."""
    if len(first_17) != LENGTH - 1 or not (first_17.isascii() and first_17.isdigit()):
        raise ValueError("a metering point number has 17 digits before its check digit")
    weighted = sum(int(digit) * (1 if at % 2 else 3) for at, digit in enumerate(first_17))
    return str(-weighted % 10)


def has_its_digits(gsrn: str) -> bool:
    """True for 18 ASCII digits, whether or not the last one fits."""
    return bool(_DIGITS.fullmatch(gsrn))


def is_valid(gsrn: str) -> bool:
    """True for 18 ASCII digits with the right check digit, whatever the country."""
    return has_its_digits(gsrn) and check_digit(gsrn[:-1]) == gsrn[-1]


def validate_gsrn(value: str) -> None:
    if not is_valid(value):
        raise ValidationError(_("Write 18 digits; the last one is a check digit that must fit."), code="gsrn")


def make(serial: int, prefix: str = NORWEGIAN_PREFIX) -> str:
    """A valid number for demo data and tests from a serial number that fits behind the prefix. Else ValueError."""
    room = LENGTH - 1 - len(prefix)
    if not 0 <= serial < 10**room:
        raise ValueError(f"the serial number must have at most {room} digits")
    first_17 = f"{prefix}{serial:0{room}d}"
    return first_17 + check_digit(first_17)
