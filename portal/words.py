"""What things with technical names are called by those who read of them: each app has the words for its own."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any, ClassVar

from django.apps import apps
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext_lazy as _

from portal.admin_site import is_offered


@cache
def _by_app(module: str, table: str = "WORDS") -> Mapping[str, Mapping[str, Any]]:
    """Return a table of every installed app's `module`, by the app's label; an empty one where it has none."""
    return {
        app.label: getattr(import_module(f"{app.name}.{module}"), table, {})
        for app in apps.get_app_configs()
        if app.module and module_has_submodule(app.module, module)
    }


@cache
def of_all_apps(module: str, table: str = "WORDS") -> Mapping[str, Any]:
    """Return the words of every app's `module` by technical name."""
    return {name: words for own in _by_app(module, table).values() for name, words in own.items()}


class WordsFilter(admin.SimpleListFilter):
    """Choose rows in admin by what they are called, by alphabet, of what the tenant has.

    `module` has the words; `parameter_name` is also the field with the technical name.
    """

    title = _("what")
    module: ClassVar[str]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        offered = (own for app, own in _by_app(self.module).items() if is_offered(app, request))
        return sorted(((name, str(words)) for own in offered for name, words in own.items()), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**{str(self.parameter_name): self.value()}) if self.value() else queryset
