"""What the log's verbs are called: each app has the words for its own in `audit_words.WORDS`."""

from collections.abc import Mapping
from typing import Any

from portal import words


def all_words() -> Mapping[str, Any]:
    """Return the words by verb, of every installed app."""
    return words.of_all_apps("audit_words")


def words_for(verb: str) -> str:
    """Return what was done in the active language; the verb itself where nobody has named it."""
    return str(all_words().get(verb, verb))
