"""How an authorization names the metering points it is limited to."""

from collections.abc import Iterable
from typing import Protocol

PREFIX = "metering:"


class Numbered(Protocol):
    """A metering point, by its number."""

    gsrn: str


def reference_of(point: Numbered) -> str:
    """Return how an authorization names a metering point: by the 18 digits, which outlive our rows."""
    return f"{PREFIX}{point.gsrn}"


def gsrns_in(scope: Iterable[str]) -> list[str]:
    """Return the metering points among the things an authorization is limited to."""
    return [reference.removeprefix(PREFIX) for reference in scope if reference.startswith(PREFIX)]
