"""Readiness for load balancers: the database answers and is migrated, the broker answers."""

import logging
from collections.abc import Callable

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

logger = logging.getLogger(__name__)


def database_state() -> str:
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        logger.exception("The database does not answer")
        return "down"
    return "migrations pending" if pending else "ok"


def broker_state() -> str:
    try:
        cache.get("readyz")
    except Exception:
        # Whatever the client raises (refused, time-out, authentication), the broker is not usable.
        logger.exception("The broker does not answer")
        return "down"
    return "ok"


def readiness() -> JsonResponse:
    """503 unless requests can be served. A broker that is down only delays messages, so it does not take us out."""
    states = {"database": database_state(), "broker": broker_state()}
    return JsonResponse(states, status=200 if states["database"] == "ok" else 503)


class HealthMiddleware:
    """Answers /livez and /readyz at any host, before a tenant is looked for: probes come by address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == "/livez":
            return HttpResponse("ok\n", content_type="text/plain")
        if request.path == "/readyz":
            return readiness()
        return self.get_response(request)
