"""Whom an outage touches: by postal code, by street and house number, by grid station, by metering point. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

HIGHEST = 99_999
# "2-24", "2–24", "12B", "7 B - 9"
NUMBERS = r"(?P<first>[0-9]{1,5})\s?[A-Za-z]?(?:\s*[-–]\s*(?P<last>[0-9]{1,5})\s?[A-Za-z]?)?"
# "17. mai gate" begins with a number of its own.
STREET = re.compile(rf"(?P<name>(?:[0-9]{{1,2}}\.\s*)?[^0-9,][^0-9,]*?)(?:\s+{NUMBERS}(?:\s+(?P<side>\w+))?)?\s*\Z")
LINE = re.compile(r"(?P<code>[0-9]{4})\s+(?P<street>\S.*)\Z")
TO = re.compile(r"([0-9](?: ?[A-Za-z])?) ?- ?(?=[0-9])")
SIDES = {"even": 0, "partall": 0, "partal": 0, "odd": 1, "oddetall": 1, "oddetal": 1}
SHORT = {"gt": "gate", "gt.": "gate", "pl": "plass", "pl.": "plass"}


class Address(Protocol):
    """A place that power is brought to. What is not known is ""."""

    @property
    def street(self) -> str: ...
    @property
    def postal_code(self) -> str: ...
    @property
    def gsrn(self) -> str: ...
    @property
    def grid_station(self) -> str: ...


@dataclass(frozen=True)
class Numbers:
    """House numbers, both ends included; `side` 0 for even, 1 for odd, None for both."""

    first: int = 0
    last: int = HIGHEST
    side: int | None = None

    def meets(self, other: "Numbers") -> bool:
        low, high = max(self.first, other.first), min(self.last, other.last)
        sides = {self.side, other.side} - {None}
        if low > high or len(sides) == 2:
            return False
        return low < high or not sides or low % 2 in sides


ALL_NUMBERS = Numbers()


@dataclass(frozen=True)
class Street:
    """A street in a postal code, or the part of it with these numbers. `name` is folded."""

    postal_code: str
    name: str
    numbers: Numbers = ALL_NUMBERS

    def has(self, address: Address) -> bool:
        """An address without a number counts: better told once too often than left in the dark."""
        if address.postal_code != self.postal_code:
            return False
        name, numbers = split(address.street.partition(",")[0])
        return name == self.name and self.numbers.meets(numbers)


def fold(name: str) -> str:
    """Return a street's name as it is compared: case, spaces and the commonest abbreviations do not matter."""
    return " ".join(SHORT.get(word, word) for word in name.casefold().split())


def split(text: str) -> tuple[str, Numbers]:
    """Return the folded name and the numbers of "Torget 3", "Bjørkehaugen 2–24" or "Strandgata"."""
    match = STREET.match(text.strip())
    if not match:
        return fold(text), ALL_NUMBERS
    if not match["first"]:
        return fold(match["name"]), ALL_NUMBERS
    first = int(match["first"])
    side = SIDES.get((match["side"] or "").casefold())
    return fold(match["name"]), Numbers(first, int(match["last"] or first), side)


def shown(line: str) -> str:
    """Return "1489 Bjørkehaugen 2-24" as an address is read: "Bjørkehaugen 2–24, 1489"."""
    match = LINE.match(" ".join(line.split()))
    street, code = (match["street"], f", {match['code']}") if match else (line, "")
    return TO.sub(r"\1–", street) + code


def street_of(line: str) -> Street | None:
    """Read "1489 Bjørkehaugen 2-24 even"; None for what is no postal code and street, or numbers that run backwards."""
    match = LINE.match(" ".join(line.split()))
    if not match:
        return None
    parts = STREET.match(match["street"])
    if not parts or (parts["side"] and parts["side"].casefold() not in SIDES):
        return None
    name, numbers = split(match["street"])
    return Street(match["code"], name, numbers) if numbers.first <= numbers.last else None


@dataclass(frozen=True, kw_only=True)
class Affected:
    """The area of an outage. Any of the four is enough."""

    postal_codes: frozenset[str] = frozenset()
    streets: tuple[Street, ...] = ()
    grid_stations: frozenset[str] = frozenset()
    gsrns: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.postal_codes or self.streets or self.grid_stations or self.gsrns)

    @property
    def all_postal_codes(self) -> frozenset[str]:
        """The postal codes it lies in, as far as they are named."""
        return self.postal_codes | {street.postal_code for street in self.streets}

    def touches(self, address: Address) -> bool:
        return (
            address.postal_code in self.postal_codes
            or address.grid_station in self.grid_stations
            or address.gsrn in self.gsrns
            or any(street.has(address) for street in self.streets)
        )

    def touched(self, addresses: Iterable[Address]) -> list[Address]:
        return [address for address in addresses if self.touches(address)]

    def meets(self, other: "Affected") -> bool:
        """Whether the two name the same place; a street against a whole postal code counts, a station does not."""
        return bool(
            self.grid_stations & other.grid_stations
            or self.gsrns & other.gsrns
            or self.postal_codes & other.all_postal_codes
            or other.postal_codes & self.all_postal_codes
            or any(_same_street(one, two) for one in self.streets for two in other.streets)
        )


def _same_street(one: Street, two: Street) -> bool:
    return (one.postal_code, one.name) == (two.postal_code, two.name) and one.numbers.meets(two.numbers)


def area_from(
    *, postal_codes: Sequence[str], streets: Sequence[str], grid_stations: Sequence[str], gsrns: Sequence[str]
) -> Affected:
    """Return the area as it is kept; lines that are no street are left out (the forms refuse them)."""
    found = (street_of(line) for line in streets)
    return Affected(
        postal_codes=frozenset(postal_codes),
        streets=tuple(street for street in found if street),
        grid_stations=frozenset(grid_stations),
        gsrns=frozenset(gsrns),
    )
