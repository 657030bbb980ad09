"""What the log's verbs are called: each app has the words for its own in `audit_words.WORDS`."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule


@cache
def all_words() -> Mapping[str, Any]:
    """Return the words by verb, of every installed app."""
    found: dict[str, Any] = {}
    for app in apps.get_app_configs():
        if app.module and module_has_submodule(app.module, "audit_words"):
            found |= import_module(f"{app.name}.audit_words").WORDS
    return found


def words_for(verb: str) -> str:
    """Return what was done in the active language; the verb itself where nobody has named it."""
    return str(all_words().get(verb, verb))
