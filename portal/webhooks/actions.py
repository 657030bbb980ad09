"""Telling other systems, and what staff do about it."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone

from portal.audit import actions as audit
from portal.leaving import actions as leaving
from portal.tenancy.models import current_tenant
from portal.tenancy.tasks import send_on_commit
from portal.webhooks import events
from portal.webhooks.models import State, WebhookDelivery, WebhookEndpoint
from portal.webhooks.signing import new_secret


def tell(*, event: str, key: str, data: dict[str, Any]) -> list[WebhookDelivery]:
    """Write a delivery to each of the current tenant's endpoints that wants the event, in the caller's transaction, and
    wake the worker when it commits. Returns them; most tenants have none.

    `event` is `<app>.<past tense>` ("orders.sent"); `key` names the thing it tells of ("orders.sent:117") and makes it
    idempotent: a second call writes nothing. `data` is sent as JSON (days, moments, decimals and UUIDs as text).
    """
    endpoints = [endpoint for endpoint in WebhookEndpoint.objects.filter(is_active=True) if endpoint.wants(event)]
    return _write(endpoints, event=event, key=key, data=data) if endpoints else []


def _write(endpoints: list[WebhookEndpoint], *, event: str, key: str, data: dict[str, Any]) -> list[WebhookDelivery]:
    if not events.NAME.fullmatch(event):
        raise ValueError(f"{event!r} is no name of an event")
    now = timezone.now()
    deliveries = [WebhookDelivery(endpoint=endpoint, event=event, key=key, created_at=now) for endpoint in endpoints]
    for delivery in deliveries:
        delivery.body = _body(delivery, data)
    WebhookDelivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    _wake()
    return list(WebhookDelivery.objects.filter(key=key, endpoint__in=endpoints).order_by("pk"))


def _body(delivery: WebhookDelivery, data: dict[str, Any]) -> str:
    told = {
        "id": delivery.reference,
        "event": delivery.event,
        "created_at": delivery.created_at,
        "tenant": current_tenant().slug,
        "data": data,
    }
    # PostgreSQL holds no NUL in text; JSON writes one as an escape, which is fine.
    return json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False)


def _wake() -> None:
    send_on_commit("portal.webhooks.tasks.deliver")


@transaction.atomic
def ping(*, endpoint: WebhookEndpoint, by: models.Model) -> WebhookDelivery:
    """Try an endpoint out."""
    audit.record(verb="webhooks.pinged", by=by, obj=endpoint)
    key = f"{events.PING}:{endpoint.pk}:{timezone.now().isoformat()}"
    [delivery] = _write([endpoint], event=events.PING, key=key, data={"message": "Hello from Skranke"})
    return delivery


@transaction.atomic
def renew_secret(*, endpoint: WebhookEndpoint, by: models.Model) -> str:
    """Give an endpoint a new secret and return it; what is sent from now on is signed with it."""
    endpoint.secret = new_secret()
    endpoint.save(update_fields=["secret"])
    audit.record(verb="webhooks.secret_renewed", by=by, obj=endpoint)
    return endpoint.secret


def can_resend(delivery: WebhookDelivery) -> bool:
    """Whether staff may send it again: it failed or was given up. A receiver that took it would get it twice."""
    return delivery.state in {State.GIVEN_UP, State.FAILED}


@transaction.atomic
def resend(*, delivery: WebhookDelivery, by: models.Model) -> bool:
    """Queue a delivery again, under the same reference. Returns False when it cannot be sent again."""
    delivery = WebhookDelivery.objects.select_for_update().get(pk=delivery.pk)
    if not can_resend(delivery):
        return False
    delivery.queue_again()
    audit.record(verb="webhooks.resent", by=by, obj=delivery)
    _wake()
    return True


def leave(*, delivery: WebhookDelivery, by: models.Model) -> bool:
    """Let a delivery that was given up be. Returns False where it waits for nobody."""
    return leaving.leave(delivery, by=by, verb="webhooks.left")
