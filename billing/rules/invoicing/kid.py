"""KID, the customer identification number of Norwegian payments: 2 to 25 digits, the last a check digit. Pure.

The check digit follows MOD10 (the Luhn method) or MOD11 (weights 2 to 7 from the right, where a remainder of 10 is
written "-"); which one is agreed with the bank for each account. The same weights check an account number.
"""

from __future__ import annotations

import re
from enum import StrEnum
from itertools import cycle

KID = re.compile(r"[0-9]{1,24}[0-9-]")
ACCOUNT = re.compile(r"[0-9]{11}")
GROUP = 4
# Of a customer's or an invoice's number.
MOST_DIGITS = 12
NBSP = "\N{NO-BREAK SPACE}"


class Method(StrEnum):
    """How the check digit of a company's KIDs is made; EITHER takes both."""

    EITHER = "either"
    MOD10 = "mod10"
    MOD11 = "mod11"


class CannotMake(ValueError):
    """There is no room for the numbers in a KID."""


def cleaned(text: str) -> str:
    """Return the digits without what people and systems put between them."""
    return re.sub(r"[\s.]", "", text)


def mod10(digits: str) -> str:
    """Return the check digit of these digits by MOD10."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def mod11(digits: str) -> str:
    """Return the check digit of these digits by MOD11: "-" where it would be ten."""
    total = sum(int(digit) * weight for digit, weight in zip(reversed(digits), cycle(range(2, 8)), strict=False))
    check = -total % 11
    return "-" if check == 10 else str(check)


def is_valid(kid: str, method: Method = Method.EITHER) -> bool:
    """Tell whether a KID has the right form and a check digit that fits."""
    if not KID.fullmatch(kid):
        return False
    digits, check = kid[:-1], kid[-1]
    by_mod10 = method != Method.MOD11 and check == mod10(digits)
    return by_mod10 or (method != Method.MOD10 and check == mod11(digits))


def make(customer: str, number: str, method: Method = Method.MOD10) -> str:
    """Return the KID of an invoice: the digits of customer and invoice, padded to seven and nine, and the check digit.

    Raises CannotMake when either is too long. Of MOD11 it may end with "-", which every bank takes.
    """
    who, what = re.sub(r"\D", "", customer), re.sub(r"\D", "", number)
    if len(who) > MOST_DIGITS or len(what) > MOST_DIGITS or not what:
        raise CannotMake(f"No KID can be made of customer {customer} and invoice {number}.")
    digits = who.zfill(7) + what.zfill(9)
    return digits + (mod11(digits) if method == Method.MOD11 else mod10(digits))


def is_account(number: str) -> bool:
    """Tell whether this is a Norwegian account number of eleven digits with the right check digit."""
    return bool(ACCOUNT.fullmatch(number)) and mod11(number[:-1]) == number[-1]


def grouped_account(number: str) -> str:
    """Return an account number as it is written: "1234 56 78911"."""
    if not ACCOUNT.fullmatch(number):
        return number
    return NBSP.join((number[:4], number[4:6], number[6:]))


def grouped(kid: str) -> str:
    """Return a KID in groups of four from the right, so that it can be read and typed."""
    first = len(kid) % GROUP
    groups = [kid[:first], *(kid[at : at + GROUP] for at in range(first, len(kid), GROUP))]
    return NBSP.join(group for group in groups if group)
