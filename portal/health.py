"""For load balancers and monitoring: whether we live, whether requests can be served, and figures to alert on."""

import hmac
import logging
from collections.abc import Callable, Iterator
from http import HTTPStatus

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import Error, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily

from portal import registry
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_transaction

logger = logging.getLogger(__name__)

QUEUES = ("messages", "imports", "documents", "drawings", "webhooks")
PLAIN = "text/plain; version=0.0.4; charset=utf-8"


def database_state() -> str:
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error as error:
        logger.error("The database does not answer: %s", " ".join(str(error).split()))
        return "down"
    return "migrations pending" if pending else "ok"


def broker_state() -> str:
    try:
        cache.get("readyz")
    except redis.RedisError as error:
        logger.error("The broker does not answer: %s", error)
        return "down"
    return "ok"


def readiness() -> JsonResponse:
    """503 unless requests can be served. A broker that is down only delays messages, so it does not take us out."""
    states = {"database": database_state(), "broker": broker_state()}
    return JsonResponse(states, status=200 if states["database"] == "ok" else 503)


class Collector:
    """Reads every figure anew. What is down leaves its figures out, and says so in `skranke_up`."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        up = GaugeMetricFamily("skranke_up", "1 when the part answers (database: and is migrated)", labels=["part"])
        for part, state in (("database", database_state()), ("broker", broker_state())):
            up.add_metric([part], state == "ok")
        yield up
        yield from _queues()
        yield from _measures()


def _queues() -> Iterator[GaugeMetricFamily]:
    waiting = GaugeMetricFamily("skranke_queue_length", "tasks that no worker has taken yet", labels=["queue"])
    try:
        with redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2) as broker:
            for queue in QUEUES:
                waiting.add_metric([queue], broker.llen(queue))
    except redis.RedisError:
        return
    yield waiting


def _measures() -> Iterator[GaugeMetricFamily]:
    """What the apps registered, for each active tenant, and how many of these figures cannot be read."""
    families = [
        (measure, GaugeMetricFamily(f"skranke_{measure.name}", measure.text, labels=["tenant"]))
        for measure in registry.measures()
    ]
    unread = 0
    try:
        for tenant in Tenant.objects.filter(is_active=True).order_by("slug"):
            with tenant_transaction(tenant):
                for measure, family in families:
                    figure = _figure(measure, tenant)
                    if figure is None:
                        unread += 1
                    else:
                        family.add_metric([tenant.slug], figure)
    except Error as error:
        # The database is gone or not migrated: `skranke_up` says so.
        logger.error("The companies' figures cannot be read: %s", " ".join(str(error).split()))
        return
    yield from (family for _, family in families)
    yield GaugeMetricFamily("skranke_figures_unread", "figures of companies that cannot be read, see the log", unread)


def _figure(measure: registry.Measure, tenant: Tenant) -> float | None:
    """Return a figure, None for one that cannot be read: it takes no other along. Raises what a lost database does."""
    try:
        with transaction.atomic():
            return measure.read()
    except Exception as error:
        if isinstance(error, Error) and not connection.is_usable():
            raise
        logger.exception("The figure %s of %s cannot be read", measure.name, tenant.slug)
        return None


def metrics(request: HttpRequest) -> HttpResponse:
    """Figures in Prometheus' format, for whoever shows METRICS_TOKEN as a bearer token; without one set, a 404."""
    shown = request.headers.get("authorization", "").removeprefix("Bearer ").encode()
    if not settings.METRICS_TOKEN:
        return HttpResponse("METRICS_TOKEN is not set.\n", status=HTTPStatus.NOT_FOUND, content_type=PLAIN)
    if not hmac.compare_digest(shown, settings.METRICS_TOKEN.encode()):
        return HttpResponse(
            "Show METRICS_TOKEN as a bearer token.\n", status=HTTPStatus.UNAUTHORIZED, content_type=PLAIN
        )
    figures = CollectorRegistry()
    figures.register(Collector())
    return HttpResponse(generate_latest(figures), content_type=PLAIN)


class HealthMiddleware:
    """Answers /livez, /readyz and /metrics at any host, before a tenant is looked for: probes come by address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == "/livez":
            return HttpResponse("ok\n", content_type="text/plain")
        if request.path == "/readyz":
            return readiness()
        if request.path == "/metrics":
            return metrics(request)
        return self.get_response(request)
