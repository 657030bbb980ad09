"""Django's own apps, fitted to tenants."""

from importlib import import_module
from typing import Any

from django.apps import AppConfig, apps
from django.contrib.admin.apps import SimpleAdminConfig
from django.contrib.auth.apps import AuthConfig
from django.contrib.auth.checks import check_user_model
from django.core import checks
from django.core.checks.registry import registry
from django.utils.module_loading import module_has_submodule


class PortalConfig(AppConfig):
    """Loads the Celery application, so that tasks sent from web processes find its broker."""

    name = "portal"

    def ready(self) -> None:
        from portal import celery  # noqa: F401


class TenantAdminConfig(SimpleAdminConfig):
    """Loads `admin.py` of the apps with tenant tables. The libraries' admin classes know nothing of tenants."""

    default_site = "portal.admin_site.TenantAdminSite"

    def ready(self) -> None:
        super().ready()
        from django.contrib.admin.templatetags import admin_list

        from portal.admin_site import yes_or_no
        from portal.tenancy.models import TenantModel

        # A red cross says that something is wrong, where it is only not so; and it is read out in English.
        admin_list._boolean_icon = yes_or_no  # type: ignore[attr-defined]  # the stubs leave it out
        for app in apps.get_app_configs():
            ours = any(issubclass(model, TenantModel) for model in app.get_models())
            if ours and app.module and module_has_submodule(app.module, "admin"):
                import_module(f"{app.name}.admin")


def check_user_model_in_scope(**options: Any) -> list[checks.CheckMessage]:
    """Django's check makes a user, which takes a scope: a tenant who is nobody's. It asks the database nothing."""
    from portal.tenancy.models import Tenant
    from portal.tenancy.scope import tenant_scope

    with tenant_scope(Tenant(pk=0)):
        return list(check_user_model(**options))


class TenantAuthConfig(AuthConfig):
    def ready(self) -> None:
        super().ready()
        registry.registered_checks.discard(check_user_model)
        checks.register(check_user_model_in_scope, checks.Tags.models)
