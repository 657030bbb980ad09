"""The events other systems can be told of. An app offers its own in AppConfig.ready(); the admin lists them."""

import re
from typing import Any

# What is sent when staff try an endpoint out; every endpoint gets it.
PING = "ping"
NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
PATTERN = re.compile(rf"{NAME.pattern}(\.\*)?")

_offered: dict[str, Any] = {}


def offer(event: str, label: Any) -> None:
    """Say that an event is told of ("orders.sent"), with a label for staff."""
    if not NAME.fullmatch(event):
        raise ValueError(f"{event!r} is no name of an event")
    _offered[event] = label


def offered() -> dict[str, Any]:
    """Return the labels of the offered events by their names."""
    return dict(sorted(_offered.items()))


def label_of(event: str) -> str:
    """Return what an event is called; its name where nobody offers it any more."""
    return str(_offered.get(event, event))


def is_wanted(event: str, patterns: list[str]) -> bool:
    """Tell whether an endpoint that asked for these patterns wants an event; no patterns ask for everything."""
    return not patterns or event == PING or any(_matches(event, pattern) for pattern in patterns)


def _matches(event: str, pattern: str) -> bool:
    return event.startswith(pattern[:-1]) if pattern.endswith(".*") else event == pattern
