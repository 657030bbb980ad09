"""What things with technical names are called by those who read of them: each app has the words for its own."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.http import HttpRequest
from django.utils.module_loading import module_has_submodule

from portal.admin_site import is_offered


@cache
def _by_app(module: str) -> Mapping[str, Mapping[str, Any]]:
    """Return the `WORDS` of every installed app's `module`, by the app's label."""
    return {
        app.label: import_module(f"{app.name}.{module}").WORDS
        for app in apps.get_app_configs()
        if app.module and module_has_submodule(app.module, module)
    }


@cache
def of_all_apps(module: str) -> Mapping[str, Any]:
    """Return the words of every app's `module` by technical name."""
    return {name: words for own in _by_app(module).values() for name, words in own.items()}


def choices(module: str, request: HttpRequest) -> list[tuple[str, str]]:
    """Return technical names and words by alphabet, of what the tenant has, for a filter in admin."""
    offered = (own for app, own in _by_app(module).items() if is_offered(app, request))
    return sorted(((name, str(words)) for own in offered for name, words in own.items()), key=lambda pair: pair[1])
