"""The Celery base task: every task runs for one tenant, whose slug travels in a header."""

import logging
from collections.abc import Callable
from typing import Any

from celery import Task
from django.db import transaction
from django.utils.module_loading import import_string

from portal.tenancy.models import Tenant, current_tenant
from portal.tenancy.scope import NoTenantScope, remembering, tenant_scope, tenant_transaction

logger = logging.getLogger(__name__)

HEADER = "tenant"


def send_on_commit(task: str, *args: Any) -> None:
    """Send a task when the transaction commits, by its name ("metering.tasks.read_upload").

    Tasks call actions; an action that leaves work to a task names it, and so depends on nothing above it.
    """
    import_string(task).delay_on_commit(*args)


def send_for_each_tenant(
    task: Any, *, module: str = "", where: Callable[[], bool] | None = None, **options: Any
) -> None:
    """Send a TenantTask once for each active tenant, of those with a module where one is named; with `where`, only
    where it says so in the tenant's scope. `options` are Celery's.

    A task of its own for each: what goes wrong with one tenant's data stops no other's work.
    """
    for tenant in Tenant.objects.filter(is_active=True):
        if module and not tenant.has_module(module):
            continue
        if where is None or _says_so(where, tenant):
            with tenant_scope(tenant):
                task.apply_async(**options)


def _says_so(where: Callable[[], bool], tenant: Tenant) -> bool:
    try:
        with tenant_transaction(tenant):
            return where()
    except Exception:
        logger.exception("Tenant %s cannot be asked whether there is work to do", tenant.slug)
        return False


class TenantTask(Task[Any, Any]):
    """Runs in the scope of the tenant that sent it, in one transaction unless `atomic = False`.

    Sent outside a scope, or received without a tenant, it raises NoTenantScope. Work across tenants is one task each.
    """

    abstract = True
    atomic = True

    def apply_async(self, args: Any = None, kwargs: Any = None, *more: Any, **options: Any) -> Any:
        headers = {**(options.pop("headers", None) or {}), HEADER: current_tenant().slug}
        return super().apply_async(args, kwargs, *more, headers=headers, **options)

    def delay_on_commit(self, *args: Any, **kwargs: Any) -> None:
        """Send when the transaction commits; a lost broker then delays the work, see the task's sweep."""
        tenant = current_tenant()

        def send() -> None:
            with tenant_scope(tenant):
                self.apply_async(args, kwargs, ignore_result=True, retry=False)

        # robust: a broker that is down must not turn a committed order into an error page.
        transaction.on_commit(send, robust=True)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        slug = (self.request.headers or {}).get(HEADER) or self.request.get(HEADER)
        tenant = Tenant.objects.filter(slug=slug or "", is_active=True).first()
        if tenant is None:
            raise NoTenantScope
        with tenant_scope(tenant):
            if not self.atomic:
                return super().__call__(*args, **kwargs)
            with remembering(), transaction.atomic():
                return super().__call__(*args, **kwargs)
