"""What a line of the log looks like: short where the database is down, without what people wrote, and without keys."""

import logging
import re

from django.db import InterfaceError, OperationalError

from portal import registry

# PostgreSQL quotes the row: "Key (email)=(…) already exists", "COPY readings, line 3: …".
# It may also stand in one line with what else was said, as an error's repr.
QUOTES_DATA = re.compile(r"(DETAIL|CONTEXT): (?:(?!\\n).)*")


class Line(logging.Formatter):
    """One line for an outage, which everything stumbles over at once; else a traceback that quotes no row."""

    def format(self, record: logging.LogRecord) -> str:
        return without_keys(self._whole(record))

    def _whole(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, OperationalError | InterfaceError):
            return without_data(super().format(record))
        brief = logging.makeLogRecord({**record.__dict__, "exc_info": None, "exc_text": None})
        return f"{super().format(brief)}: {' '.join(without_data(str(error)).split())}"


def without_data(text: str) -> str:
    """Return an error's text without the lines in which the database quotes what was to be stored."""
    return QUOTES_DATA.sub(r"\1: (left out)", text)


def without_keys(text: str) -> str:
    """Return a text without what stands behind the addresses that let in whoever knows it (deploy/Caddyfile has the
    same for the proxy's log).
    """
    addresses = "|".join(map(re.escape, registry.keyed_addresses()))
    return re.sub(rf"({addresses})[^/?\s'\"]+", r"\1…", text) if addresses else text
