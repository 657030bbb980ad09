"""What stands beside an entry of the log, in words: each app names what its own entries hold.

`audit_words.DETAILS` has the names of details, `audit_values.VALUES` by verb what is written in codes.
"""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from portal import words
from portal.ui import formatting

ISO_TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d.*)?")


def name_of(detail: str) -> str:
    """Return what a detail is called in the active language; its own name where nobody has named it."""
    return str(words.of_all_apps("audit_words", "DETAILS").get(detail, detail))


def in_words(verb: str, data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the details of an entry as names and texts."""
    labels = words.of_all_apps("audit_values", "VALUES").get(verb, {})
    return [(name_of(name), _text(value, labels)) for name, value in data.items()]


def _time(text: str) -> str:
    """Return a day or a moment as people write it; "" for what only looks like one."""
    try:
        if len(text) == len("2026-11-22"):
            return formatting.day(date.fromisoformat(text))
        moment = datetime.fromisoformat(text)
        return formatting.moment(moment, now=timezone.now()) if moment.tzinfo else ""
    except (ValueError, OverflowError):  # the latter at either end of the calendar
        return ""


def _text(value: Any, labels: Mapping[str, Any]) -> str:
    if value is None or value == "":
        return formatting.MISSING
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(_text(one, labels) for one in value) or formatting.MISSING
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if ISO_TIME.fullmatch(value) and (shown := _time(value)):
        return shown
    # How somebody signed in has several parts: "password+app".
    parts = value.split("+")
    return " + ".join(str(labels[part]) for part in parts) if all(part in labels for part in parts) else value
