"""The one admin site, on each tenant's host, for that tenant's staff."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import update_wrapper
from typing import Any, TypeVar, cast

from django.apps import apps
from django.conf import settings
from django.contrib import admin, auth
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.i18n import JavaScriptCatalog

from portal import registry

# What every tenant has, in the order staff need it.
COMMON = ["customers", "accounts", "notifications", "content", "files", "exports", "webhooks", "tenancy", "audit"]
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class MenuPlace(IntEnum):
    """Where a list stands among those of its app: what staff work in all day first, what they set once last."""

    WORK = 0
    KEPT = 1
    SETTINGS = 2


@dataclass(frozen=True, kw_only=True)
class WorkQueue:
    """Something that waits for staff: a line at the top of the admin's start page. `url` is the filtered list."""

    label: Any
    count: int
    url: str
    order: int = 50


@dataclass(frozen=True, kw_only=True)
class Change:
    """What staff did to one object in admin; `what` is added, changed or deleted, `fields` Django's change message."""

    what: str
    by: Any
    obj: models.Model
    fields: Any


class AdminJavaScriptTexts(JavaScriptCatalog):
    """The admin's own, and what ours adds to it."""

    def get_paths(self, packages: list[str]) -> list[str]:
        return [*super().get_paths(packages), *map(str, settings.LOCALE_PATHS)]


def yes_or_no(value: bool | None) -> str:  # noqa: FBT001  (Django calls it so)
    """Return what lists and pages show of what is so, is not, or is unknown."""
    return "–" if value is None else gettext("Yes") if value else gettext("No")


def app_of(request: HttpRequest) -> str:
    """Return the label of the app whose admin page is asked for, "" where it is none's: `/admin/<app>/<model>/…`."""
    parts = request.path_info.strip("/").split("/")
    return parts[1] if len(parts) > 1 else ""


def is_offered(app: str, request: HttpRequest) -> bool:
    """Tell whether the tenant whose admin it is has the module of an app."""
    return registry.is_offered(app, request.tenant)  # type: ignore[attr-defined]


class TenantAdminSite(admin.AdminSite):
    """Stock admin behind the portal's own sign-in. The audit log adds itself to `listeners`."""

    site_title = _("Administration")
    index_title = _("Overview")
    enable_nav_sidebar = True
    empty_value_display = "–"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.listeners: list[Callable[[Change], object]] = []

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and bool(getattr(request.user, "is_staff", False))

    def admin_view(self, view: View, cacheable: bool = False) -> View:  # noqa: FBT001, FBT002  (Django's signature)
        """Anonymous people go to the portal's sign-in; signed-in people who are not staff get a 403."""
        protected = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not self.has_permission(request):
                raise PermissionDenied
            if (app := app_of(request)) and not is_offered(app, request):
                raise Http404
            return protected(request, *args, **kwargs)

        return cast(View, update_wrapper(guarded, view))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lead on to the portal's sign-in: there is no second form that could be weaker."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next") or "/admin/")
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect("admin:index")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        if request.method == "POST":
            auth.logout(request)
        return redirect("account_login")  # type: ignore[return-value]  # a redirect, where Django shows a page

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        return redirect("account_change_password")  # type: ignore[return-value]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().each_context(request), "site_header": request.tenant.name}  # type: ignore[attr-defined]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        return super().index(request, {"work_queues": self.work_queues(request), **(extra_context or {})})

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        title = apps.get_app_config(app_label).verbose_name
        context = {"title": title, "work_queues": self.work_queues(request, app_label), **(extra_context or {})}
        return super().app_index(request, app_label, context)

    def work_queues(self, request: HttpRequest, app_label: str = "") -> list[WorkQueue]:
        """Return what waits for staff, from the model admins that have a `work_queue`, or `work_queues` for several:
        of one app where it is named.
        """
        labels = {model: model._meta.app_label for model in self._registry if app_label in ("", model._meta.app_label)}
        offered = [self._registry[model] for model, label in labels.items() if is_offered(label, request)]
        makers = [getattr(model_admin, "work_queue", None) for model_admin in offered]
        queues = [queue for maker in makers if maker and (queue := maker(request))]
        several = [getattr(model_admin, "work_queues", None) for model_admin in offered]
        queues += [queue for maker in several if maker for queue in maker(request)]
        return sorted(queues, key=lambda queue: queue.order)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The domains first, in the order of the navigation, then what every tenant has; in each the work first."""
        domains = [module.app for module in registry.modules() if module.app not in COMMON]
        order = {app: number for number, app in enumerate([*domains, *COMMON])}
        apps = [app for app in super().get_app_list(request, app_label) if is_offered(app["app_label"], request)]
        for app in apps:
            app["models"].sort(key=self._menu_place)
        return sorted(apps, key=lambda app: order.get(app["app_label"], len(order)))

    def _menu_place(self, line: dict[str, Any]) -> MenuPlace:
        place: MenuPlace = getattr(self._registry[line["model"]], "menu_place", MenuPlace.KEPT)
        return place

    def i18n_javascript(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return cast(HttpResponse, AdminJavaScriptTexts.as_view(packages=["django.contrib.admin"])(request))

    def record(self, change: Change) -> None:
        for listener in self.listeners:
            listener(change)


# The default site is ours (see portal.apps), so `@admin.register(Model)` lands here.
site: TenantAdminSite = admin.site  # type: ignore[assignment]
